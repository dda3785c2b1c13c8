#include "core/engine/split_index.h"

#include <algorithm>
#include <utility>

#include "core/engine/tree_categories.h"

namespace serin {
namespace {

std::pair<int32_t, bool> NumberKeyOf(const internal::v1::Tree& tree, int node) {
  return {tree.features(node), !tree.missing_left(node)};
}

}  // namespace

std::optional<SplitIndex> SplitIndex::Of(const internal::v1::TreeEnsemble& message) {
  SplitIndex index;
  for (const internal::v1::Tree& tree : message.trees()) {
    for (int node = 0; node < tree.thresholds_size(); ++node) {
      if (tree.left_children(node) >= 0 && !index.Add(tree, node)) return std::nullopt;
    }
  }
  if (!index.SortThresholds()) return std::nullopt;
  return index;
}

bool SplitIndex::Add(const internal::v1::Tree& tree, int node) {
  const auto [input, missing_right] = NumberKeyOf(tree, node);
  if (const auto set = CategoriesOfNode(tree, node)) {
    std::vector<int32_t> categories(set->begin(), set->end());
    const auto [it, is_new] = category_slots_.try_emplace(
        CategoryKey({input, missing_right}, categories), categories_.size());
    if (is_new) categories_.push_back({input, missing_right, std::move(categories)});
  } else {
    const auto [it, is_new] = number_slots_.try_emplace({input, missing_right}, numbers_.size());
    if (is_new) numbers_.push_back({input, missing_right, {}});
    numbers_[it->second].thresholds.push_back(tree.thresholds(node));
  }
  return size() <= kMaxSlots;
}

bool SplitIndex::SortThresholds() {
  for (NumberSlot& slot : numbers_) {
    std::sort(slot.thresholds.begin(), slot.thresholds.end());
    slot.thresholds.erase(std::unique(slot.thresholds.begin(), slot.thresholds.end()),
                          slot.thresholds.end());
    if (slot.thresholds.size() > kMaxRank) return false;
  }
  return true;
}

SplitIndex::Split SplitIndex::Find(const internal::v1::Tree& tree, int node) const {
  const auto key = NumberKeyOf(tree, node);
  if (const auto set = CategoriesOfNode(tree, node)) {
    const size_t slot =
        numbers_.size() + category_slots_.at({key, std::vector<int32_t>(set->begin(), set->end())});
    return {static_cast<uint8_t>(slot), 1};
  }
  const size_t slot = number_slots_.at(key);
  const std::vector<float>& thresholds = numbers_[slot].thresholds;
  const auto it = std::lower_bound(thresholds.begin(), thresholds.end(), tree.thresholds(node));
  return {static_cast<uint8_t>(slot), static_cast<uint8_t>(it - thresholds.begin() + 1)};
}

}  // namespace serin
