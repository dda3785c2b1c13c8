#include "tests/unit/core/engine/random_trees.h"

#include <cmath>
#include <limits>

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;

void AddNode(float threshold, Tree* tree) {
  tree->add_thresholds(threshold);
  tree->add_features(0);
  tree->add_missing_left(false);
  tree->add_left_children(-1);
  tree->add_right_children(-1);
}

bool GoesRight(const Tree& tree, int node, float x) {
  if (std::isnan(x)) return !tree.missing_left(node);
  for (int i = 0; i < tree.category_nodes_size(); ++i) {
    if (tree.category_nodes(i) != node) continue;
    const int end =
        i + 1 < tree.category_begins_size() ? tree.category_begins(i + 1) : tree.categories_size();
    for (int j = tree.category_begins(i); j < end; ++j) {
      if (static_cast<float>(tree.categories(j)) == x) return true;
    }
    return false;
  }
  return !(x < tree.thresholds(node));
}

}  // namespace

TreeEnsemble RandomTrees::Make(const Shape& shape) {
  TreeEnsemble trees;
  trees.set_output_count(shape.output_count);
  for (int i = 0; i < shape.output_count; ++i) trees.add_base_scores(Number());
  for (int i = 0; i < shape.tree_count; ++i) {
    Grow(shape, trees.add_trees());
    trees.mutable_trees(i)->set_output(i % shape.output_count);
  }
  return trees;
}

std::vector<float> RandomTrees::Rows(size_t count) {
  std::vector<float> rows;
  for (size_t i = 0; i < count; ++i) {
    for (size_t input = 0; input + 1 < kInputs; ++input) rows.push_back(Gap(Number()));
    rows.push_back(Gap(static_cast<float>(random_() % 70)));
  }
  return rows;
}

float RandomTrees::Gap(float value) {
  return random_() % 5 == 0 ? std::numeric_limits<float>::quiet_NaN() : value;
}

void RandomTrees::Grow(const Shape& shape, Tree* tree) {
  AddNode(Number(), tree);
  std::vector<int> depths = {0};
  const size_t splits = random_() % static_cast<size_t>(shape.max_splits);
  for (size_t i = 0; i < splits; ++i) {
    const int node = static_cast<int>(random_() % tree->thresholds_size());
    if (tree->left_children(node) >= 0 || depths[node] == shape.max_depth) continue;
    tree->set_left_children(node, tree->thresholds_size());
    tree->set_right_children(node, tree->thresholds_size() + 1);
    tree->set_features(node, static_cast<int>(random_() % kInputs));
    tree->set_missing_left(node, random_() % 2 == 0);
    AddNode(Number(), tree);
    AddNode(Number(), tree);
    depths.insert(depths.end(), 2, depths[node] + 1);
  }
  for (int node = 0; node < tree->thresholds_size(); ++node) AddCategories(node, tree);
}

void RandomTrees::AddCategories(int node, Tree* tree) {
  if (tree->left_children(node) < 0 || tree->features(node) + 1 < static_cast<int>(kInputs)) return;
  tree->add_category_nodes(node);
  tree->add_category_begins(tree->categories_size());
  for (int category = 0; category < 70; ++category) {
    if (random_() % 3 == 0) tree->add_categories(category);
  }
}

std::vector<float> ScoreNaively(const TreeEnsemble& trees, const std::vector<float>& rows) {
  std::vector<float> all;
  for (size_t row = 0; row < rows.size(); row += RandomTrees::kInputs) {
    std::vector<float> sums(trees.base_scores().begin(), trees.base_scores().end());
    for (const Tree& tree : trees.trees()) {
      int node = 0;
      while (tree.left_children(node) >= 0) {
        const float x = rows[row + tree.features(node)];
        node = GoesRight(tree, node, x) ? tree.right_children(node) : tree.left_children(node);
      }
      sums[tree.output()] += tree.thresholds(node);
    }
    all.insert(all.end(), sums.begin(), sums.end());
  }
  return all;
}

}  // namespace serin
