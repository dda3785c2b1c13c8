#ifndef SERIN_SERVER_HTTP_LISTENING_SOCKET_H_
#define SERIN_SERVER_HTTP_LISTENING_SOCKET_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/http/unique_fd.h"

namespace serin {

struct AcceptedSocket {
  UniqueFd fd;
  std::string address;  // As StreamAcceptor::Peer has it.
};

// A socket that listens, non-blocking, on one address that no other process can share.
class ListeningSocket {
 public:
  // "HOST:PORT" or "unix:PATH". Looks names up, which may block. A file at the path that nobody
  // listens on any more is replaced. INVALID_ARGUMENT for what is no address, UNAVAILABLE naming
  // it when it cannot be listened on.
  static absl::StatusOr<ListeningSocket> Bind(absl::string_view address);

  // UNAVAILABLE: nobody waits. RESOURCE_EXHAUSTED: there are no descriptors or no memory, or
  // whatever else keeps the system from it for now.
  absl::StatusOr<AcceptedSocket> Accept();

  void Close() { fd_ = UniqueFd(); }

  int fd() const { return fd_.get(); }
  const std::string& address() const { return address_; }  // With the port that was taken.
  int port() const { return port_; }

 private:
  ListeningSocket(UniqueFd fd, std::string address, int port)
      : fd_(std::move(fd)), address_(std::move(address)), port_(port) {}

  UniqueFd fd_;
  std::string address_;
  int port_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_LISTENING_SOCKET_H_
