#ifndef SERIN_CORE_LEARN_SPLIT_H_
#define SERIN_CORE_LEARN_SPLIT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/learn/labels.h"

namespace serin {

// Two disjoint sets of indexes into Labels::rows that together are all, both ascending.
struct Split {
  std::vector<size_t> train;
  std::vector<size_t> holdout;
};

// Holds out a share in [0, 0.5] of the rows (for classification, of the rows of each class),
// rounded to the nearest whole number of rows, ties up, but never all. The same seed gives the same
// split on every platform.
Split SplitRows(const Labels& labels, double holdout_fraction, uint64_t seed);

// Deals the rows (for classification, those of each class) out to `folds` holdouts whose sizes
// differ by at most one, and pairs each with the rest. `folds` is at least 2.
std::vector<Split> SplitFolds(const Labels& labels, size_t folds, uint64_t seed);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPLIT_H_
