#include "server/proxy/proxy_metrics.h"

#include <string>

namespace serin {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry* registry, const char* name,
                                                  const char* help) {
  return BuildCounter().Name(name).Help(help).Register(*registry);
}

prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry* registry, const char* name,
                                              const char* help) {
  return BuildGauge().Name(name).Help(help).Register(*registry);
}

template <typename Number>
void Add(prometheus::Counter* counter, Number before, Number now) {
  if (now != before) counter->Increment(static_cast<double>(now - before));
}

void Move(prometheus::Gauge* gauge, int64_t before, int64_t now) {
  if (now != before) gauge->Increment(static_cast<double>(now - before));
}

}  // namespace

ProxyMetrics::ProxyMetrics(prometheus::Registry* registry)
    : calls_(Counters(registry, "serin_upstream_calls_total",
                      "Attempts at calls to upstreams that have ended, by role and status code")) {
  auto& retries = Counters(registry, "serin_upstream_retries_total",
                           "Attempts that followed one that came to nothing");
  auto& ejections = Counters(registry, "serin_upstream_ejections_total",
                             "Times that an upstream was spared because it failed or lagged");
  auto& sent = Counters(registry, "serin_upstream_sent_bytes_total",
                        "Bytes of requests' bodies that went to upstreams");
  auto& received = Counters(registry, "serin_upstream_received_bytes_total",
                            "Bytes of responses' bodies that came from upstreams");
  auto& in_flight = Gauges(registry, "serin_upstream_in_flight", "Attempts under way");
  auto& connections = Gauges(registry, "serin_upstream_connections",
                             "Connections to upstreams, with those that are being made");
  for (size_t i = 0; i < roles_.size(); ++i) {
    Role& role = roles_[i];
    role.name = NameOf(static_cast<UpstreamRole>(i));
    const prometheus::Labels labels = {{"role", std::string(role.name)}};
    role.retries = &retries.Add(labels);
    role.ejections = &ejections.Add(labels);
    role.sent_bytes = &sent.Add(labels);
    role.received_bytes = &received.Add(labels);
    role.in_flight = &in_flight.Add(labels);
    role.connections = &connections.Add(labels);
  }
  auto& refused = Counters(registry, "serin_proxy_refused_total",
                           "Calls that were refused because there was no room for them");
  overloaded_ = &refused.Add({{"reason", "overloaded"}});
  rate_limited_ = &refused.Add({{"reason", "rate_limited"}});
  auto& shadows = Counters(registry, "serin_proxy_shadow_calls_total",
                           "Copies of predictions, sent to a shadow or left out");
  shadows_sent_ = &shadows.Add({{"outcome", "sent"}});
  shadows_left_out_ = &shadows.Add({{"outcome", "left_out"}});
  connections_ =
      &Gauges(registry, "serin_proxy_connections", "Connections of callers whose protocol is known")
           .Add({});
  calls_in_flight_ = &Gauges(registry, "serin_proxy_calls_in_flight", "Calls under way").Add({});
  prediction_limit_ = &Gauges(registry, "serin_proxy_prediction_limit",
                              "Predictions that may be under way, as their latency has it")
                           .Add({});
}

// Two threads may both find no counter; Family::Add gives them the same one.
prometheus::Counter& ProxyMetrics::CallsOf(Role& role, size_t code) {
  std::atomic<prometheus::Counter*>& slot = role.calls[code];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter =
        &calls_.Add({{"role", std::string(role.name)},
                     {"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(code))}});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

void ProxyMetrics::PublishRole(size_t index, const ProxySnapshot& before,
                               const ProxySnapshot& now) {
  Role& role = roles_[index];
  const ProxyCounters::Role& counted = now.counters.roles[index];
  const ProxyCounters::Role& earlier = before.counters.roles[index];
  for (size_t code = 0; code < ProxyCounters::kCodes; ++code) {
    if (counted.calls[code] == earlier.calls[code]) continue;
    Add(&CallsOf(role, code), earlier.calls[code], counted.calls[code]);
  }
  Add(role.retries, earlier.retries, counted.retries);
  Add(role.sent_bytes, earlier.sent_bytes, counted.sent_bytes);
  Add(role.received_bytes, earlier.received_bytes, counted.received_bytes);
  Add(role.ejections, before.roles[index].ejections, now.roles[index].ejections);
  Move(role.in_flight, before.roles[index].in_flight, now.roles[index].in_flight);
  Move(role.connections, before.roles[index].connections, now.roles[index].connections);
}

void ProxyMetrics::Publish(const ProxySnapshot& before, const ProxySnapshot& now) {
  for (size_t i = 0; i < roles_.size(); ++i) PublishRole(i, before, now);
  Add(overloaded_, before.overloaded, now.overloaded);
  Add(rate_limited_, before.rate_limited, now.rate_limited);
  Add(shadows_sent_, before.counters.shadows_sent, now.counters.shadows_sent);
  Add(shadows_left_out_, before.counters.shadows_left_out, now.counters.shadows_left_out);
  Move(connections_, before.connections, now.connections);
  Move(calls_in_flight_, before.calls, now.calls);
  Move(prediction_limit_, before.prediction_limit, now.prediction_limit);
}

}  // namespace serin
