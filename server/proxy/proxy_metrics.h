#ifndef SERIN_SERVER_PROXY_PROXY_METRICS_H_
#define SERIN_SERVER_PROXY_PROXY_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "server/proxy/proxy_counters.h"
#include "server/proxy/route_table.h"

namespace serin {

// What one loop has counted, and how things stand on it.
struct ProxySnapshot {
  ProxyCounters counters;
  struct Role {
    int64_t ejections = 0;
    int64_t in_flight = 0;
    int64_t connections = 0;
  };
  std::array<Role, kUpstreamRoleCount> roles;
  int64_t overloaded = 0;
  int64_t rate_limited = 0;
  int64_t connections = 0;
  int64_t calls = 0;
  int64_t prediction_limit = 0;
};

// serin_upstream_* and serin_proxy_*, over all loops. Thread-safe.
class ProxyMetrics {
 public:
  explicit ProxyMetrics(prometheus::Registry* registry);

  // Adds what has come since `before`, the loop's last snapshot.
  void Publish(const ProxySnapshot& before, const ProxySnapshot& now);

 private:
  struct Role {
    absl::string_view name;
    // Made by the first call that ends with the code, so that a scrape is not mostly zeros.
    std::array<std::atomic<prometheus::Counter*>, ProxyCounters::kCodes> calls{};
    prometheus::Counter* retries;
    prometheus::Counter* ejections;
    prometheus::Counter* sent_bytes;
    prometheus::Counter* received_bytes;
    prometheus::Gauge* in_flight;
    prometheus::Gauge* connections;
  };

  void PublishRole(size_t role, const ProxySnapshot& before, const ProxySnapshot& now);
  prometheus::Counter& CallsOf(Role& role, size_t code);

  prometheus::Family<prometheus::Counter>& calls_;
  std::array<Role, kUpstreamRoleCount> roles_;
  prometheus::Counter* overloaded_;
  prometheus::Counter* rate_limited_;
  prometheus::Counter* shadows_sent_;
  prometheus::Counter* shadows_left_out_;
  prometheus::Gauge* connections_;
  prometheus::Gauge* calls_in_flight_;
  prometheus::Gauge* prediction_limit_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PROXY_METRICS_H_
