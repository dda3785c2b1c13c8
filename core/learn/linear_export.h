#ifndef SERIN_CORE_LEARN_LINEAR_EXPORT_H_
#define SERIN_CORE_LEARN_LINEAR_EXPORT_H_

#include <Eigen/Core>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// INVALID_ARGUMENT on the field `target`: its numbers are too large to compute with.
absl::Status TargetsTooLarge();

// The estimator with these weights. TargetsTooLarge where one of the numbers is not finite.
absl::StatusOr<internal::v1::LinearEstimator> ExportRegression(const Eigen::VectorXd& weights,
                                                               double intercept);

// The same for a classification: for each margin its weights and then its intercept.
internal::v1::LinearEstimator ExportClassification(const std::vector<double>& parameters,
                                                   size_t input_count);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LINEAR_EXPORT_H_
