#include "core/interchange/category_codes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

// Members of all sets, of whatever feature.
constexpr size_t kMaxSetMembers = size_t{1} << 26;

// Nodes that are looked at, all features together.
constexpr size_t kMaxNodeVisits = size_t{1} << 31;

// Where each code's category lies among the sorted ones.
using Ranks = std::vector<int32_t>;

// The codes in order of their categories.
std::vector<int32_t> SortedCodes(const std::vector<std::string>& categories) {
  std::vector<int32_t> codes(categories.size());
  std::iota(codes.begin(), codes.end(), 0);
  std::sort(codes.begin(), codes.end(),
            [&](int32_t a, int32_t b) { return categories[a] < categories[b]; });
  return codes;
}

absl::Status CheckUnique(const std::vector<int32_t>& codes,
                         const std::vector<std::string>& categories) {
  const auto twice = std::adjacent_find(codes.begin(), codes.end(), [&](int32_t a, int32_t b) {
    return categories[a] == categories[b];
  });
  if (twice == codes.end()) return absl::OkStatus();
  return InvalidField("categories",
                      absl::StrCat("has ", QuoteForError(categories[*twice]), " twice"));
}

// Writes a tree's splits anew, in order of its nodes.
class SplitWriter {
 public:
  SplitWriter(int feature, const Ranks& ranks, internal::v1::Tree* tree)
      : feature_(feature), ranks_(ranks), old_(*tree), tree_(tree) {
    tree_->clear_category_nodes();
    tree_->clear_category_begins();
    tree_->clear_categories();
  }

  void Write() {
    int next_set = 0;
    for (int node = 0; node < old_.thresholds_size(); ++node) {
      const bool by_set =
          next_set < old_.category_nodes_size() && old_.category_nodes(next_set) == node;
      const bool renumbered = old_.left_children(node) >= 0 && old_.features(node) == feature_;
      if (by_set) {
        AddSet(node, renumbered ? Renumbered(next_set) : SetOf(next_set));
        ++next_set;
      } else if (renumbered) {
        AddSet(node, AtLeast(old_.thresholds(node)));
        tree_->set_thresholds(node, 0);
      }
    }
  }

 private:
  std::vector<int32_t> SetOf(int set) const {
    const int end = set + 1 < old_.category_begins_size() ? old_.category_begins(set + 1)
                                                          : old_.categories_size();
    return {old_.categories().begin() + old_.category_begins(set), old_.categories().begin() + end};
  }

  std::vector<int32_t> Renumbered(int set) const {
    std::vector<int32_t> ranks;
    for (const int32_t code : SetOf(set)) {
      if (code >= 0 && static_cast<size_t>(code) < ranks_.size()) ranks.push_back(ranks_[code]);
    }
    return ranks;
  }

  // Those that go right.
  std::vector<int32_t> AtLeast(float threshold) const {
    std::vector<int32_t> ranks;
    for (size_t code = 0; code < ranks_.size(); ++code) {
      if (static_cast<float>(code) >= threshold) ranks.push_back(ranks_[code]);
    }
    return ranks;
  }

  void AddSet(int node, std::vector<int32_t> members) {
    std::sort(members.begin(), members.end());
    tree_->add_category_nodes(node);
    tree_->add_category_begins(tree_->categories_size());
    tree_->mutable_categories()->Add(members.begin(), members.end());
  }

  const int feature_;
  const Ranks& ranks_;
  const internal::v1::Tree old_;
  internal::v1::Tree* const tree_;
};

// A bound on what all sets will hold with those of a feature.
size_t SetMembers(int feature, size_t categories, const internal::v1::TreeEnsemble& trees) {
  size_t members = 0;
  for (const internal::v1::Tree& tree : trees.trees()) {
    const auto splits = std::count(tree.features().begin(), tree.features().end(), feature);
    members += static_cast<size_t>(tree.categories_size()) + splits * categories;
  }
  return members;
}

}  // namespace

absl::Status UseCategories(int feature, const std::vector<std::string>& categories,
                           internal::v1::Predictor* predictor) {
  if (!predictor->has_trees()) {
    return absl::UnimplementedError("codes of categories are supported of trees only");
  }
  if (SetMembers(feature, categories.size(), predictor->trees()) > kMaxSetMembers) {
    return absl::UnimplementedError(absl::StrCat("splits by ", categories.size(),
                                                 " categories are too many for this many nodes"));
  }
  const std::vector<int32_t> codes = SortedCodes(categories);
  SERIN_RETURN_IF_ERROR(CheckUnique(codes, categories));
  Ranks ranks(codes.size());
  for (size_t rank = 0; rank < codes.size(); ++rank) {
    ranks[codes[rank]] = static_cast<int32_t>(rank);
  }
  for (internal::v1::Tree& tree : *predictor->mutable_trees()->mutable_trees()) {
    SplitWriter(feature, ranks, &tree).Write();
  }
  predictor->mutable_features()->mutable_columns(feature)->set_type(v1::COLUMN_TYPE_CATEGORY);
  auto& transform =
      *predictor->mutable_pipeline()->mutable_columns(feature)->mutable_category_code();
  for (const int32_t code : codes) transform.add_categories(categories[code]);
  return absl::OkStatus();
}

absl::Status CheckCategoryWork(size_t feature_count, const internal::v1::TreeEnsemble& trees) {
  size_t nodes = 0;
  for (const internal::v1::Tree& tree : trees.trees()) nodes += tree.thresholds_size();
  if (nodes == 0 || feature_count <= kMaxNodeVisits / nodes) return absl::OkStatus();
  return absl::UnimplementedError(absl::StrCat(
      feature_count, " features of categories are too many for trees of ", nodes, " nodes"));
}

}  // namespace serin
