#include "core/engine/tree_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

void AddNode(float threshold, int feature, bool missing_left, Tree* tree) {
  tree->add_thresholds(threshold);
  tree->add_features(feature);
  tree->add_missing_left(missing_left);
  tree->add_left_children(-1);
  tree->add_right_children(-1);
}

void Split(int node, int left, Tree* tree) {
  tree->set_left_children(node, left);
  tree->set_right_children(node, left + 1);
}

// One node that sends some categories of input 0 right (1), all else left (-1).
TreeEnsemble CategoryStump(const std::vector<int>& categories, bool missing_left) {
  TreeEnsemble trees;
  trees.set_output_count(1);
  trees.add_base_scores(0);
  Tree* tree = trees.add_trees();
  AddNode(0, 0, missing_left, tree);
  AddNode(-1, 0, false, tree);
  AddNode(1, 0, false, tree);
  Split(0, 1, tree);
  tree->add_category_nodes(0);
  tree->add_category_begins(0);
  tree->mutable_categories()->Add(categories.begin(), categories.end());
  return trees;
}

std::vector<double> Score(const TreeEnsemble& trees, const std::vector<double>& inputs,
                          size_t input_count) {
  const auto engine = TreeEngine::Create(trees, input_count, trees.output_count());
  EXPECT_THAT(engine, IsOk());
  std::vector<double> margins(inputs.size() / input_count * trees.output_count());
  (*engine)->Score(inputs.data(), inputs.size() / input_count, margins.data());
  return margins;
}

TEST(TreeEngineTest, CategoriesOfTheSetGoRight_AllOthersLeft) {
  EXPECT_THAT(Score(CategoryStump({2, 40, 41, 99}, true), {0, 2, 3, 40, 41, 42, 98, 99, 100}, 1),
              ElementsAre(-1, 1, -1, 1, 1, -1, -1, 1, -1));
  // The set's bits begin with the word of its first category.
  EXPECT_THAT(Score(CategoryStump({64, 1000}, true), {0, 32, 63, 64, 96, 1000, 1001, 5000}, 1),
              ElementsAre(-1, -1, -1, 1, -1, 1, -1, -1));
}

TEST(TreeEngineTest, WhatIsNoCategoryGoesLeft_MissingWhereTheNodeSays) {
  const std::vector<double> inputs = {-1, -1e30, 1e30, 16'777'216.0, kNaN};
  EXPECT_THAT(Score(CategoryStump({0, 3}, false), inputs, 1), ElementsAre(-1, -1, -1, -1, 1));
  EXPECT_THAT(Score(CategoryStump({0, 3}, true), inputs, 1), ElementsAre(-1, -1, -1, -1, -1));
  EXPECT_THAT(Score(CategoryStump({}, true), inputs, 1), ElementsAre(-1, -1, -1, -1, -1));
}

TEST(TreeEngineTest, SaysWhatMakesProbabilities) {
  TreeEnsemble trees = CategoryStump({1}, true);
  EXPECT_EQ((*TreeEngine::Create(trees, 1, 1))->link(), Link::kLogit);
  trees.set_link(TreeEnsemble::LINK_PROBABILITY);
  EXPECT_EQ((*TreeEngine::Create(trees, 1, 1))->link(), Link::kProbability);
}

// Trees of any shape over four inputs, the last of which is a category.
class RandomTrees {
 public:
  static constexpr size_t kInputs = 4;

  TreeEnsemble Make(int tree_count, int output_count) {
    TreeEnsemble trees;
    trees.set_output_count(output_count);
    for (int i = 0; i < output_count; ++i) trees.add_base_scores(Number());
    for (int i = 0; i < tree_count; ++i) {
      Grow(trees.add_trees());
      trees.mutable_trees(i)->set_output(i % output_count);
    }
    return trees;
  }

  std::vector<double> Rows(size_t count) {
    std::vector<double> rows;
    for (size_t i = 0; i < count; ++i) {
      for (size_t input = 0; input + 1 < kInputs; ++input) rows.push_back(Gap(Number()));
      rows.push_back(Gap(static_cast<float>(random_() % 70)));
    }
    return rows;
  }

 private:
  float Number() { return static_cast<float>(random_() % 1000) / 64 - 7; }
  float Gap(float value) { return random_() % 5 == 0 ? kNaN : value; }

  void Grow(Tree* tree) {
    AddNode(Number(), 0, false, tree);
    const size_t splits = random_() % 12;
    for (size_t i = 0; i < splits; ++i) {
      const int node = static_cast<int>(random_() % tree->thresholds_size());
      if (tree->left_children(node) >= 0) continue;
      Split(node, tree->thresholds_size(), tree);
      tree->set_features(node, static_cast<int>(random_() % kInputs));
      tree->set_missing_left(node, random_() % 2 == 0);
      AddNode(Number(), 0, false, tree);
      AddNode(Number(), 0, false, tree);
    }
    for (int node = 0; node < tree->thresholds_size(); ++node) AddCategories(node, tree);
  }

