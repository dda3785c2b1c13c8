#include "core/learn/weighted_metrics.h"

#include "core/learn/weighted_classification.h"
#include "core/learn/weighted_regression.h"
#include "google/protobuf/descriptor.h"

namespace serin {

std::unique_ptr<const WeightedMetrics> MakeWeightedMetrics(const Predictions& predictions,
                                                           size_t class_count, bool rank) {
  if (class_count == 0) return std::make_unique<WeightedRegression>(predictions);
  return std::make_unique<WeightedClassification>(predictions, class_count, rank);
}

void SetMetrics(const std::vector<MetricValue>& values, google::protobuf::Message* metrics) {
  for (const MetricValue& metric : values) {
    if (!metric.value.has_value()) continue;
    const auto* field = metrics->GetDescriptor()->FindFieldByName(metric.name);
    metrics->GetReflection()->SetDouble(metrics, field, *metric.value);
  }
}

}  // namespace serin
