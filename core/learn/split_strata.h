#ifndef SERIN_CORE_LEARN_SPLIT_STRATA_H_
#define SERIN_CORE_LEARN_SPLIT_STRATA_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/random.h"

// Rows at random, the same share of each stratum: the rows of one class, or all rows.

namespace serin {

// Fisher and Yates, as in Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm P.
void ShuffleIndexes(Random& random, std::vector<size_t>* items);

// See SplitRows.
std::vector<size_t> HoldOutShares(std::vector<std::vector<size_t>> strata, double fraction,
                                  uint64_t seed);

// One holdout per fold; see SplitFolds.
std::vector<std::vector<size_t>> DealStrata(std::vector<std::vector<size_t>> strata, size_t folds,
                                            uint64_t seed);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPLIT_STRATA_H_
