#ifndef SERIN_CORE_LEARN_LOGISTIC_REGRESSION_H_
#define SERIN_CORE_LEARN_LOGISTIC_REGRESSION_H_

#include "core/learn/algorithm.h"

namespace serin {

// Logistic regression: for two classes the binary model, for more the multinomial one. Minimises
//   sum over rows of -ln p(true class) + l1 * sum of |weights| + l2 / 2 * |weights|^2
// without penalty on the intercepts.
//
// Cox, "The regression analysis of binary sequences", 1958.
Algorithm LogisticRegression();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_REGRESSION_H_
