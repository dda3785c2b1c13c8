#include "server/predict/load_metrics.h"

#include <string>

namespace serin {
namespace {

prometheus::Gauge& GaugeOf(prometheus::Registry* registry, const std::string& name,
                           const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry).Add({});
}

prometheus::Family<prometheus::Counter>& CountersOf(prometheus::Registry* registry,
                                                    const std::string& name,
                                                    const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry);
}

prometheus::Counter& LoadsOf(prometheus::Registry* registry, const std::string& outcome) {
  return CountersOf(registry, "serin_model_loads_total",
                    "Attempts to load a model version, and what came of them")
      .Add({{"outcome", outcome}});
}

prometheus::Counter& WaitsOf(prometheus::Registry* registry, const std::string& outcome) {
  return CountersOf(registry, "serin_model_waits_total",
                    "Calls that waited for a model version to be loaded, and what came of it")
      .Add({{"outcome", outcome}});
}

}  // namespace

LoadMetrics::LoadMetrics(prometheus::Registry* registry)
    : loaded(GaugeOf(registry, "serin_models_loaded", "Model versions in memory")),
      memory_bytes(GaugeOf(registry, "serin_models_memory_bytes",
                           "Memory that the model versions in memory take")),
      budget_bytes(GaugeOf(registry, "serin_models_memory_budget_bytes",
                           "Memory that model versions may take (--predict_memory_bytes)")),
      loads(LoadsOf(registry, "loaded")),
      refused(LoadsOf(registry, "refused")),
      not_fetched(LoadsOf(registry, "not_fetched")),
      unloads(CountersOf(registry, "serin_model_unloads_total",
                         "Model versions unloaded for want of memory")
                  .Add({})),
      waiting(GaugeOf(registry, "serin_model_waiting_calls",
                      "Calls that wait for a model version to be loaded")),
      waits(WaitsOf(registry, "loaded")),
      waits_in_vain(WaitsOf(registry, "failed")),
      waits_left(WaitsOf(registry, "cancelled")),
      waits_refused(WaitsOf(registry, "refused")) {}

}  // namespace serin
