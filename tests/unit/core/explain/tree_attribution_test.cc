#include "core/explain/tree_attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "core/engine/tree_validation.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;
using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsNull;
using ::testing::NotNull;
using ::testing::Pointwise;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void AddNode(float threshold, float cover, Tree* tree) {
  tree->add_thresholds(threshold);
  tree->add_covers(cover);
  tree->add_features(0);
  tree->add_missing_left(false);
  tree->add_left_children(-1);
  tree->add_right_children(-1);
}

// Makes an inner node of a leaf; the leaves become `left` and `right`.
void Split(int node, int feature, float threshold, Tree* tree) {
  tree->set_features(node, feature);
  tree->set_thresholds(node, threshold);
  tree->set_left_children(node, tree->thresholds_size());
  tree->set_right_children(node, tree->thresholds_size() + 1);
}

TreeEnsemble Empty(int output_count) {
  TreeEnsemble trees;
  trees.set_output_count(output_count);
  for (int i = 0; i < output_count; ++i) trees.add_base_scores(static_cast<float>(i) + 0.25f);
  return trees;
}

// [x0 < 1 and x1 < 1] * 80, with a quarter of the training rows in each of the four corners.
TreeEnsemble And() {
  TreeEnsemble trees = Empty(1);
  trees.set_base_scores(0, 0);
  Tree* tree = trees.add_trees();
  AddNode(0, 4, tree);
  Split(0, 0, 1, tree);
  AddNode(0, 2, tree);
  AddNode(0, 2, tree);
  Split(1, 1, 1, tree);
  AddNode(80, 1, tree);
  AddNode(0, 1, tree);
  return trees;
}

struct Explained {
  std::vector<double> margins;
  std::vector<double> contributions;
};

Explained Explain(const TreeEnsemble& trees, const std::vector<double>& inputs) {
  const auto attribution = TreeAttribution::Create(trees, inputs.size());
  Explained explained{std::vector<double>(trees.output_count()),
                      std::vector<double>(trees.output_count() * inputs.size())};
  attribution->Explain(inputs.data(), explained.margins.data(), explained.contributions.data());
  return explained;
}

TEST(TreeAttributionTest, AndOfTwoInputs_SharesAmongThem) {
  const auto attribution = TreeAttribution::Create(And(), 2);
  EXPECT_THAT(attribution->bases(), ElementsAre(20));

  // Knowing one input makes 40 of 20, knowing both 80.
  const Explained both = Explain(And(), {0, 0});
  EXPECT_THAT(both.margins, ElementsAre(80));
  EXPECT_THAT(both.contributions, ElementsAre(DoubleEq(30), DoubleEq(30)));
  // Knowing the first alone makes 0, the second alone 40, both 0.
  const Explained one = Explain(And(), {2, 0});
  EXPECT_THAT(one.margins, ElementsAre(0));
  EXPECT_THAT(one.contributions, ElementsAre(DoubleEq(-30), DoubleEq(10)));
}

TEST(TreeAttributionTest, InputThatNoTreeLooksAt_MovesNothing) {
  EXPECT_THAT(Explain(And(), {0, 0, 5}).contributions, ElementsAre(DoubleEq(30), DoubleEq(30), 0));
}

TEST(TreeAttributionTest, BranchWithoutTrainingRows_CountsOnlyForRowsThatGoThere) {
  TreeEnsemble trees = And();
  Tree& tree = *trees.mutable_trees(0);
  tree.set_covers(3, 0);  // Nobody had the 80.
  EXPECT_THAT(TreeAttribution::Create(trees, 2)->bases(), ElementsAre(0));
  EXPECT_THAT(Explain(trees, {2, 2}).contributions, ElementsAre(0, 0));
  const Explained there = Explain(trees, {0, 0});
  EXPECT_NEAR(there.contributions[0] + there.contributions[1], 80, 1e-9);

  // A node without any shares equally.
  for (int node = 0; node < tree.covers_size(); ++node) tree.set_covers(node, 0);
  EXPECT_THAT(TreeAttribution::Create(trees, 2)->bases(), ElementsAre(20));
}

