#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/engine/tree_engine.h"
#include "tests/unit/core/engine/random_trees.h"

namespace serin {
namespace {

using internal::v1::TreeEnsemble;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::StartsWith;

std::vector<float> Score(const TreeScorer& scorer, const TreeEnsemble& trees,
                         const std::vector<float>& rows, size_t input_count) {
  std::vector<float> sums;
  for (size_t row = 0; row < rows.size() / input_count; ++row) {
    sums.insert(sums.end(), trees.base_scores().begin(), trees.base_scores().end());
  }
  scorer.AddLeaves(rows.data(), rows.size() / input_count, sums.data());
  return sums;
}

std::vector<std::string> NamesOf(const TreeEnsemble& trees, InstructionSet instructions) {
  std::vector<std::string> names;
  for (const auto& scorer : TreeScorersFor(trees, RandomTrees::kInputs, instructions)) {
    names.emplace_back(scorer->name());
  }
  return names;
}

// With all instructions that the processor has, and without them.
class TreeScorersTest : public ::testing::TestWithParam<InstructionSet> {
 protected:
  static void ExpectAllScoreAsTheFormatSays(const TreeEnsemble& trees,
                                            const std::vector<float>& rows) {
    const std::vector<float> expected = ScoreNaively(trees, rows);
    for (const auto& scorer : TreeScorersFor(trees, RandomTrees::kInputs, GetParam())) {
      ASSERT_EQ(Score(*scorer, trees, rows, RandomTrees::kInputs), expected)
          << scorer->name() << ": " << trees.trees_size() << " trees, "
          << rows.size() / RandomTrees::kInputs << " rows";
    }
  }

  static int vbmi() { return GetParam() == InstructionSet::kAvx512Vbmi ? 1 : 0; }

  RandomTrees random_;
};

TEST_P(TreeScorersTest, AnyTreesAndAnyNumberOfRows_AreScoredAsTheFormatSays) {
  for (const int tree_count : {0, 1, 7, 8, 9, 30, 300}) {
    for (const size_t row_count : {1, 7, 8, 9, 64, 65, 300}) {
      const TreeEnsemble trees = random_.Make({tree_count, 1 + tree_count % 3});
      ExpectAllScoreAsTheFormatSays(trees, random_.Rows(row_count));
    }
  }
}

TEST_P(TreeScorersTest, TreesOfEveryDepth_AreScoredAsTheFormatSays) {
  for (int depth = 0; depth <= 8; ++depth) {
    const TreeEnsemble trees = random_.Make({40, 1, 4 << depth, depth});
    ExpectAllScoreAsTheFormatSays(trees, random_.Rows(130));
  }
}

TEST_P(TreeScorersTest, ATreeOf64LeavesUsesAllOfItsWord_OneMoreIsLeftToTheTraversal) {
  TreeEnsemble trees = random_.Make({0, 1});
  internal::v1::Tree* chain = trees.add_trees();
  for (int leaves = 1;; ++leaves) {  // A list: each node's left child is a leaf.
    chain->add_features(0);
    chain->add_thresholds(static_cast<float>(leaves) / 16);
    chain->add_missing_left(leaves % 2 == 0);
    chain->add_left_children(-1);
    chain->add_right_children(-1);
    if (leaves == 64) break;
    const int node = chain->thresholds_size() - 1;
    chain->add_features(0);
    chain->add_thresholds(static_cast<float>(-leaves));
    chain->add_missing_left(false);
    chain->add_left_children(-1);
    chain->add_right_children(-1);
    chain->set_left_children(node, node + 1);
    chain->set_right_children(node, node + 2);
  }
  ASSERT_THAT(NamesOf(trees, GetParam()), ElementsAre("interleaved", "QuickScorer"));
  ExpectAllScoreAsTheFormatSays(trees, random_.Rows(200));

  const int last = chain->thresholds_size() - 1;
  for (int child = 0; child < 2; ++child) {
    chain->add_features(0);
    chain->add_thresholds(1);
    chain->add_missing_left(false);
    chain->add_left_children(-1);
    chain->add_right_children(-1);
  }
  chain->set_left_children(last, last + 1);
  chain->set_right_children(last, last + 2);
  EXPECT_THAT(NamesOf(trees, GetParam()), ElementsAre("interleaved"));
  ExpectAllScoreAsTheFormatSays(trees, random_.Rows(200));
}

// An ensemble of stumps, one per threshold, on one input.
TreeEnsemble Stumps(const std::vector<float>& thresholds) {
  TreeEnsemble trees;
  trees.set_output_count(1);
  trees.add_base_scores(0);
  for (size_t i = 0; i < thresholds.size(); ++i) {
    internal::v1::Tree* tree = trees.add_trees();
    for (const float number : {thresholds[i], -1.0F, static_cast<float>(i)}) {
      tree->add_features(0);
      tree->add_thresholds(number);
      tree->add_missing_left(i % 2 == 0);
      tree->add_left_children(-1);
      tree->add_right_children(-1);
    }
    tree->set_left_children(0, 1);
    tree->set_right_children(0, 2);
  }
  return trees;
}

// Whichever way thresholds fill up what they are compared in.
TEST_P(TreeScorersTest, AnyNumberOfThresholds_UpToInfinity_IsComparedExactly) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const int count : {1, 15, 16, 17, 31, 32, 33, 240, 255, 510, 600}) {
    std::vector<float> thresholds;
    for (int i = 0; i < count; ++i) thresholds.push_back(static_cast<float>((i * 37) % count));
    thresholds.front() = -kInfinity;
    thresholds.back() = kInfinity;
    const TreeEnsemble trees = Stumps(thresholds);
    std::vector<float> rows = {
        -kInfinity, kInfinity, std::numeric_limits<float>::quiet_NaN(),
        -0.0F,      0.5F,      std::nextafter(static_cast<float>(count), 0.0F)};
    rows.insert(rows.end(), thresholds.begin(), thresholds.end());
    std::vector<float> expected;
    for (const float x : rows) {
      float sum = 0;
      for (int i = 0; i < count; ++i) {
        const bool right = std::isnan(x) ? i % 2 == 1 : x >= thresholds[i];
        sum += right ? static_cast<float>(i) : -1;
      }
      expected.push_back(sum);
    }
    for (const auto& scorer : TreeScorersFor(trees, 1, GetParam())) {
      ASSERT_EQ(Score(*scorer, trees, rows, 1), expected)
          << scorer->name() << ", " << count << " thresholds";
    }
  }
}

TEST_P(TreeScorersTest, TreesThatBytesCannotTell_AreLeftToTheOthers) {
  // Half of them send missing values left: two slots of 255.
  EXPECT_THAT(TreeScorersFor(Stumps(std::vector<float>(510, 1)), 1, GetParam()).size(), 3 + vbmi());
  std::vector<float> thresholds;
  for (int i = 0; i < 512; ++i) thresholds.push_back(static_cast<float>(i));
  EXPECT_THAT(TreeScorersFor(Stumps(thresholds), 1, GetParam()).size(), 2);
  // Nine levels.
  EXPECT_THAT(NamesOf(random_.Make({20, 1, 400, 9}), GetParam()),
              Not(Contains(StartsWith("block bit vectors"))));
}

INSTANTIATE_TEST_SUITE_P(Instructions, TreeScorersTest, ::testing::ValuesIn(InstructionSets()),
                         [](const auto& param) {
                           return "Set" + std::to_string(static_cast<int>(param.param));
                         });

}  // namespace
}  // namespace serin
