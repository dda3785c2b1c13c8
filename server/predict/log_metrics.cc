#include "server/predict/log_metrics.h"

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"

namespace serin {

LogMetrics::LogMetrics(prometheus::Registry* registry)
    : served_(prometheus::BuildCounter()
                  .Name("serin_prediction_log_served_rows_total")
                  .Help("Rows answered by models that have a prediction log")
                  .Register(*registry)),
      outcomes_(prometheus::BuildCounter()
                    .Name("serin_prediction_log_rows_total")
                    .Help("What became of them: logged, sampled_out or dropped")
                    .Register(*registry)) {}

std::shared_ptr<const LogCounters> LogMetrics::For(absl::string_view project,
                                                   absl::string_view model) {
  const std::string name =
      project == kDefaultProject ? std::string(model) : absl::StrCat(project, "/", model);
  absl::MutexLock lock(&mutex_);
  const auto [it, is_new] = entries_.try_emplace(name);
  if (is_new) it->second.counters = Add(name);
  ++it->second.holders;
  return std::shared_ptr<const LogCounters>(&it->second.counters,
                                            [this, name](const LogCounters*) { Release(name); });
}

LogCounters LogMetrics::Add(const std::string& model) {
  return {.served = &served_.Add({{"model", model}}),
          .logged = &outcomes_.Add({{"model", model}, {"outcome", "logged"}}),
          .sampled_out = &outcomes_.Add({{"model", model}, {"outcome", "sampled_out"}}),
          .dropped = &outcomes_.Add({{"model", model}, {"outcome", "dropped"}})};
}

void LogMetrics::Release(const std::string& model) {
  absl::MutexLock lock(&mutex_);
  const auto it = entries_.find(model);
  if (--it->second.holders > 0) return;
  const LogCounters& counters = it->second.counters;
  served_.Remove(counters.served);
  for (prometheus::Counter* counter : {counters.logged, counters.sampled_out, counters.dropped}) {
    outcomes_.Remove(counter);
  }
  entries_.erase(it);
}

}  // namespace serin
