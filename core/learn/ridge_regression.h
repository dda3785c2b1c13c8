#ifndef SERIN_CORE_LEARN_RIDGE_REGRESSION_H_
#define SERIN_CORE_LEARN_RIDGE_REGRESSION_H_

#include "core/learn/algorithm.h"

namespace serin {

// Ridge regression: minimises sum of squared errors + l2 * |weights|^2 without penalty on the
// intercept, in closed form.
//
// Hoerl and Kennard, "Ridge regression: Biased estimation for nonorthogonal problems", 1970.
Algorithm RidgeRegression();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_RIDGE_REGRESSION_H_
