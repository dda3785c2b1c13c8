#ifndef SERIN_CORE_LEARN_WEIGHTED_REGRESSION_H_
#define SERIN_CORE_LEARN_WEIGHTED_REGRESSION_H_

#include <vector>

#include "core/learn/weighted_metrics.h"

namespace serin {

// See MakeWeightedMetrics.
class WeightedRegression final : public WeightedMetrics {
 public:
  explicit WeightedRegression(const Predictions& predictions);

  std::vector<MetricValue> Measure(const RowWeights& weights) const override;

 private:
  struct Row {
    double residual;
    double centred;          // True value less the mean of all.
    double relative;         // |residual / true value|, 0 where that is 0.
    bool counts_relatively;  // The true value is not 0.
  };

  std::vector<Row> rows_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_WEIGHTED_REGRESSION_H_
