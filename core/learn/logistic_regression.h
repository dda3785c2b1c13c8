#ifndef SERIN_CORE_LEARN_LOGISTIC_REGRESSION_H_
#define SERIN_CORE_LEARN_LOGISTIC_REGRESSION_H_

#include "core/learn/algorithm.h"

namespace serin {

// Logistic regression: for two classes the binary model, for more the multinomial one. Minimises
//   sum over rows of -ln p(true class) + l2 / 2 * |weights|^2
// without penalty on the intercepts (scikit-learn's objective with C = 1 / l2), by L-BFGS.
//
// Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", 1989.
Algorithm LogisticRegression();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_REGRESSION_H_
