#ifndef SERIN_SERVER_HTTP_TARGET_H_
#define SERIN_SERVER_HTTP_TARGET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// Where to connect to, or to listen.
struct Target {
  std::string host;  // A name or an address without brackets; empty for a Unix socket.
  std::string port;
  std::string path;  // Of a Unix socket.
};

// "HOST:PORT", "[::1]:PORT", "dns:HOST:PORT" (also "dns:///"), "ipv4:ADDRESS:PORT",
// "ipv6:[ADDRESS]:PORT", "unix:PATH" (also "unix:///PATH"). INVALID_ARGUMENT for anything else,
// with the text and what would be right.
absl::StatusOr<Target> ParseTarget(absl::string_view text);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_TARGET_H_
