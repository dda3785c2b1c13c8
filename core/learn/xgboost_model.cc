#include "core/learn/xgboost_model.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

using Json = nlohmann::json;

// As XGBoost marks a node without children.
constexpr int kNone = -1;

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
        split_conditions(json.at("split_conditions").get<std::vector<float>>()),
        default_left(json.at("default_left").get<std::vector<int>>()),
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
  tree->add_category_nodes(node);
  tree->add_category_begins(tree->categories_size());
  const auto first = saved.categories.begin() + static_cast<ptrdiff_t>(begin);
  tree->mutable_categories()->Add(first, first + static_cast<ptrdiff_t>(size));
  return absl::OkStatus();
}

// Nodes in breadth-first order; what pruning has cut off is left behind.
absl::StatusOr<internal::v1::Tree> ImportTree(const SavedTree& saved, int output) {
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

// From the scale of the predictions to that of the sums, in single precision as XGBoost does it.
absl::StatusOr<float> MarginOf(float base_score, absl::string_view objective) {
  if (objective == "binary:logistic") return -std::log(1.0f / base_score - 1.0f);
  if (objective == "reg:squarederror" || objective == "multi:softprob") return base_score;
  return absl::InvalidArgumentError(
      absl::StrCat("XGBoost model: objective '", objective, "' is not supported"));
}

absl::StatusOr<float> BaseMargin(const Json& learner) {
  const auto text = learner.at("learner_model_param").at("base_score").get<std::string>();
  float base_score;
  if (!absl::SimpleAtof(text, &base_score)) {
    return absl::InvalidArgumentError(absl::StrCat("XGBoost model: base_score is '", text, "'"));
  }
  return MarginOf(base_score, learner.at("objective").at("name").get<std::string>());
}

absl::StatusOr<int> OutputCount(const Json& learner) {
  const auto text = learner.at("learner_model_param").at("num_class").get<std::string>();
  int classes;
  if (!absl::SimpleAtoi(text, &classes) || classes < 0) {
    return absl::InvalidArgumentError(absl::StrCat("XGBoost model: num_class is '", text, "'"));
  }
  return std::max(classes, 1);
}

absl::StatusOr<internal::v1::TreeEnsemble> ImportModel(const Json& json) {
  const Json& learner = json.at("learner");
  const Json& model = learner.at("gradient_booster").at("model");
  internal::v1::TreeEnsemble ensemble;
  SERIN_ASSIGN_OR_RETURN(const int output_count, OutputCount(learner));
  SERIN_ASSIGN_OR_RETURN(const float base_margin, BaseMargin(learner));
  ensemble.set_output_count(output_count);
  ensemble.mutable_base_scores()->Resize(output_count, base_margin);
  const Json& trees = model.at("trees");
  for (size_t i = 0; i < trees.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(
        *ensemble.add_trees(),
        ImportTree(SavedTree(trees.at(i)), model.at("tree_info").at(i).get<int>()));
  }
  return ensemble;
}

}  // namespace

absl::StatusOr<internal::v1::TreeEnsemble> ParseXgboostModel(absl::string_view ubjson) {
  try {
    return ImportModel(Json::from_ubjson(ubjson.begin(), ubjson.end()));
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("XGBoost model: ", error.what()));
  }
}

}  // namespace serin
