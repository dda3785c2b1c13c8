#include "core/learn/split_time.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace serin {
namespace {

void SortByTime(const std::vector<double>& times, std::vector<size_t>* indexes) {
  std::stable_sort(indexes->begin(), indexes->end(),
                   [&](size_t a, size_t b) { return times[a] < times[b]; });
}

}  // namespace

std::vector<size_t> HoldOutLast(std::vector<size_t> indexes, const std::vector<double>& times,
                                double fraction) {
  SortByTime(times, &indexes);
  const double share = fraction * static_cast<double>(indexes.size());
  const size_t held = std::min(static_cast<size_t>(std::floor(share + 0.5)), indexes.size() - 1);
  return {indexes.end() - static_cast<ptrdiff_t>(held), indexes.end()};
}

std::vector<Split> RollForward(std::vector<size_t> indexes, const std::vector<double>& times,
                               size_t folds) {
  SortByTime(times, &indexes);
  std::vector<Split> splits;
  for (size_t fold = 1; fold <= folds; ++fold) {
    const auto begin =
        indexes.begin() + static_cast<ptrdiff_t>(fold * indexes.size() / (folds + 1));
    const auto end =
        indexes.begin() + static_cast<ptrdiff_t>((fold + 1) * indexes.size() / (folds + 1));
    Split split{{indexes.begin(), begin}, {begin, end}};
    std::sort(split.train.begin(), split.train.end());
    std::sort(split.holdout.begin(), split.holdout.end());
    splits.push_back(std::move(split));
  }
  return splits;
}

}  // namespace serin
