#include "core/learn/split_groups.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "core/base/random.h"
#include "core/learn/split_strata.h"

namespace serin {
namespace {

using Groups = std::vector<std::vector<size_t>>;

size_t RowCount(const Groups& groups) {
  return std::accumulate(groups.begin(), groups.end(), size_t{0},
                         [](size_t sum, const auto& group) { return sum + group.size(); });
}

Groups Shuffled(Groups groups, uint64_t seed) {
  std::vector<size_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0);
  Random random(seed);
  ShuffleIndexes(random, &order);
  Groups shuffled;
  for (const size_t i : order) shuffled.push_back(std::move(groups[i]));
  return shuffled;
}

bool Smaller(const std::vector<size_t>& a, const std::vector<size_t>& b) {
  return a.size() < b.size();
}

}  // namespace

Groups GroupsOf(const std::vector<size_t>& indexes, const std::vector<double>& keys) {
  std::map<double, std::vector<size_t>> by_key;
  for (const size_t i : indexes) by_key[keys[i]].push_back(i);
  Groups groups;
  for (auto& [key, group] : by_key) groups.push_back(std::move(group));
  return groups;
}

std::vector<size_t> HoldOutGroups(Groups groups, double fraction, uint64_t seed) {
  groups = Shuffled(std::move(groups), seed);
  const double share = fraction * static_cast<double>(RowCount(groups));
  std::vector<size_t> holdout;
  size_t held = 0;
  for (const std::vector<size_t>& group : groups) {
    // A group that would lead further away than it comes closer is passed over.
    const double middle =
        static_cast<double>(holdout.size()) + static_cast<double>(group.size()) / 2;
    if (middle > share || held + 1 == groups.size()) continue;
    holdout.insert(holdout.end(), group.begin(), group.end());
    ++held;
  }
  return held > 0 ? holdout : *std::min_element(groups.begin(), groups.end(), &Smaller);
}

Groups DealGroups(Groups groups, size_t folds, uint64_t seed) {
  groups = Shuffled(std::move(groups), seed);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  Groups holdouts(folds);
  for (const std::vector<size_t>& group : groups) {
    std::vector<size_t>& least = *std::min_element(holdouts.begin(), holdouts.end(), &Smaller);
    least.insert(least.end(), group.begin(), group.end());
  }
  return holdouts;
}

}  // namespace serin
