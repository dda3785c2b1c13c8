#include "server/data_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr char kLockName[] = "LOCK";

absl::Status CannotUse(const std::string& path, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("the data directory ", path, " cannot be used: ", why));
}

absl::StatusOr<std::string> MakePrivate(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return CannotUse(path, error.message());
  std::filesystem::create_directories(absolute.parent_path(), error);
  if (error) return CannotUse(path, error.message());
  if (mkdir(absolute.c_str(), 0700) != 0 && errno != EEXIST) {
    return CannotUse(path, strerror(errno));
  }
  return absolute.string();
}

// Who holds the lock, as it wrote into the file; empty if it has not written yet.
std::string HolderOf(int lock) {
  char text[32];
  const ssize_t size = pread(lock, text, sizeof(text), 0);
  return size <= 0 ? "" : absl::StrCat(" (process ", absl::string_view(text, size), ")");
}

void WriteHolder(int lock) {
  const std::string pid = absl::StrCat(getpid());
  // Only for the message of another server: it does not matter if this fails.
  if (ftruncate(lock, 0) == 0 && pwrite(lock, pid.data(), pid.size(), 0) < 0) return;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataDir>> DataDir::Open(const std::string& path) {
  SERIN_ASSIGN_OR_RETURN(std::string absolute, MakePrivate(path));
  const int lock =
      open(absl::StrCat(absolute, "/", kLockName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return CannotUse(path, strerror(errno));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = HolderOf(lock);
    close(lock);
    return absl::FailedPreconditionError(
        absl::StrCat("the data directory ", path, " is in use by another server", holder,
                     "; stop that one, or name another directory with --data_dir"));
  }
  WriteHolder(lock);
  return std::unique_ptr<DataDir>(new DataDir(std::move(absolute), lock));
}

DataDir::~DataDir() { close(lock_); }

std::string DataDir::PathOf(const std::string& name) const {
  return absl::StrCat(path_, "/", name);
}

}  // namespace serin
