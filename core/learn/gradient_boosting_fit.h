#ifndef SERIN_CORE_LEARN_GRADIENT_BOOSTING_FIT_H_
#define SERIN_CORE_LEARN_GRADIENT_BOOSTING_FIT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "core/learn/algorithm.h"

namespace serin {

// Algorithm::fit of gradient_boosting.
absl::Status FitGradientBoosting(const TrainingSet& data, const Hyperparameters& hyperparameters,
                                 uint64_t seed, const IterationSink& sink,
                                 internal::v1::Predictor* model);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_GRADIENT_BOOSTING_FIT_H_
