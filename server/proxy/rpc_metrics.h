#ifndef SERIN_SERVER_PROXY_RPC_METRICS_H_
#define SERIN_SERVER_PROXY_RPC_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/proxy/route_table.h"

namespace serin {

// serin_rpc_requests_total and serin_rpc_duration_seconds, for all methods of the route table and
// one entry, `unknown`, for all others, requests that the JSON front refuses among them: what
// callers send never becomes a label. Thread-safe.
class RpcMetrics {
 public:
  RpcMetrics(const RouteTable& routes, prometheus::Registry* registry);

  // Counts a call that has ended. `method`: null for one that does not exist.
  void Record(const PublicMethod* method, absl::StatusCode code, absl::Duration duration);

 private:
  static constexpr int kCodes = 17;  // OK to UNAUTHENTICATED.

  // Of one method. A counter is made by the first call that ends with its code, so that a scrape
  // is not mostly zeros.
  struct Handles {
    std::string service;
    std::string method;
    prometheus::Histogram* duration = nullptr;
    std::array<std::atomic<prometheus::Counter*>, kCodes> requests{};
  };

  void Add(const PublicMethod* key, const std::string& service, const std::string& method);
  prometheus::Counter& CounterOf(Handles& handles, absl::StatusCode code);

  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::map<const PublicMethod*, Handles> handles_;  // No entry comes or goes after construction.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_RPC_METRICS_H_
