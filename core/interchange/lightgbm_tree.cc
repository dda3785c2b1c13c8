#include "core/interchange/lightgbm_tree.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/interchange/imported_model.h"
#include "core/interchange/lightgbm_arrays.h"

namespace serin {
namespace {

// Bits of decision_type.
constexpr int64_t kCategorical = 1;
constexpr int64_t kDefaultLeft = 2;
enum class Missing { kNone = 0, kZero = 1, kNaN = 2 };

// The smallest number in single precision that is above `threshold` rounded to it: "less than"
// this is "at most" the threshold. (Rounded down instead, inputs in single precision would all be
// right, but a number such as 0.2 in double precision, which rounds up, not equal to itself.)
float LessThanThreshold(double threshold) {
  return std::nextafter(static_cast<float>(threshold), std::numeric_limits<float>::infinity());
}

// Writes a tree's nodes breadth first.
class TreeWriter {
 public:
  TreeWriter(const LightgbmBlock& block, const LightgbmArrays& saved, double leaf_scale)
      : block_(block), saved_(saved), leaf_scale_(leaf_scale) {}

  absl::StatusOr<internal::v1::Tree> Write() {
    const size_t node_count = saved_.split_count() + saved_.leaf_count;
    sources_ = {saved_.split_count() == 0 ? ~int64_t{0} : 0};
    for (size_t i = 0; i < sources_.size(); ++i) {
      if (sources_.size() > node_count) return block_.Invalid("left_child", "forms no tree");
      SERIN_RETURN_IF_ERROR(sources_[i] < 0 ? WriteLeaf(~sources_[i]) : WriteSplit(sources_[i]));
    }
    return std::move(tree_);
  }

 private:
  absl::Status WriteLeaf(int64_t leaf) {
    if (static_cast<size_t>(leaf) >= saved_.leaf_count) {
      return block_.Invalid("left_child",
                            absl::StrCat("has leaf ", leaf, " of ", saved_.leaf_count));
    }
    AddNode(0, static_cast<float>(saved_.leaves[leaf] * leaf_scale_), false);
    tree_.add_left_children(-1);
    tree_.add_right_children(-1);
    if (!saved_.leaf_rows.empty()) tree_.add_covers(static_cast<float>(saved_.leaf_rows[leaf]));
    return absl::OkStatus();
  }

  absl::Status WriteSplit(int64_t split) {
    if (static_cast<size_t>(split) >= saved_.split_count()) {
      return block_.Invalid("left_child",
                            absl::StrCat("has split ", split, " of ", saved_.split_count()));
    }
    if (saved_.features[split] < 0 || saved_.features[split] >= kMaxImportedFeatures) {
      return block_.Invalid("split_feature", absl::StrCat("has ", saved_.features[split]));
    }
    if (!saved_.split_rows.empty()) tree_.add_covers(static_cast<float>(saved_.split_rows[split]));
    return (saved_.decisions[split] & kCategorical) != 0 ? WriteCategories(split)
                                                         : WriteThreshold(split);
  }

  // Left in LightGBM is what is in the set; with us that is right, and what is missing goes left.
  absl::Status WriteCategories(int64_t split) {
    const double set = saved_.thresholds[split];
    if (!(set >= 0 && set + 1 < static_cast<double>(saved_.category_bounds.size()))) {
      return block_.Invalid("threshold", absl::StrCat("has no set ", set, " of categories"));
    }
    const auto first = static_cast<size_t>(set);
    tree_.add_category_nodes(tree_.thresholds_size());
    tree_.add_category_begins(tree_.categories_size());
    SERIN_RETURN_IF_ERROR(AddSet(first));
    AddNode(saved_.features[split], 0, true);
    AddChildren(saved_.right_children[split], saved_.left_children[split]);
    return absl::OkStatus();
  }

  absl::Status AddSet(size_t set) {
    // Many splits by one large set would take far more memory than the file.
    if (set_used_.empty()) set_used_.resize(saved_.category_bounds.size());
    if (set_used_[set]) return block_.Invalid("threshold", "has a set of categories twice");
    set_used_[set] = true;
    const int64_t begin = saved_.category_bounds[set];
    for (int64_t word = begin; word < saved_.category_bounds[set + 1]; ++word) {
      for (int bit = 0; bit < 32; ++bit) {
        if ((saved_.category_words[word] >> bit & 1) == 0) continue;
        tree_.add_categories(static_cast<int32_t>((word - begin) * 32 + bit));
      }
    }
    return absl::OkStatus();
  }

  absl::Status WriteThreshold(int64_t split) {
    const double threshold = saved_.thresholds[split];
    const int64_t decision = saved_.decisions[split];
    const bool default_left = (decision & kDefaultLeft) != 0;
    const bool zero_left = 0 <= threshold;
    const auto missing = static_cast<Missing>(decision >> 2 & 3);
    if (missing == Missing::kZero && default_left != zero_left) {
      return absl::UnimplementedError(
          "LightGBM model: zeros that count as missing (zero_as_missing) are not supported where "
          "a split sends them elsewhere than numbers about zero");
    }
    const bool missing_left = missing == Missing::kNone ? zero_left : default_left;
    AddNode(saved_.features[split], LessThanThreshold(threshold), missing_left);
    AddChildren(saved_.left_children[split], saved_.right_children[split]);
    return absl::OkStatus();
  }

  void AddNode(int64_t feature, float threshold, bool missing_left) {
    tree_.add_features(static_cast<int32_t>(feature));
    tree_.add_thresholds(threshold);
    tree_.add_missing_left(missing_left);
  }

  void AddChildren(int64_t left, int64_t right) {
    tree_.add_left_children(static_cast<int32_t>(sources_.size()));
    tree_.add_right_children(static_cast<int32_t>(sources_.size()) + 1);
    sources_.push_back(left);
    sources_.push_back(right);
  }

  const LightgbmBlock& block_;
  const LightgbmArrays& saved_;
  const double leaf_scale_;
  internal::v1::Tree tree_;
  // What the nodes are made of, in order.
  std::vector<int64_t> sources_;
  std::vector<bool> set_used_;
};

}  // namespace

absl::StatusOr<internal::v1::Tree> ReadLightgbmTree(const LightgbmBlock& block, int output,
                                                    double leaf_scale) {
  if (block.Text("is_linear") == "1") {
    return absl::UnimplementedError("LightGBM model: linear trees are not supported");
  }
  SERIN_ASSIGN_OR_RETURN(const LightgbmArrays saved, ReadLightgbmArrays(block));
  SERIN_ASSIGN_OR_RETURN(internal::v1::Tree tree, TreeWriter(block, saved, leaf_scale).Write());
  tree.set_output(output);
  return tree;
}

}  // namespace serin
