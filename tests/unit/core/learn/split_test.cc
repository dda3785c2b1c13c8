#include "core/learn/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;

// `sizes[c]` rows of class c, one class after the other.
Labels Classes(const std::vector<size_t>& sizes) {
  Labels labels;
  for (size_t c = 0; c < sizes.size(); ++c) {
    labels.classes.push_back(std::to_string(c));
    labels.values.insert(labels.values.end(), sizes[c], static_cast<double>(c));
  }
  labels.rows.resize(labels.values.size());
  std::iota(labels.rows.begin(), labels.rows.end(), 0);
  return labels;
}

std::vector<size_t> ClassSizes(const Labels& labels, const std::vector<size_t>& indexes) {
  std::vector<size_t> sizes(labels.classes.size());
  for (const size_t index : indexes) ++sizes[static_cast<size_t>(labels.values[index])];
  return sizes;
}

TEST(SplitRowsTest, KeepsTheProportionsOfTheClasses) {
  const Labels labels = Classes({50, 10, 2, 3});
  const Split split = SplitRows(labels, 0.2, 1);
  EXPECT_THAT(ClassSizes(labels, split.holdout), ElementsAre(10, 2, 0, 1));
  EXPECT_THAT(ClassSizes(labels, split.train), ElementsAre(40, 8, 2, 2));
}

TEST(SplitRowsTest, EveryRowIsOnOneSide) {
  const Labels labels = Classes({17, 5});
  Split split = SplitRows(labels, 0.5, 9);
  EXPECT_TRUE(std::is_sorted(split.train.begin(), split.train.end()));
  EXPECT_TRUE(std::is_sorted(split.holdout.begin(), split.holdout.end()));
  split.train.insert(split.train.end(), split.holdout.begin(), split.holdout.end());
  std::sort(split.train.begin(), split.train.end());
  EXPECT_EQ(split.train, labels.rows);
}

Labels Numbers(size_t count) {
  Labels labels = Classes({count});
  labels.classes.clear();
  return labels;
}

// The same on every platform and for ever: models are reproduced from their specification. The rows
// come from a Python program that carries out the papers: MT19937-64 (Nishimura and Matsumoto,
// whose 10,000th number it reproduces), and algorithm P, which exchanges entry 9 with entry (draw
// mod 10), entry 8 with entry (draw mod 9), and so on; the first three are held out.
TEST(SplitRowsTest, TheSeedDecides) {
  EXPECT_THAT(SplitRows(Numbers(10), 0.3, 0).holdout, ElementsAre(0, 2, 7));
  EXPECT_THAT(SplitRows(Numbers(10), 0.3, 1).holdout, ElementsAre(1, 3, 7));
}

// Each of 5 rows is held out in about a fifth of 10,000 splits: in 2000, standard deviation 40.
TEST(SplitRowsTest, OverAllSeedsEveryRowIsHeldOutEquallyOften) {
  std::vector<int> times(5);
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    const Split split = SplitRows(Numbers(5), 0.2, seed);
    ASSERT_EQ(split.holdout.size(), 1u);
    ++times[split.holdout[0]];
  }
  EXPECT_THAT(times, Each(AllOf(Ge(1840), Le(2160))));
}

TEST(SplitRowsTest, AHalfIsRoundedUp_ButOneRowStays) {
  EXPECT_EQ(SplitRows(Numbers(5), 0.5, 0).holdout.size(), 3u);
  EXPECT_EQ(SplitRows(Numbers(5), 0.1, 0).holdout.size(), 1u);
  EXPECT_EQ(SplitRows(Numbers(1), 0.5, 0).holdout.size(), 0u);
}

TEST(SplitRowsTest, ZeroHoldsNothingOut) {
  EXPECT_THAT(SplitRows(Classes({5, 5}), 0, 0).holdout, IsEmpty());
}

TEST(SplitFoldsTest, EveryRowIsHeldOutOnce_InEvenAndStratifiedFolds) {
  const Labels labels = Classes({12, 7, 4});
  std::vector<size_t> held;
  for (const Split& split : SplitFolds(labels, 5, 3)) {
    EXPECT_EQ(split.train.size() + split.holdout.size(), 23u);
    EXPECT_GE(split.holdout.size(), 4u);
    EXPECT_LE(split.holdout.size(), 5u);
    EXPECT_GE(ClassSizes(labels, split.holdout)[0], 2u);
    held.insert(held.end(), split.holdout.begin(), split.holdout.end());
  }
  std::sort(held.begin(), held.end());
  EXPECT_EQ(held, labels.rows);
}

}  // namespace
}  // namespace serin