  void AddCategories(int node, Tree* tree) {
    if (tree->left_children(node) < 0 || tree->features(node) + 1 < static_cast<int>(kInputs)) {
      return;
    }
    tree->add_category_nodes(node);
    tree->add_category_begins(tree->categories_size());
    for (int category = 0; category < 70; ++category) {
      if (random_() % 3 == 0) tree->add_categories(category);
    }
  }

  std::mt19937 random_{11};
};

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

// What bundle.proto says, as slowly as it can be said.
std::vector<double> ScoreNaively(const TreeEnsemble& trees, const std::vector<double>& rows) {
  std::vector<double> margins;
  for (size_t row = 0; row < rows.size(); row += RandomTrees::kInputs) {
    std::vector<float> sums(trees.base_scores().begin(), trees.base_scores().end());
    for (const Tree& tree : trees.trees()) {
      int node = 0;
      while (tree.left_children(node) >= 0) {
        const auto x = static_cast<float>(rows[row + tree.features(node)]);
        node = GoesRight(tree, node, x) ? tree.right_children(node) : tree.left_children(node);
      }
      sums[tree.output()] += tree.thresholds(node);
    }
    margins.insert(margins.end(), sums.begin(), sums.end());
  }
  return margins;
}

TEST(TreeEngineTest, AnyTreesAndAnyNumberOfRows_AreScoredAsTheFormatSays) {
  RandomTrees random;
  for (const int tree_count : {0, 1, 7, 8, 9, 30}) {
    for (const size_t row_count : {1, 7, 8, 9, 128, 300}) {
      const TreeEnsemble trees = random.Make(tree_count, 1 + tree_count % 3);
      const std::vector<double> rows = random.Rows(row_count);
      ASSERT_EQ(Score(trees, rows, RandomTrees::kInputs), ScoreNaively(trees, rows))
          << tree_count << " trees, " << row_count << " rows";
    }
  }
}

struct BadCategories {
  const char* message;
  std::function<void(Tree&)> change;
};

TEST(TreeEngineTest, RefusesCategoriesThatAreNone_NamingTreeAndNode) {
  const std::vector<BadCategories> cases = {
      {"tree 0: its arrays of categories differ", [](Tree& t) { t.add_category_begins(1); }},
      {"arrays of categories differ", [](Tree& t) { t.add_category_nodes(1); }},
      {"arrays of categories differ",
       [](Tree& t) {
         t.clear_category_nodes();
         t.clear_category_begins();
       }},
      {"do not ascend below 3", [](Tree& t) { t.set_category_nodes(0, 3); }},
      {"do not ascend below 3", [](Tree& t) { t.set_category_nodes(0, -1); }},
      {"do not ascend below 3",
       [](Tree& t) {
         t.add_category_nodes(0);
         t.add_category_begins(1);
       }},
      {"node 1: a leaf has categories", [](Tree& t) { t.set_category_nodes(0, 1); }},
      {"node 0: its categories begin at 1 of 2", [](Tree& t) { t.set_category_begins(0, 1); }},
      {"begin at -1 of 2", [](Tree& t) { t.set_category_begins(0, -1); }},
      {"node 0: its categories do not ascend", [](Tree& t) { t.set_categories(0, 5); }},
      {"do not ascend in [0, 16777216)", [](Tree& t) { t.set_categories(0, -4); }},
      {"do not ascend", [](Tree& t) { t.set_categories(1, 16'777'216); }}};
  for (const BadCategories& bad : cases) {
    TreeEnsemble trees = CategoryStump({1, 5}, true);
    ASSERT_THAT(TreeEngine::Create(trees, 1, 1), IsOk());
    bad.change(*trees.mutable_trees(0));
    EXPECT_THAT(TreeEngine::Create(trees, 1, 1),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr(bad.message)));
  }
}

TEST(TreeEngineTest, RefusesSetsThatWouldTakeTooMuchMemory) {
  TreeEnsemble trees = CategoryStump({0, 16'777'215}, true);  // 2 MiB of bits.
  for (int i = 0; i < 200; ++i) *trees.add_trees() = Tree(trees.trees(0));
  EXPECT_THAT(TreeEngine::Create(trees, 1, 1),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("too many categories")));
}

TEST(TreeEngineTest, RefusesLinksThatItDoesNotKnow) {
  TreeEnsemble trees = CategoryStump({1}, true);
  trees.set_link(static_cast<TreeEnsemble::Link>(7));
  EXPECT_THAT(TreeEngine::Create(trees, 1, 1),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("link 7 is unknown")));
}

}  // namespace
}  // namespace serin
