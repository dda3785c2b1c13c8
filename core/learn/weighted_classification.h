#ifndef SERIN_CORE_LEARN_WEIGHTED_CLASSIFICATION_H_
#define SERIN_CORE_LEARN_WEIGHTED_CLASSIFICATION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/learn/weighted_metrics.h"

namespace serin {

// See MakeWeightedMetrics.
class WeightedClassification final : public WeightedMetrics {
 public:
  WeightedClassification(const Predictions& predictions, size_t class_count, bool rank);

  std::vector<MetricValue> Measure(const RowWeights& weights) const override;

 private:
  struct Row {
    uint32_t actual;
    uint32_t predicted;
    double log_loss;
    double brier;
  };

  // Rows of a class, rows predicted as it, and those that are both.
  struct ClassCount {
    double actual = 0;
    double predicted = 0;
    double right = 0;
  };

  struct Shares {
    double right = 0;  // Rows.
    double mean_recall = 0;
    double mean_f1 = 0;
  };

  static Shares SharesOf(const std::vector<ClassCount>& counts);

  const size_t class_count_;
  std::vector<Row> rows_;
  std::vector<Ranking> rankings_;  // One per class, for two classes of the second.
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_WEIGHTED_CLASSIFICATION_H_
