#ifndef SERIN_CORE_LEARN_WEIGHTED_METRICS_H_
#define SERIN_CORE_LEARN_WEIGHTED_METRICS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/learn/predictions.h"
#include "core/learn/ranking.h"
#include "google/protobuf/message.h"

// Metrics as functions of how often each row counts, so that a resample costs one pass. What can be
// known of a row by itself is worked out once. serin/v1/model.proto defines the metrics.

namespace serin {

// One metric of some rows.
struct MetricValue {
  const char* name;             // The field in ClassificationMetrics or RegressionMetrics.
  std::optional<double> value;  // Nothing where the rows do not define it.
};

class WeightedMetrics {
 public:
  virtual ~WeightedMetrics() = default;

  // One weight per row, not all 0. Always the same metrics in the same order.
  virtual std::vector<MetricValue> Measure(const RowWeights& weights) const = 0;
};

// `rank`: with the areas under curves, which take 8 bytes per row and class (two classes count
// once) and most of the time.
std::unique_ptr<const WeightedMetrics> MakeWeightedMetrics(const Predictions& predictions,
                                                           size_t class_count, bool rank);

// Writes the values into the fields of their names.
void SetMetrics(const std::vector<MetricValue>& values, google::protobuf::Message* metrics);

// The most probable class of each row; of several the first.
std::vector<size_t> PredictedClasses(const std::vector<double>& probabilities, size_t class_count);

// How one class ranks the rows against the rest.
Ranking RankClass(size_t c, const Predictions& predictions, size_t class_count);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_WEIGHTED_METRICS_H_
