#include "client/lib/temporary_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"

namespace serin {
namespace {

absl::Status Failure(absl::string_view path) {
  const std::string message = absl::StrCat(path, ": ", std::strerror(errno));
  if (errno == ENOSPC || errno == EDQUOT) return absl::ResourceExhaustedError(message);
  return errno == ENOENT ? absl::NotFoundError(message) : absl::FailedPreconditionError(message);
}

// Beside `path`, with a name that nobody else takes.
std::string TemporaryPath(const std::string& path) {
  return absl::StrCat(
      path, ".", absl::Hex(absl::Uniform<uint64_t>(absl::BitGen()), absl::kZeroPad16), ".part");
}

}  // namespace

absl::StatusOr<std::unique_ptr<TemporaryFile>> TemporaryFile::Create(const std::string& path) {
  struct stat there;
  if (stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": is ", S_ISDIR(there.st_mode) ? "a directory" : "no regular file",
                     ", which a file cannot take the place of"));
  }
  std::string temporary_path = TemporaryPath(path);
  const int file = open(temporary_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return Failure(path);
  return std::unique_ptr<TemporaryFile>(new TemporaryFile(path, std::move(temporary_path), file));
}

TemporaryFile::~TemporaryFile() {
  close(file_);
  if (!kept_) unlink(temporary_path_.c_str());
}

absl::Status TemporaryFile::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failure(path_);
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status TemporaryFile::Keep() {
  if (fsync(file_) != 0) return Failure(path_);
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) return Failure(path_);
  kept_ = true;
  return absl::OkStatus();
}

}  // namespace serin
