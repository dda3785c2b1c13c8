#include "core/learn/linear_export.h"

#include <cmath>

#include "core/base/errors.h"

namespace serin {

absl::Status TargetsTooLarge() {
  return InvalidField("target", "holds numbers too large for a linear model; scale it down");
}

absl::StatusOr<internal::v1::LinearEstimator> ExportRegression(const Eigen::VectorXd& weights,
                                                               double intercept) {
  if (!weights.allFinite() || !std::isfinite(intercept)) return TargetsTooLarge();
  internal::v1::LinearEstimator linear;
  linear.mutable_weights()->Add(weights.begin(), weights.end());
  linear.add_intercepts(intercept);
  return linear;
}

internal::v1::LinearEstimator ExportClassification(const std::vector<double>& parameters,
                                                   size_t input_count) {
  internal::v1::LinearEstimator linear;
  for (size_t first = 0; first < parameters.size(); first += input_count + 1) {
    const double* weights = parameters.data() + first;
    linear.mutable_weights()->Add(weights, weights + input_count);
    linear.add_intercepts(weights[input_count]);
  }
  return linear;
}

}  // namespace serin
