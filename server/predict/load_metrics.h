#ifndef SERIN_SERVER_PREDICT_LOAD_METRICS_H_
#define SERIN_SERVER_PREDICT_LOAD_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstddef>

namespace serin {

// What a predictor holds in memory, and what comes and goes. Thread-safe.
struct LoadMetrics {
  explicit LoadMetrics(prometheus::Registry* registry);

  prometheus::Gauge& loaded;           // serin_models_loaded: versions.
  prometheus::Gauge& memory_bytes;     // serin_models_memory_bytes: what they take.
  prometheus::Gauge& budget_bytes;     // serin_models_memory_budget_bytes
  prometheus::Counter& loads;          // serin_model_loads_total{outcome="loaded"}
  prometheus::Counter& refused;        //                        {outcome="refused"}
  prometheus::Counter& not_fetched;    //                        {outcome="not_fetched"}
  prometheus::Counter& unloads;        // serin_model_unloads_total: for want of memory.
  prometheus::Gauge& waiting;          // serin_model_waiting_calls: for a version to be loaded.
  prometheus::Counter& waits;          // serin_model_waits_total{outcome="loaded"}
  prometheus::Counter& waits_in_vain;  //                        {outcome="failed"}
  prometheus::Counter& waits_left;     //                        {outcome="cancelled"}
  prometheus::Counter& waits_refused;  //                        {outcome="refused"}: too many.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOAD_METRICS_H_
