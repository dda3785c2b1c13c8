#ifndef SERIN_SERVER_PROXY_PROXY_ROLE_H_
#define SERIN_SERVER_PROXY_PROXY_ROLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/ids.h"

namespace prometheus {
class Registry;
}

namespace serin {

// PEM files. Both or neither; read once, when the proxy starts.
struct TlsFiles {
  std::string certificate;  // The chain, the server's own certificate first.
  std::string private_key;

  bool enabled() const { return !certificate.empty(); }
};

struct ProxyOptions {
  // Where to listen. Port 0: any that is free.
  std::string host = "127.0.0.1";
  int port = 8500;
  // Event loops, each with a thread of its own. 0: one per core.
  int threads = 0;
  // With certificate and key, the port speaks TLS only.
  TlsFiles tls;

  // gRPC targets of the roles.
  std::string control;
  std::string dataset;
  // The first of predict_targets; what a proxy uses that knows of one predictor only.
  std::string predict;
  // Static predictors: the one in this process, or those of --predict. Taken to have every version,
  // and asked only for versions that no replica of the routing table can answer. May be empty.
  std::vector<std::string> predict_targets;

  // Origins that may call from a browser, such as "https://app.example"; "*": any. Empty: none.
  std::vector<std::string> cors_origins;

  // Connections open at a time, over all threads; further ones are closed as they come.
  int max_connections = 20'000;
  // Calls in flight at a time, over all threads, however well the upstreams do; beyond that
  // RESOURCE_EXHAUSTED with RetryInfo.
  int max_calls = 10'000;
  // Of one message from a caller; a larger one is RESOURCE_EXHAUSTED.
  int64_t max_message_bytes = int64_t{16} << 20;
  // Of a connection without calls, which is then closed.
  absl::Duration idle_timeout = absl::Minutes(10);
  // Calls per second of one caller, in the long run; 0: any number. Beyond that RESOURCE_EXHAUSTED
  // with RetryInfo.
  double rate_limit = 0;
  // Calls that a caller who was silent may make at once; 0: as many as rate_limit, at least 1.
  int rate_burst = 0;

  // Whether a prediction that waits longer than 95 of 100 do is sent to a second replica as well,
  // and the first answer taken (core/traffic/hedge.h).
  bool hedge = false;
  // Share of successful calls that get a line in the access log, 0 to 1. Failed ones all do.
  double access_log_sample = 1;
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
