#ifndef SERIN_CORE_LEARN_CLASS_WEIGHTS_H_
#define SERIN_CORE_LEARN_CLASS_WEIGHTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/algorithm.h"

// Classification in which an error costs more in some classes than in others.

namespace serin {

// The hyperparameters `class_weights` and `balance_classes`.
std::vector<v1::Hyperparameter> ClassWeightParameters();

// What a row of each class counts: its entry in `class_weights` (1 where there is none), with
// `balance_classes` divided by the class's share of the rows times the number of classes. One per
// class; for regression empty. INVALID_ARGUMENT on `hyperparameters.class_weights...` if it names
// what is no class of the model or leaves no class any weight.
absl::StatusOr<std::vector<double>> ClassWeights(const TrainingSet& data,
                                                 const Hyperparameters& hyperparameters,
                                                 const internal::v1::Predictor& model);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_CLASS_WEIGHTS_H_
