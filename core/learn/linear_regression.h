#ifndef SERIN_CORE_LEARN_LINEAR_REGRESSION_H_
#define SERIN_CORE_LEARN_LINEAR_REGRESSION_H_

#include "core/learn/algorithm.h"

namespace serin {

// Linear regression by ordinary least squares. Where the inputs are linearly dependent, as one-hot
// inputs are, the smallest of the weights that fit best (scikit-learn's LinearRegression).
//
// Gauss, "Theoria combinationis observationum erroribus minimis obnoxiae", 1823.
Algorithm LinearRegression();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LINEAR_REGRESSION_H_
