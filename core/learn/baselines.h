#ifndef SERIN_CORE_LEARN_BASELINES_H_
#define SERIN_CORE_LEARN_BASELINES_H_

#include "core/learn/algorithm.h"

namespace serin {

// What every evaluation is compared with: the best answers that do not look at the features.

// Classification: each class with the share of the training rows that it has, so that the class
// predicted is the most frequent one. A class without a row counts as half a row.
Algorithm Majority();

// Regression: the mean of the training rows' targets.
Algorithm Mean();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_BASELINES_H_
