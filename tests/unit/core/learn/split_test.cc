#include "core/learn/split.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::UnorderedElementsAre;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

using Plan = v1::EvaluationPlan;

// `sizes[c]` rows of class c, one class after the other.
Examples Classes(const std::vector<size_t>& sizes) {
  Examples examples;
  Labels& labels = examples.labels;
  for (size_t c = 0; c < sizes.size(); ++c) {
    labels.classes.push_back(std::to_string(c));
    labels.values.insert(labels.values.end(), sizes[c], static_cast<double>(c));
  }
  labels.rows.resize(labels.values.size());
  std::iota(labels.rows.begin(), labels.rows.end(), 0);
  return examples;
}

Examples Numbers(size_t count) {
  Examples examples = Classes({count});
  examples.labels.classes.clear();
  return examples;
}

// Numbers that are grouped or ordered by these keys.
Examples Keyed(const std::vector<double>& keys) {
  Examples examples = Numbers(keys.size());
  examples.split_keys = keys;
  return examples;
}

v1::TrainingSpec Spec(Plan::Split split, double holdout, uint64_t seed) {
  v1::TrainingSpec spec;
  spec.mutable_evaluation()->set_split(split);
  spec.mutable_evaluation()->set_column("key");
  spec.set_holdout_fraction(holdout);
  spec.set_seed(seed);
  return spec;
}

Split SplitOf(const Examples& examples, double holdout, uint64_t seed) {
  const bool classes = !examples.labels.classes.empty();
  return *SplitRows(examples,
                    Spec(classes ? Plan::SPLIT_STRATIFIED : Plan::SPLIT_RANDOM, holdout, seed));
}

std::vector<size_t> ClassSizes(const Labels& labels, const std::vector<size_t>& indexes) {
  std::vector<size_t> sizes(labels.classes.size());
  for (const size_t index : indexes) ++sizes[static_cast<size_t>(labels.values[index])];
  return sizes;
}

TEST(SplitRowsTest, KeepsTheProportionsOfTheClasses) {
  const Examples examples = Classes({50, 10, 2, 3});
  const Split split = SplitOf(examples, 0.2, 1);
  EXPECT_THAT(ClassSizes(examples.labels, split.holdout), ElementsAre(10, 2, 0, 1));
  EXPECT_THAT(ClassSizes(examples.labels, split.train), ElementsAre(40, 8, 2, 2));
}

TEST(SplitRowsTest, EveryRowIsOnOneSide) {
  const Examples examples = Classes({17, 5});
  Split split = SplitOf(examples, 0.5, 9);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.holdout.begin(), split.holdout.end()));
  split.train.insert(split.train.end(), split.holdout.begin(), split.holdout.end());
  std::sort(split.train.begin(), split.train.end());
  EXPECT_EQ(split.train, examples.labels.rows);
}

// The same on every platform and for ever: models are reproduced from their specification. The rows
// come from a Python program that carries out the papers: MT19937-64 (Nishimura and Matsumoto,
// whose 10,000th number it reproduces), and algorithm P, which exchanges entry 9 with entry (draw
// mod 10), entry 8 with entry (draw mod 9), and so on; the first three are held out.
TEST(SplitRowsTest, TheSeedDecides) {
  EXPECT_THAT(SplitOf(Numbers(10), 0.3, 0).holdout, ElementsAre(0, 2, 7));
  EXPECT_THAT(SplitOf(Numbers(10), 0.3, 1).holdout, ElementsAre(1, 3, 7));
}

// Each of 5 rows is held out in about a fifth of 10,000 splits: in 2000, standard deviation 40.
TEST(SplitRowsTest, OverAllSeedsEveryRowIsHeldOutEquallyOften) {
  std::vector<int> times(5);
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    const Split split = SplitOf(Numbers(5), 0.2, seed);
    ASSERT_EQ(split.holdout.size(), 1u);
    ++times[split.holdout[0]];
  }
  EXPECT_THAT(times, Each(AllOf(Ge(1840), Le(2160))));
}

TEST(SplitRowsTest, AHalfIsRoundedUp_ButOneRowStays) {
  EXPECT_EQ(SplitOf(Numbers(5), 0.5, 0).holdout.size(), 3u);
  EXPECT_EQ(SplitOf(Numbers(5), 0.1, 0).holdout.size(), 1u);
  EXPECT_EQ(SplitOf(Numbers(1), 0.5, 0).holdout.size(), 0u);
}

TEST(SplitRowsTest, ZeroHoldsNothingOut) {
  EXPECT_THAT(SplitOf(Classes({5, 5}), 0, 0).holdout, IsEmpty());
}

TEST(SplitFoldsTest, EveryRowIsHeldOutOnce_InEvenAndStratifiedFolds) {
  const Examples examples = Classes({12, 7, 4});
  std::vector<size_t> held;
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<Split> splits,
      SplitFolds(examples, AllIndexes(examples), 5, Spec(Plan::SPLIT_STRATIFIED, 0, 3)));
  ASSERT_EQ(splits.size(), 5u);
  for (const Split& split : splits) {
    EXPECT_EQ(split.train.size() + split.holdout.size(), 23u);
    EXPECT_GE(split.holdout.size(), 4u);
    EXPECT_LE(split.holdout.size(), 5u);
    EXPECT_GE(ClassSizes(examples.labels, split.holdout)[0], 2u);
    held.insert(held.end(), split.holdout.begin(), split.holdout.end());
  }
  std::sort(held.begin(), held.end());
  EXPECT_EQ(held, examples.labels.rows);
}