TEST(TreeAttributionTest, TreesWithoutCovers_AreNotExplained) {
  TreeEnsemble trees = And();
  EXPECT_THAT(TreeAttribution::Create(trees, 2), NotNull());
  trees.mutable_trees(0)->clear_covers();
  EXPECT_THAT(TreeAttribution::Create(trees, 2), IsNull());
}

TEST(TreeAttributionTest, TreesThatAreTooDeep_AreNotExplained_ThoseAsDeepAsAllowedAre) {
  for (const size_t depth : {TreeAttribution::kMaxDepth, TreeAttribution::kMaxDepth + 1}) {
    TreeEnsemble trees = Empty(1);
    Tree* tree = trees.add_trees();
    AddNode(0, 1000, tree);
    for (size_t i = 0; i < depth; ++i) {
      Split(static_cast<int>(2 * i), static_cast<int>(i % 300), 1, tree);
      AddNode(1, 1, tree);
      AddNode(2, 1000, tree);
    }
    const bool allowed = depth <= TreeAttribution::kMaxDepth;
    ASSERT_EQ(TreeAttribution::Create(trees, 300) != nullptr, allowed);
    if (!allowed) continue;
    const Explained explained = Explain(trees, std::vector<double>(300, 1));
    double sum = TreeAttribution::Create(trees, 300)->bases()[0];
    for (const double contribution : explained.contributions) sum += contribution;
    EXPECT_NEAR(sum, explained.margins[0], 1e-6);
  }
}

// Trees of any shape over five inputs, the last of which is a category.
class RandomTrees {
 public:
  static constexpr int kInputs = 5;

  TreeEnsemble Make(int tree_count, int output_count) {
    TreeEnsemble trees = Empty(output_count);
    for (int i = 0; i < tree_count; ++i) {
      Grow(trees.add_trees());
      trees.mutable_trees(i)->set_output(i % output_count);
    }
    return trees;
  }

  std::vector<double> Row() {
    std::vector<double> row;
    for (int input = 0; input + 1 < kInputs; ++input) row.push_back(Gap(Number()));
    row.push_back(Gap(static_cast<double>(random_() % 40)));
    return row;
  }

 private:
  float Number() { return static_cast<float>(random_() % 1000) / 64 - 7; }
  double Gap(double value) { return random_() % 5 == 0 ? kNaN : value; }

  void Grow(Tree* tree) {
    AddNode(Number(), 100, tree);
    const size_t splits = random_() % 14;
    for (size_t i = 0; i < splits; ++i) {
      const int node = static_cast<int>(random_() % tree->thresholds_size());
      if (tree->left_children(node) >= 0) continue;
      Split(node, static_cast<int>(random_() % kInputs), Number(), tree);
      tree->set_missing_left(node, random_() % 2 == 0);
      const float left = tree->covers(node) * static_cast<float>(random_() % 5) / 4;
      AddNode(Number(), left, tree);
      AddNode(Number(), tree->covers(node) - left, tree);
    }
    for (int node = 0; node < tree->thresholds_size(); ++node) AddCategories(node, tree);
  }

  void AddCategories(int node, Tree* tree) {
    if (tree->left_children(node) < 0 || tree->features(node) + 1 < kInputs) return;
    tree->add_category_nodes(node);
    tree->add_category_begins(tree->categories_size());
    for (int category = 0; category < 40; ++category) {
      if (random_() % 3 == 0) tree->add_categories(category);
    }
  }

  std::mt19937 random_{5};
};

