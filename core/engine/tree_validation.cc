#include "core/engine/tree_validation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/engine/tree_categories.h"

namespace serin {
namespace {

// So that a node's index fits in 32 bits.
constexpr size_t kMaxNodes = size_t{1} << 31;
// So that an input's index fits in 30 bits.
constexpr size_t kMaxInputs = size_t{1} << 30;
// 256 MiB in bit sets, for few bytes of a file may ask for many of them.
constexpr size_t kMaxCategoryWords = size_t{1} << 26;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("trees: ", what));
}

bool InRange(int32_t index, size_t count) {
  return index >= 0 && static_cast<size_t>(index) < count;
}

// Checks one tree; errors say only what is wrong within it.
class TreeValidator {
 public:
  TreeValidator(const internal::v1::Tree& tree, size_t input_count, size_t margin_count)
      : tree_(tree), input_count_(input_count), margin_count_(margin_count) {}

  absl::Status Validate() {
    SERIN_RETURN_IF_ERROR(CheckSizes());
    SERIN_RETURN_IF_ERROR(ValidateCategories(tree_));
    SERIN_RETURN_IF_ERROR(CheckCovers());
    has_parent_.assign(tree_.thresholds_size(), false);
    for (int node = 0; node < tree_.thresholds_size(); ++node) {
      SERIN_RETURN_IF_ERROR(CheckNode(node));
    }
    return CheckReached();
  }

 private:
  absl::Status CheckSizes() const {
    const int size = tree_.thresholds_size();
    if (size == 0) return absl::InvalidArgumentError("has no nodes");
    if (tree_.features_size() != size || tree_.left_children_size() != size ||
        tree_.right_children_size() != size || tree_.missing_left_size() != size) {
      return absl::InvalidArgumentError("its arrays differ in length");
    }
    if (!InRange(tree_.output(), margin_count_)) {
      return absl::InvalidArgumentError(
          absl::StrCat("adds to output ", tree_.output(), " of ", margin_count_));
    }
    return absl::OkStatus();
  }

  absl::Status CheckCovers() const {
    if (tree_.covers().empty()) return absl::OkStatus();
    if (tree_.covers_size() != tree_.thresholds_size()) {
      return absl::InvalidArgumentError(absl::StrCat("has ", tree_.covers_size(), " covers for ",
                                                     tree_.thresholds_size(), " nodes"));
    }
    for (int node = 0; node < tree_.covers_size(); ++node) {
      if (std::isfinite(tree_.covers(node)) && tree_.covers(node) >= 0) continue;
      return Invalid(node, "the cover is no weight");
    }
    return absl::OkStatus();
  }

  absl::Status CheckNode(int node) {
    if (tree_.left_children(node) == -1) return CheckLeaf(node);
    if (std::isnan(tree_.thresholds(node)) && !HasCategories(node))
      return Invalid(node, "the threshold is NaN");
    if (!InRange(tree_.features(node), input_count_)) {
      return Invalid(node,
                     absl::StrCat("looks at input ", tree_.features(node), " of ", input_count_));
    }
    SERIN_RETURN_IF_ERROR(Adopt(node, tree_.left_children(node)));
    return Adopt(node, tree_.right_children(node));
  }

  bool HasCategories(int node) const {
    return std::binary_search(tree_.category_nodes().begin(), tree_.category_nodes().end(), node);
  }

  absl::Status CheckLeaf(int node) const {
    if (!std::isfinite(tree_.thresholds(node))) return Invalid(node, "the leaf is not finite");
    return absl::OkStatus();
  }

  // Children come after their parents and have one each: there is no cycle, and what has a parent
  // hangs, over its parents, on the root.
  absl::Status Adopt(int parent, int32_t child) {
    if (!InRange(child, has_parent_.size()) || child <= parent) {
      return Invalid(parent, absl::StrCat("child ", child, " does not lie after it"));
    }
    if (has_parent_[child]) {
      return Invalid(parent, absl::StrCat("child ", child, " has another parent"));
    }
    has_parent_[child] = true;
    return absl::OkStatus();
  }

  absl::Status CheckReached() const {
    const auto orphan = std::find(has_parent_.begin() + 1, has_parent_.end(), false);
    if (orphan == has_parent_.end()) return absl::OkStatus();
    return Invalid(static_cast<int>(orphan - has_parent_.begin()), "has no parent");
  }

  static absl::Status Invalid(int node, absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("node ", node, ": ", what));
  }

  const internal::v1::Tree& tree_;
  const size_t input_count_;
  const size_t margin_count_;
  std::vector<bool> has_parent_;
};

size_t CategoryWords(const internal::v1::Tree& tree) {
  size_t words = 0;
  for (int i = 0; i < tree.category_nodes_size(); ++i) words += WordCount(CategoriesOf(tree, i));
  return words;
}

absl::Status CheckBaseScores(const internal::v1::TreeEnsemble& message, size_t margin_count) {
  if (message.output_count() < 0 || static_cast<size_t>(message.output_count()) != margin_count ||
      static_cast<size_t>(message.base_scores_size()) != margin_count) {
    return Invalid(absl::StrCat(message.output_count(), " outputs and ", message.base_scores_size(),
                                " base scores for a model that has ", margin_count));
  }
  for (const float score : message.base_scores()) {
    if (!std::isfinite(score)) return Invalid("a base score is not finite");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateTrees(const internal::v1::TreeEnsemble& message, size_t input_count,
                           size_t margin_count) {
  SERIN_RETURN_IF_ERROR(CheckBaseScores(message, margin_count));
  if (!internal::v1::TreeEnsemble::Link_IsValid(message.link())) {
    return Invalid(absl::StrCat("link ", static_cast<int>(message.link()), " is unknown"));
  }
  if (input_count > kMaxInputs) return Invalid("too many inputs");
  size_t node_count = 0;
  size_t category_words = 0;
  for (int i = 0; i < message.trees_size(); ++i) {
    const internal::v1::Tree& tree = message.trees(i);
    node_count += tree.thresholds_size();
    if (node_count > kMaxNodes) return Invalid("too many nodes");
    const absl::Status status = TreeValidator(tree, input_count, margin_count).Validate();
    if (!status.ok()) return Invalid(absl::StrCat("tree ", i, ": ", status.message()));
    category_words += CategoryWords(tree);
    if (category_words > kMaxCategoryWords) return Invalid("too many categories");
  }
  return absl::OkStatus();
}

}  // namespace serin
