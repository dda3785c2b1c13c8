#include "core/learn/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

// The same on every platform and for ever: models are reproduced from their specification.
TEST(SplitRowsTest, TheSeedDecides) {
  Labels labels = Classes({10});
  labels.classes.clear();
  EXPECT_EQ(SplitRows(labels, 0.3, 0).holdout, SplitRows(labels, 0.3, 0).holdout);
  EXPECT_THAT(SplitRows(labels, 0.3, 0).holdout, ElementsAre(0, 2, 7));
  EXPECT_THAT(SplitRows(labels, 0.3, 1).holdout, ElementsAre(1, 3, 7));
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
