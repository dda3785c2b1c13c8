#ifndef SERIN_CORE_LEARN_ALGORITHMS_H_
#define SERIN_CORE_LEARN_ALGORITHMS_H_

#include <vector>

#include "serin/v1/algorithm.pb.h"

namespace serin {

// All algorithms that TrainModel knows, in order of their names.
std::vector<v1::Algorithm> ListAlgorithms();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_ALGORITHMS_H_
