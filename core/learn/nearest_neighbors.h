#ifndef SERIN_CORE_LEARN_NEAREST_NEIGHBORS_H_
#define SERIN_CORE_LEARN_NEAREST_NEIGHBORS_H_

#include "core/learn/algorithm.h"

namespace serin {

// k nearest neighbours by Euclidean distance. The model is the training rows.
//
// Cover and Hart, "Nearest neighbor pattern classification", 1967.
Algorithm NearestNeighbors();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_NEAREST_NEIGHBORS_H_
