#include "server/predict/predict_metrics.h"

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"

namespace serin {
namespace {

// From one small row to a hundred thousand rows of a large ensemble.
const prometheus::Histogram::BucketBoundaries kDurationSeconds = {
    10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3,
    5e-3,  10e-3, 20e-3, 50e-3,  0.1,    0.5,    1,    5};

std::map<std::string, std::string> With(std::map<std::string, std::string> labels,
                                        const std::string& outcome) {
  labels["outcome"] = outcome;
  return labels;
}

}  // namespace

void VersionMetrics::Record(const absl::Status& outcome, absl::Duration elapsed) const {
  prometheus::Counter* counter = failed;
  if (outcome.ok()) counter = ok;
  if (absl::IsInvalidArgument(outcome)) counter = invalid;
  counter->Increment();
  duration->Observe(absl::ToDoubleSeconds(elapsed));
}

PredictMetrics::PredictMetrics(prometheus::Registry* registry)
    : predictions_(prometheus::BuildCounter()
                       .Name("serin_predictions_total")
                       .Help("Predict calls by the version that answered and what came of them")
                       .Register(*registry)),
      durations_(prometheus::BuildHistogram()
                     .Name("serin_prediction_duration_seconds")
                     .Help("Time that the predict role took for a Predict call")
                     .Register(*registry)),
      loads_(registry) {}

std::shared_ptr<const VersionMetrics> PredictMetrics::For(absl::string_view project,
                                                          absl::string_view model,
                                                          int32_t version) {
  const std::string name =
      project == kDefaultProject ? std::string(model) : absl::StrCat(project, "/", model);
  const Labels labels = {{"model", name}, {"version", absl::StrCat(version)}};
  absl::MutexLock lock(&mutex_);
  const auto [it, is_new] = entries_.try_emplace(labels);
  if (is_new) it->second.metrics = Add(labels);
  ++it->second.holders;
  return std::shared_ptr<const VersionMetrics>(
      &it->second.metrics, [this, labels](const VersionMetrics*) { Release(labels); });
}

VersionMetrics PredictMetrics::Add(const Labels& labels) {
  return {.ok = &predictions_.Add(With(labels, "ok")),
          .invalid = &predictions_.Add(With(labels, "invalid")),
          .failed = &predictions_.Add(With(labels, "failed")),
          .duration = &durations_.Add(labels, kDurationSeconds)};
}

void PredictMetrics::Release(const Labels& labels) {
  absl::MutexLock lock(&mutex_);
  const auto it = entries_.find(labels);
  if (--it->second.holders > 0) return;
  const VersionMetrics& metrics = it->second.metrics;
  for (prometheus::Counter* counter : {metrics.ok, metrics.invalid, metrics.failed}) {
    predictions_.Remove(counter);
  }
  durations_.Remove(metrics.duration);
  entries_.erase(it);
}

}  // namespace serin
