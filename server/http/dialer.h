#ifndef SERIN_SERVER_HTTP_DIALER_H_
#define SERIN_SERVER_HTTP_DIALER_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "server/http/epoll_loop.h"
#include "server/http/resolver.h"
#include "server/http/target.h"
#include "server/http/transport.h"

namespace serin {

// One attempt to connect. Belongs to its loop; destroying it gives the attempt up.
class Dialer {
 public:
  using Done = std::function<void(absl::StatusOr<std::unique_ptr<Transport>>)>;

  // Looks the name up without holding up the loop, tries its addresses in order, and calls `done`
  // later and once, unless destroyed before: UNAVAILABLE with the last cause when none worked.
  // `done` may destroy the dialer.
  static std::unique_ptr<Dialer> Dial(EpollLoop* loop, Resolver* resolver, const Target& target,
                                      Done done);

  virtual ~Dialer() = default;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_DIALER_H_
