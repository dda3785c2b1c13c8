#ifndef SERIN_CORE_ENGINE_MLP_ACTIVATION_H_
#define SERIN_CORE_ENGINE_MLP_ACTIVATION_H_

#include <algorithm>

#include "core/engine/link.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Inputs, weights and what rectified units give are limited to this on both sides, so that no sum
// of a hundred thousand products overflows single precision.
inline constexpr float kMlpLimit = 1e6F;

inline float LimitToMlp(double x) {
  return static_cast<float>(std::clamp(x, -double{kMlpLimit}, double{kMlpLimit}));
}

// What a unit makes of its sum. The hyperbolic tangent goes by our own Exp.
inline float Activate(internal::v1::MlpEstimator::Activation activation, float x) {
  if (activation == internal::v1::MlpEstimator::ACTIVATION_RELU) {
    return std::clamp(x, 0.0F, kMlpLimit);
  }
  return static_cast<float>(1 - 2 / (Exp(2 * static_cast<double>(x)) + 1));
}

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_MLP_ACTIVATION_H_
