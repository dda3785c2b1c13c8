#ifndef SERIN_CORE_LEARN_SPLIT_GROUPS_H_
#define SERIN_CORE_LEARN_SPLIT_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

// Rows that belong together (of one patient, one customer) stay together: a model that has seen
// some of them would be judged on what it knows already.

namespace serin {

// The indexes with the same key, in order of the keys. `keys` has one per example.
std::vector<std::vector<size_t>> GroupsOf(const std::vector<size_t>& indexes,
                                          const std::vector<double>& keys);

// See SplitRows. There are at least two groups.
std::vector<size_t> HoldOutGroups(std::vector<std::vector<size_t>> groups, double fraction,
                                  uint64_t seed);

// One holdout per fold; see SplitFolds. There are at least as many groups as folds.
std::vector<std::vector<size_t>> DealGroups(std::vector<std::vector<size_t>> groups, size_t folds,
                                            uint64_t seed);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPLIT_GROUPS_H_
