#include "server/control/schedule_metrics.h"

#include <string>

namespace serin {
namespace {

using Run = v1::ScheduleRun;

prometheus::Gauge& Schedules(prometheus::Registry* registry, const std::string& state) {
  return prometheus::BuildGauge()
      .Name("serin_schedules")
      .Help("Schedules by state.")
      .Register(*registry)
      .Add({{"state", state}});
}

}  // namespace

ScheduleMetrics::ScheduleMetrics(prometheus::Registry* registry)
    : active_(Schedules(registry, "active")), paused_(Schedules(registry, "paused")) {
  auto& family = prometheus::BuildCounter()
                     .Name("serin_schedule_runs_total")
                     .Help("Runs of schedules by what became of them.")
                     .Register(*registry);
  const std::map<Run::Outcome, std::string> outcomes = {{Run::OUTCOME_STARTED, "started"},
                                                        {Run::OUTCOME_SKIPPED, "skipped"},
                                                        {Run::OUTCOME_FAILED, "failed"},
                                                        {Run::OUTCOME_MISSED, "missed"}};
  for (const auto& [outcome, label] : outcomes) runs_[outcome] = &family.Add({{"outcome", label}});
}

}  // namespace serin
