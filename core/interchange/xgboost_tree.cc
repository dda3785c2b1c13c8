#include "core/interchange/xgboost_tree.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

using Json = nlohmann::json;

// As XGBoost marks a node without children.
constexpr int kNone = -1;

// Numbers of which those that were NaN are null.
std::vector<float> Floats(const Json& json) {
  std::vector<float> floats;
  for (const Json& number : json) {
    floats.push_back(number.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                      : number.get<float>());
  }
  return floats;
}

// Truth values, or 0 and 1 as other versions write them.
std::vector<int> Flags(const Json& json) {
  std::vector<int> flags;
  for (const Json& flag : json) {
    flags.push_back(flag.is_boolean() ? static_cast<int>(flag.get<bool>()) : flag.get<int>());
  }
  return flags;
}

// One tree in XGBoost's arrays.
struct SavedTree {
  std::vector<int> left_children;
  std::vector<int> right_children;
  std::vector<int> split_indices;
  std::vector<float> split_conditions;
  std::vector<int> default_left;
  std::vector<float> sum_hessian;
  // Nodes that split by categories, and where those that go right lie in `categories`. Models of
  // XGBoost before 1.3 have none.
  std::vector<int> categories_nodes;
  std::vector<size_t> categories_segments;
  std::vector<size_t> categories_sizes;
  std::vector<int> categories;

  explicit SavedTree(const Json& json)
      : left_children(json.at("left_children").get<std::vector<int>>()),
        right_children(json.at("right_children").get<std::vector<int>>()),
        split_indices(json.at("split_indices").get<std::vector<int>>()),
        split_conditions(Floats(json.at("split_conditions"))),
        default_left(Flags(json.at("default_left"))),
        sum_hessian(json.at("sum_hessian").get<std::vector<float>>()) {
    if (!json.contains("categories_nodes")) return;
    json.at("categories_nodes").get_to(categories_nodes);
    json.at("categories_segments").get_to(categories_segments);
    json.at("categories_sizes").get_to(categories_sizes);
    json.at("categories").get_to(categories);
  }

  // Index into categories_segments, if the node splits by categories.
  std::optional<size_t> CategorySplit(int node) const {
    const auto it = std::lower_bound(categories_nodes.begin(), categories_nodes.end(), node);
    if (it == categories_nodes.end() || *it != node) return std::nullopt;
    return it - categories_nodes.begin();
  }
};

absl::Status ImportCategories(const SavedTree& saved, size_t split, int node,
                              internal::v1::Tree* tree) {
  const size_t begin = saved.categories_segments.at(split);
  const size_t size = saved.categories_sizes.at(split);
  if (begin > saved.categories.size() || size > saved.categories.size() - begin) {
    return absl::InvalidArgumentError("XGBoost model: a node's categories lie outside of them");
  }
  // Nodes that share categories would take far more memory than the file.
  if (size > saved.categories.size() - static_cast<size_t>(tree->categories_size())) {
    return absl::InvalidArgumentError("XGBoost model: nodes share categories");
  }
  tree->add_category_nodes(node);
  tree->add_category_begins(tree->categories_size());
  const auto first = saved.categories.begin() + static_cast<ptrdiff_t>(begin);
  tree->mutable_categories()->Add(first, first + static_cast<ptrdiff_t>(size));
  return absl::OkStatus();
}

}  // namespace

// Nodes in breadth-first order; what pruning has cut off is left behind.
absl::StatusOr<internal::v1::Tree> ReadXgboostTree(const Json& json, int output) {
  const SavedTree saved(json);
  internal::v1::Tree tree;
  tree.set_output(output);
  std::vector<int> sources = {0};
  for (size_t i = 0; i < sources.size(); ++i) {
    const size_t source = sources[i];
    if (sources.size() > saved.left_children.size() || source >= saved.left_children.size()) {
      return absl::InvalidArgumentError("XGBoost model: a tree's nodes form no tree");
    }
    const bool leaf = saved.left_children[source] == kNone;
    const std::optional<size_t> categories = saved.CategorySplit(static_cast<int>(source));
    if (categories.has_value()) {
      SERIN_RETURN_IF_ERROR(ImportCategories(saved, *categories, static_cast<int>(i), &tree));
    }
    tree.add_thresholds(categories.has_value() ? 0 : saved.split_conditions.at(source));
    tree.add_covers(saved.sum_hessian.at(source));
    tree.add_features(leaf ? 0 : saved.split_indices.at(source));
    tree.add_missing_left(!leaf && saved.default_left.at(source) != 0);
    tree.add_left_children(leaf ? kNone : static_cast<int>(sources.size()));
    tree.add_right_children(leaf ? kNone : static_cast<int>(sources.size()) + 1);
    if (leaf) continue;
    sources.push_back(saved.left_children[source]);
    sources.push_back(saved.right_children.at(source));
  }
  return tree;
}

}  // namespace serin
