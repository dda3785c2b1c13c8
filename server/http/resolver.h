#ifndef SERIN_SERVER_HTTP_RESOLVER_H_
#define SERIN_SERVER_HTTP_RESOLVER_H_

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/http/event_loop.h"

namespace boost::asio {
class thread_pool;
}  // namespace boost::asio

namespace serin {

struct SocketAddress {
  sockaddr_storage storage = {};
  socklen_t size = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// Looks names up on a thread of its own, since that may take seconds. Belongs to its loop.
class Resolver {
 public:
  using Done = std::function<void(absl::StatusOr<std::vector<SocketAddress>>)>;

  // `loop` outlives it.
  explicit Resolver(EventLoop* loop);
  // Waits for a lookup under way; its Done may still be called.
  ~Resolver();

  // Calls `done` from the loop, later: TCP addresses, at least one, in the order in which to try
  // them, or UNAVAILABLE. A port may be a service's name.
  void Resolve(std::string host, std::string port, Done done);

 private:
  EventLoop& loop_;
  const std::unique_ptr<boost::asio::thread_pool> thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_RESOLVER_H_
