#include "server/rpc/socket_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// sockaddr_un has room for 108, with the final zero.
constexpr size_t kMaxPathBytes = 100;

}  // namespace

absl::StatusOr<std::unique_ptr<SocketPath>> SocketPath::Make(const std::string& preferred) {
  if (!preferred.empty() && preferred.size() <= kMaxPathBytes) {
    unlink(preferred.c_str());  // Left by a process that was killed.
    return std::unique_ptr<SocketPath>(new SocketPath(preferred, ""));
  }
  std::string directory = "/tmp/serin-XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("cannot make a directory ", directory, ": ", strerror(errno)));
  }
  return std::unique_ptr<SocketPath>(new SocketPath(directory + "/socket", directory));
}

SocketPath::~SocketPath() {
  unlink(path_.c_str());
  if (!directory_.empty()) rmdir(directory_.c_str());
}

}  // namespace serin
