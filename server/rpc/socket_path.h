#ifndef SERIN_SERVER_RPC_SOCKET_PATH_H_
#define SERIN_SERVER_RPC_SOCKET_PATH_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace serin {

// A place for a Unix socket that only this user can reach. Removes what it made when destroyed.
class SocketPath {
 public:
  // `preferred`: a path in a private directory that belongs to this process, or empty. Where it is
  // too long for a socket's address (108 bytes), or empty, a directory is made in /tmp.
  static absl::StatusOr<std::unique_ptr<SocketPath>> Make(const std::string& preferred);
  ~SocketPath();

  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;

  // As a gRPC target: unix:/path.
  std::string target() const { return "unix:" + path_; }

 private:
  SocketPath(std::string path, std::string directory)
      : path_(std::move(path)), directory_(std::move(directory)) {}

  const std::string path_;
  const std::string directory_;  // Empty if none was made.
};

}  // namespace serin

#endif  // SERIN_SERVER_RPC_SOCKET_PATH_H_
