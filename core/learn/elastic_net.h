#ifndef SERIN_CORE_LEARN_ELASTIC_NET_H_
#define SERIN_CORE_LEARN_ELASTIC_NET_H_

#include "core/learn/algorithm.h"

namespace serin {

// Both minimise, without penalty on the intercept and by coordinate descent,
//   |targets - predictions|^2 / (2 * rows)
//     + alpha * l1_ratio * sum of |weights| + alpha * (1 - l1_ratio) / 2 * |weights|^2
// which is scikit-learn's objective, until the duality gap shows that they are near the minimum.

// l1_ratio is 1. Tibshirani, "Regression shrinkage and selection via the lasso", 1996.
Algorithm Lasso();

// Zou and Hastie, "Regularization and variable selection via the elastic net", 2005.
Algorithm ElasticNet();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_ELASTIC_NET_H_
