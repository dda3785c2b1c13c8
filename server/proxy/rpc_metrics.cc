#include "server/proxy/rpc_metrics.h"

namespace serin {
namespace {

// From a prediction to an upload.
const prometheus::Histogram::BucketBoundaries kDurationSeconds = {
    100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 0.1, 0.2, 0.5, 1, 5, 30, 300};

}  // namespace

RpcMetrics::RpcMetrics(const RouteTable& routes, prometheus::Registry* registry)
    : requests_(prometheus::BuildCounter()
                    .Name("serin_rpc_requests_total")
                    .Help("Calls on the public port that have ended, by method and status code")
                    .Register(*registry)),
      durations_(prometheus::BuildHistogram()
                     .Name("serin_rpc_duration_seconds")
                     .Help("Time from the start of a call on the public port to its end")
                     .Register(*registry)) {
  for (const PublicMethod* method : routes.methods()) Add(method, method->service, method->name);
  Add(nullptr, "unknown", "unknown");
}

void RpcMetrics::Add(const PublicMethod* key, const std::string& service,
                     const std::string& method) {
  Handles& handles = handles_[key];
  handles.service = service;
  handles.method = method;
  handles.duration = &durations_.Add({{"service", service}, {"method", method}}, kDurationSeconds);
}

// Two threads may both find no counter; Family::Add gives them the same one.
prometheus::Counter& RpcMetrics::CounterOf(Handles& handles, absl::StatusCode code) {
  const int index = static_cast<int>(code);
  const bool standard = index >= 0 && index < kCodes;
  if (!standard) return CounterOf(handles, absl::StatusCode::kUnknown);
  std::atomic<prometheus::Counter*>& slot = handles.requests[index];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &requests_.Add({{"service", handles.service},
                              {"method", handles.method},
                              {"code", absl::StatusCodeToString(code)}});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

void RpcMetrics::Record(const PublicMethod* method, absl::StatusCode code,
                        absl::Duration duration) {
  Handles& handles = handles_.at(method);
  handles.duration->Observe(absl::ToDoubleSeconds(duration));
  CounterOf(handles, code).Increment();
}

}  // namespace serin
