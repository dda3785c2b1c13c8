#include "server/predict/drift_reports.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "core/monitor/drift.h"

namespace serin {
namespace {

constexpr char kPrediction[] = "__prediction";

// Those that count.
std::vector<std::shared_ptr<const LoadedModel>> CountingModels(const ModelHost& host) {
  std::vector<std::shared_ptr<const LoadedModel>> models;
  const std::shared_ptr<const VersionTable> versions = host.Versions();
  for (const auto& version : versions->versions()) {
    if (version->loaded != nullptr && version->loaded->drift != nullptr) {
      models.push_back(version->loaded);
    }
  }
  return models;
}

}  // namespace

internal::v1::DistributionReport DistributionsOf(const ModelHost& host, absl::Time now) {
  internal::v1::DistributionReport report;
  for (const auto& model : CountingModels(host)) {
    internal::v1::VersionDistribution& version = *report.add_versions();
    version = model->drift->Counts(now);
    version.set_project(model->project);
    version.set_model(model->model_id);
    version.set_version(model->version);
  }
  return report;
}

DriftMetrics::DriftMetrics(prometheus::Registry* registry)
    : family_(prometheus::BuildGauge()
                  .Name("serin_feature_drift")
                  .Help("How far a feature, or the answer, has moved from its training")
                  .Register(*registry)) {}

void DriftMetrics::Update(const ModelHost& host, absl::Time now) {
  Gauges kept;
  for (const auto& model : CountingModels(host)) {
    const internal::v1::VersionDistribution counts = model->drift->Counts(now);
    const internal::v1::TrainingProfile& profile = model->drift->profile();
    const auto& features = model->predictor->model().features();
    const std::string name = model->project == kDefaultProject
                                 ? model->model_id
                                 : absl::StrCat(model->project, "/", model->model_id);
    const Labels labels = {{"model", name}, {"version", absl::StrCat(model->version)}};
    for (int i = 0; i < profile.features_size(); ++i) {
      Set(labels,
          CompareDistributions(features.columns(i).name(), profile.features(i), counts.features(i)),
          kept);
    }
    Set(labels, CompareDistributions(kPrediction, profile.prediction(), counts.prediction()), kept);
  }
  for (const auto& [labels, gauge] : gauges_) {
    if (!kept.contains(labels)) family_.Remove(gauge);
  }
  gauges_ = std::move(kept);
}

void DriftMetrics::Set(Labels labels, const v1::ColumnDrift& drift, Gauges& kept) {
  labels["feature"] = drift.column();
  SetOne(labels, "psi", drift.psi(), kept);
  SetOne(labels, "jensen_shannon", drift.jensen_shannon(), kept);
}

void DriftMetrics::SetOne(Labels labels, const std::string& measure, double value, Gauges& kept) {
  labels["measure"] = measure;
  prometheus::Gauge& gauge = family_.Add(labels);
  gauge.Set(value);
  kept[labels] = &gauge;
}

}  // namespace serin
