#ifndef SERIN_SERVER_PROXY_PROXY_ROLE_H_
#define SERIN_SERVER_PROXY_PROXY_ROLE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/ids.h"

namespace prometheus {
class Registry;
}

namespace serin {

struct ProxyOptions {
  // Where to listen. Port 0: any that is free.
  std::string host = "127.0.0.1";
  int port = 8500;
  // gRPC targets of the roles.
  std::string control;
  std::string dataset;
  std::string predict;
  // Of one message from a caller; a larger one is RESOURCE_EXHAUSTED.
  int64_t max_message_bytes = int64_t{16} << 20;
  // How long calls under way may take to end when the proxy stops.
  absl::Duration drain_timeout = absl::Seconds(5);
};

// The proxy role: the public port in front of all others. Keeps no state but the newest routing
// table that control told it, with which it goes on when control is away.
class ProxyRole {
 public:
  // All pointers outlive the role.
  ProxyRole(ProxyOptions options, prometheus::Registry* registry, IdGenerator* ids);
  // Drains, if that was not done before.
  ~ProxyRole();

  // Listens and joins the cluster. UNAVAILABLE, naming the address, if it cannot listen there.
  absl::Status Start();

  // The port it listens on, once started.
  int port() const;

  // Whether it has heard from control which models there are.
  bool ready() const;

  // Says NOT_SERVING, takes no new calls, gives those under way `drain_timeout` to end, and cancels
  // the rest. Blocks until all have ended. Calls after the first do nothing.
  void Drain();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PROXY_ROLE_H_
