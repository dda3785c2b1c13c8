#ifndef SERIN_SERVER_HTTP_LISTENER_H_
#define SERIN_SERVER_HTTP_LISTENER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/http/epoll_loop.h"
#include "server/http/server_connection.h"
#include "server/http/tls_context.h"

namespace serin {

struct ListenerOptions {
  // "HOST:PORT", "[::]:PORT" or "unix:PATH"; port 0 takes a free one.
  std::string address;

  // Connections at a time over all loops; those above wait in the kernel until one ends.
  size_t max_connections = 20'000;

  // Until the first bytes have told the protocol, TLS handshake included.
  absl::Duration preface_timeout = absl::Seconds(10);

  // With it every connection is TLS.
  std::shared_ptr<const TlsContext> tls;
};

// What one loop does with its connections. `loop` outlives the listener; the rest is used on it.
struct ListenerLoop {
  EpollLoop* loop = nullptr;
  ServerProtocol http2;
  ServerProtocol http1;  // Without it, what is not HTTP/2 is closed.
};

// Accepts connections on one address and spreads them over loops: each goes to the loop with the
// fewest. Tells HTTP/2 from HTTP/1.1 by ALPN or by the first bytes. Thread-safe; not to be called
// from a loop.
class Listener {
 public:
  // Listens when it returns. UNAVAILABLE naming the address when it cannot be bound (no other
  // process can share it), INVALID_ARGUMENT when it is no address.
  static absl::StatusOr<std::unique_ptr<Listener>> Listen(const ListenerOptions& options,
                                                          std::vector<ListenerLoop> loops);

  // Closes every connection at once. Drain first to be polite.
  virtual ~Listener() = default;

  // Where it listens: "127.0.0.1:8500" with the port that was taken.
  virtual std::string address() const = 0;
  virtual int port() const = 0;  // 0 for a Unix socket.

  virtual size_t connections() const = 0;

  // Stops accepting, drains every connection (ServerConnection::Drain) and returns when the last
  // has ended, after `grace` and a little at most.
  virtual void Drain(absl::Duration grace) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_LISTENER_H_
