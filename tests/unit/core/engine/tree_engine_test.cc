#include "core/engine/tree_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "tests/testing/status_matchers.h"
#include "tests/unit/core/engine/random_trees.h"

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

TEST(TreeEngineTest, RowsAloneAndInBlocks_GetTheSameBits) {
  RandomTrees random;
  const TreeEnsemble trees = random.Make({30, 3});
  const std::vector<float> rows = random.Rows(300);
  const std::vector<float> expected = ScoreNaively(trees, rows);
  EXPECT_EQ(Score(trees, {rows.begin(), rows.end()}, RandomTrees::kInputs),
            std::vector<double>(expected.begin(), expected.end()));
  for (size_t row = 0; row < 40; ++row) {
    const float* inputs = rows.data() + row * RandomTrees::kInputs;
    ASSERT_EQ(Score(trees, {inputs, inputs + RandomTrees::kInputs}, RandomTrees::kInputs),
              std::vector<double>(expected.begin() + row * 3, expected.begin() + row * 3 + 3));
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
