#ifndef SERIN_CORE_LEARN_MONOTONE_H_
#define SERIN_CORE_LEARN_MONOTONE_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/learn/algorithm.h"

// Predictions that only grow, or only fall, with a feature.

namespace serin {

// The hyperparameter `monotone_constraints`.
v1::Hyperparameter MonotoneParameter();

// The constraints as XGBoost takes them, "(1,0,-1)", one per input; empty where there are none.
// INVALID_ARGUMENT on `hyperparameters.monotone_constraints...` for a feature that reaches the
// trees as categories, a number that is no direction, or a model of three or more classes.
absl::StatusOr<std::string> MonotoneConstraints(const TrainingSet& data,
                                                const Hyperparameters& hyperparameters,
                                                const internal::v1::Predictor& model);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_MONOTONE_H_
