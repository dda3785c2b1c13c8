#include <algorithm>

#include "core/learn/metrics.h"
#include "core/learn/sorted_quantile.h"
#include "core/learn/weighted_metrics.h"

namespace serin {
namespace {

constexpr double kResidualQuantiles[] = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

std::vector<double> SortedResiduals(const Predictions& predictions) {
  std::vector<double> residuals;
  residuals.reserve(predictions.actual.size());
  for (size_t row = 0; row < predictions.actual.size(); ++row) {
    residuals.push_back(predictions.actual[row] - predictions.outputs[row]);
  }
  std::sort(residuals.begin(), residuals.end());
  return residuals;
}

}  // namespace

v1::RegressionMetrics MeasureRegression(const Predictions& predictions) {
  v1::RegressionMetrics metrics;
  const RowWeights once(predictions.actual.size(), 1);
  SetMetrics(MakeWeightedMetrics(predictions, /*class_count=*/0, /*rank=*/false)->Measure(once),
             &metrics);
  const std::vector<double> residuals = SortedResiduals(predictions);
  for (const double quantile : kResidualQuantiles) {
    v1::ResidualQuantile& out = *metrics.add_residuals();
    out.set_quantile(quantile);
    out.set_residual(SortedQuantile(residuals, quantile));
  }
  return metrics;
}

}  // namespace serin
