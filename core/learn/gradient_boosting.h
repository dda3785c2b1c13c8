#ifndef SERIN_CORE_LEARN_GRADIENT_BOOSTING_H_
#define SERIN_CORE_LEARN_GRADIENT_BOOSTING_H_

#include "core/learn/algorithm.h"

namespace serin {

// Gradient-boosted trees, fitted by XGBoost: squared error for regression, logistic loss for two
// classes, softmax for more.
//
// Chen and Guestrin, "XGBoost: A scalable tree boosting system", KDD 2016.
Algorithm GradientBoosting();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_GRADIENT_BOOSTING_H_
