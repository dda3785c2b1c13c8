#include "core/interchange/lightgbm_arrays.h"

#include "absl/status/status.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr int kMaxLeaves = 1 << 26;

absl::Status ReadCategories(const LightgbmBlock& block, LightgbmArrays* tree) {
  SERIN_ASSIGN_OR_RETURN(const int count, block.Integer("num_cat", 0, 0, kMaxLeaves));
  if (count == 0) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(tree->category_bounds, block.Integers("cat_boundaries", count + 1));
  for (int i = 0; i < count; ++i) {
    if (tree->category_bounds[i] < 0 || tree->category_bounds[i + 1] < tree->category_bounds[i]) {
      return block.Invalid("cat_boundaries", "must not fall");
    }
  }
  SERIN_ASSIGN_OR_RETURN(tree->category_words,
                         block.Integers("cat_threshold", tree->category_bounds.back()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LightgbmArrays> ReadLightgbmArrays(const LightgbmBlock& block) {
  LightgbmArrays tree;
  SERIN_ASSIGN_OR_RETURN(tree.leaf_count, block.Integer("num_leaves", 1, 1, kMaxLeaves));
  const size_t splits = tree.split_count();
  SERIN_ASSIGN_OR_RETURN(tree.leaves, block.Numbers("leaf_value", tree.leaf_count));
  SERIN_ASSIGN_OR_RETURN(tree.features, block.Integers("split_feature", splits));
  SERIN_ASSIGN_OR_RETURN(tree.thresholds, block.Numbers("threshold", splits));
  SERIN_ASSIGN_OR_RETURN(tree.decisions, block.Integers("decision_type", splits));
  SERIN_ASSIGN_OR_RETURN(tree.left_children, block.Integers("left_child", splits));
  SERIN_ASSIGN_OR_RETURN(tree.right_children, block.Integers("right_child", splits));
  if (splits > 0 && !block.Text("leaf_count").empty() && !block.Text("internal_count").empty()) {
    SERIN_ASSIGN_OR_RETURN(tree.leaf_rows, block.Numbers("leaf_count", tree.leaf_count));
    SERIN_ASSIGN_OR_RETURN(tree.split_rows, block.Numbers("internal_count", splits));
  }
  SERIN_RETURN_IF_ERROR(ReadCategories(block, &tree));
  return tree;
}

}  // namespace serin