bool GoesLeft(const Tree& tree, int node, float x) {
  if (std::isnan(x)) return tree.missing_left(node);
  for (int i = 0; i < tree.category_nodes_size(); ++i) {
    if (tree.category_nodes(i) != node) continue;
    const int end =
        i + 1 < tree.category_begins_size() ? tree.category_begins(i + 1) : tree.categories_size();
    const std::set<float> set(tree.categories().begin() + tree.category_begins(i),
                              tree.categories().begin() + end);
    return set.count(x) == 0;
  }
  return x < tree.thresholds(node);
}

// What a tree gives where only the inputs of the set (a bit each) are known.
double Expected(const Tree& tree, const std::vector<double>& row, uint32_t known, int node = 0) {
  if (tree.left_children(node) < 0) return tree.thresholds(node);
  const int left = tree.left_children(node);
  const int right = tree.right_children(node);
  const int feature = tree.features(node);
  if ((known >> feature & 1) != 0) {
    const bool goes_left = GoesLeft(tree, node, static_cast<float>(row[feature]));
    return Expected(tree, row, known, goes_left ? left : right);
  }
  const double both = static_cast<double>(tree.covers(left)) + tree.covers(right);
  const double share = both > 0 ? tree.covers(left) / both : 0.5;
  return share * Expected(tree, row, known, left) + (1 - share) * Expected(tree, row, known, right);
}

double Factorial(int n) { return std::tgamma(n + 1); }

// Shapley's formula, over all sets: outputs x inputs.
std::vector<double> BruteForce(const TreeEnsemble& trees, const std::vector<double>& row) {
  const int inputs = static_cast<int>(row.size());
  std::vector<double> contributions(trees.output_count() * inputs);
  for (const Tree& tree : trees.trees()) {
    for (int input = 0; input < inputs; ++input) {
      for (uint32_t set = 0; set < 1u << inputs; ++set) {
        if ((set >> input & 1) != 0) continue;
        const int size = std::popcount(set);
        const double weight = Factorial(size) * Factorial(inputs - size - 1) / Factorial(inputs);
        contributions[tree.output() * inputs + input] +=
            weight * (Expected(tree, row, set | 1u << input) - Expected(tree, row, set));
      }
    }
  }
  return contributions;
}

TEST(TreeAttributionTest, AnyTreesAndRows_AreExplainedAsShapleysFormulaSays) {
  RandomTrees random;
  for (int round = 0; round < 200; ++round) {
    const TreeEnsemble trees = random.Make(1 + round % 4, 1 + round % 3);
    ASSERT_THAT(ValidateTrees(trees, RandomTrees::kInputs, trees.output_count()), IsOk());
    const std::vector<double> row = random.Row();
    const Explained explained = Explain(trees, row);
    ASSERT_THAT(explained.contributions, Pointwise(DoubleNear(1e-9), BruteForce(trees, row)))
        << "round " << round;
    const auto bases = TreeAttribution::Create(trees, row.size())->bases();
    for (size_t output = 0; output < bases.size(); ++output) {
      double sum = bases[output];
      for (size_t i = 0; i < row.size(); ++i) {
        sum += explained.contributions[output * row.size() + i];
      }
      ASSERT_NEAR(sum, explained.margins[output], 1e-9);
    }
  }
}

TEST(TreeAttributionTest, TreesThatTogetherTakeTooLong_AreNotExplained) {
  TreeEnsemble trees = Empty(1);
  Tree* tree = trees.add_trees();
  AddNode(0, 1000, tree);
  for (size_t i = 0; i < TreeAttribution::kMaxDepth; ++i) {
    Split(static_cast<int>(2 * i), static_cast<int>(i), 1, tree);
    AddNode(1, 1, tree);
    AddNode(2, 1000, tree);
  }
  EXPECT_THAT(TreeAttribution::Create(trees, 300), NotNull());
  // A leaf at each depth: 5.7 million steps a tree.
  while (trees.trees_size() < 800) *trees.add_trees() = trees.trees(0);
  EXPECT_THAT(TreeAttribution::Create(trees, 300), IsNull());
}

}  // namespace
}  // namespace serin
