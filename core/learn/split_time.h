#ifndef SERIN_CORE_LEARN_SPLIT_TIME_H_
#define SERIN_CORE_LEARN_SPLIT_TIME_H_

#include <cstddef>
#include <vector>

#include "core/learn/split.h"

// Later rows judge what earlier ones have taught, as it will be once the model serves.

namespace serin {

// See SplitRows. `times` has one per example.
std::vector<size_t> HoldOutLast(std::vector<size_t> indexes, const std::vector<double>& times,
                                double fraction);

// See SplitFolds. There are more indexes than folds.
std::vector<Split> RollForward(std::vector<size_t> indexes, const std::vector<double>& times,
                               size_t folds);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPLIT_TIME_H_
