#ifndef SERIN_CORE_LEARN_LEAST_SQUARES_H_
#define SERIN_CORE_LEARN_LEAST_SQUARES_H_

#include "absl/status/statusor.h"
#include "core/learn/algorithm.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Minimises sum of squared errors + l2 * |weights|^2 without penalty on the intercept, in closed
// form. l2 is at least 0; with l2 = 0 and inputs that are linearly dependent it is the minimum with
// the smallest |weights|.
//
// INVALID_ARGUMENT if there are more than 10,000 rows and as many inputs, or if the numbers are too
// large for the answer to be finite.
absl::StatusOr<internal::v1::LinearEstimator> SolveLeastSquares(const TrainingSet& data, double l2);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LEAST_SQUARES_H_
