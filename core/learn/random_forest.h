#ifndef SERIN_CORE_LEARN_RANDOM_FOREST_H_
#define SERIN_CORE_LEARN_RANDOM_FOREST_H_

#include "core/learn/algorithm.h"

namespace serin {

// The mean of many deep trees, each grown on rows drawn with replacement, with few features to
// choose from at each split.
//
// Breiman, "Random forests", Machine Learning 45(1), 2001.
Algorithm RandomForest();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_RANDOM_FOREST_H_