TEST(SplitFoldsTest, OfSomeIndexes_OnlyThoseAreSplit) {
  const Examples examples = Numbers(20);
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<Split> splits,
      SplitFolds(examples, {3, 5, 7, 11}, 2, Spec(Plan::SPLIT_RANDOM, 0, 0)));
  std::vector<size_t> all = splits[0].train;
  all.insert(all.end(), splits[0].holdout.begin(), splits[0].holdout.end());
  EXPECT_THAT(all, UnorderedElementsAre(3, 5, 7, 11));
  EXPECT_EQ(splits[0].train, splits[1].holdout);
}

TEST(SplitFoldsTest, MoreFoldsThanRowsOrGroups_AreRefused) {
  EXPECT_THAT(SplitFolds(Numbers(4), {0, 1, 2, 3}, 5, Spec(Plan::SPLIT_RANDOM, 0, 0)),
              IsError(kInvalid, HasSubstr("evaluation.folds: 5 folds cannot be made of 4 rows")));
  EXPECT_THAT(SplitFolds(Keyed({1, 1, 2, 2}), {0, 1, 2, 3}, 3, Spec(Plan::SPLIT_GROUPED, 0, 0)),
              IsError(kInvalid, HasSubstr("3 folds cannot be made of 2 groups")));
  EXPECT_THAT(SplitFolds(Keyed({1, 2, 3, 4}), {0, 1, 2, 3}, 4, Spec(Plan::SPLIT_TIME, 0, 0)),
              IsError(kInvalid, HasSubstr("4 folds cannot be made of 4 rows in order of time")));
}

// Class 1 has two rows, which are one group: whichever fold holds it out has none to train on.
TEST(SplitFoldsTest, AFoldWithoutAClass_IsRefused_NamingBoth) {
  Examples examples = Classes({4, 2});
  examples.split_keys = {0, 0, 1, 1, 2, 2};
  EXPECT_THAT(SplitFolds(examples, AllIndexes(examples), 3, Spec(Plan::SPLIT_GROUPED, 0, 0)),
              IsError(kInvalid, ContainsRegex("evaluation.split: class '1' has no row to train on "
                                              "in fold [123]; use SPLIT_STRATIFIED")));
}

TEST(SplitRowsTest, GroupsStayTogether_AndComeCloseToTheShare) {
  std::vector<double> keys;
  for (size_t row = 0; row < 1000; ++row) keys.push_back(static_cast<double>(row % 50));
  const Examples examples = Keyed(keys);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Split split,
                               SplitRows(examples, Spec(Plan::SPLIT_GROUPED, 0.2, seed)));
    EXPECT_EQ(split.holdout.size(), 200u);
    std::vector<bool> held(50);
    for (const size_t i : split.holdout) held[i % 50] = true;
    for (const size_t i : split.train) ASSERT_FALSE(held[i % 50]);
  }
}

TEST(SplitRowsTest, OfLargeGroupsTheSmallestIsHeldOut_RatherThanNone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Split split, SplitRows(Keyed({1, 1, 1, 1, 2, 2, 2}),
                                                          Spec(Plan::SPLIT_GROUPED, 0.1, 0)));
  EXPECT_THAT(split.holdout, ElementsAre(4, 5, 6));
}

TEST(SplitRowsTest, OneGroupOnly_IsRefused_NamingTheColumn) {
  EXPECT_THAT(SplitRows(Keyed({7, 7, 7, 7}), Spec(Plan::SPLIT_GROUPED, 0.2, 0)),
              IsError(kInvalid, HasSubstr("evaluation.column: column 'key' has one value only")));
}

TEST(SplitRowsTest, TheLastByTimeAreHeldOut_EqualTimesInOrderOfTheRows) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Split split, SplitRows(Keyed({50, 10, 40, 40, 20, 30}),
                                                          Spec(Plan::SPLIT_TIME, 0.34, 0)));
  EXPECT_THAT(split.holdout, ElementsAre(0, 3));
  EXPECT_THAT(split.train, ElementsAre(1, 2, 4, 5));
}

TEST(SplitFoldsTest, ByTime_EachRunIsPredictedFromAllBeforeIt) {
  const Examples examples = Keyed({6, 5, 4, 3, 2, 1});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<Split> splits,
      SplitFolds(examples, AllIndexes(examples), 2, Spec(Plan::SPLIT_TIME, 0, 0)));
  ASSERT_EQ(splits.size(), 2u);
  EXPECT_THAT(splits[0].train, ElementsAre(4, 5));
  EXPECT_THAT(splits[0].holdout, ElementsAre(2, 3));
  EXPECT_THAT(splits[1].train, ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(splits[1].holdout, ElementsAre(0, 1));
}

TEST(SplitFoldsTest, GroupsAreDealtOutSoThatFoldsAreEven) {
  const Examples examples = Keyed({1, 1, 1, 1, 2, 2, 2, 3, 3, 4});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<Split> splits,
      SplitFolds(examples, AllIndexes(examples), 2, Spec(Plan::SPLIT_GROUPED, 0, 5)));
  EXPECT_THAT(splits[0].holdout.size(), 5u);
  EXPECT_THAT(splits[1].holdout.size(), 5u);
}

}  // namespace
}  // namespace serin
