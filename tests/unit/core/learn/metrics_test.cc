#include "core/learn/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(MeasureClassificationTest, TwoClasses_ByHand) {
  const auto metrics =
      MeasureClassification({0.9, 0.1, 0.4, 0.6, 0.7, 0.3, 0.2, 0.8}, {0, 0, 0, 1}, {"no", "yes"});
  EXPECT_DOUBLE_EQ(metrics.accuracy(), 0.75);
  EXPECT_DOUBLE_EQ(metrics.balanced_accuracy(), (2.0 / 3 + 1) / 2);
  EXPECT_DOUBLE_EQ(metrics.log_loss(), -std::log(0.9 * 0.4 * 0.7 * 0.8) / 4);
  EXPECT_DOUBLE_EQ(metrics.roc_auc(), 1);
  EXPECT_THAT(metrics.confusion_matrix().classes(), ElementsAre("no", "yes"));
  EXPECT_THAT(metrics.confusion_matrix().counts(), ElementsAre(2, 1, 0, 1));
}

TEST(MeasureClassificationTest, ThreeClasses_AucIsTheMeanOfOneAgainstTheRest) {
  // Class 0 is ranked perfectly, class 1 wins 1 of 2 pairs, class 2 wins 1 of 2.
  const auto metrics = MeasureClassification({0.8, 0.1, 0.1, 0.1, 0.4, 0.5, 0.1, 0.5, 0.4},
                                             {0, 1, 2}, {"a", "b", "c"});
  EXPECT_DOUBLE_EQ(metrics.roc_auc(), (1 + 0.5 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(metrics.accuracy(), 1.0 / 3);
}

TEST(MeasureClassificationTest, AClassWithoutRows_HasNoAucAndNoPartInTheBalance) {
  const auto metrics =
      MeasureClassification({0.8, 0.1, 0.1, 0.1, 0.8, 0.1}, {0, 1}, {"a", "b", "c"});
  EXPECT_FALSE(metrics.has_roc_auc());
  EXPECT_EQ(metrics.balanced_accuracy(), 1);
}

TEST(MeasureClassificationTest, CertaintyThatIsWrong_CostsMuchButNotInfinitelyMuch) {
  const auto metrics = MeasureClassification({1, 0}, {1}, {"a", "b"});
  EXPECT_DOUBLE_EQ(metrics.log_loss(), -std::log(1e-15));
}

TEST(MeasureClassificationTest, OfEquallyProbableClassesTheFirstIsPredicted) {
  EXPECT_EQ(MeasureClassification({0.5, 0.5}, {0}, {"a", "b"}).accuracy(), 1);
}

TEST(RocAucTest, TiesCountHalf) {
  EXPECT_THAT(RocAuc({1, 2, 2, 3}, {false, true, false, true}), Optional(0.875));
  EXPECT_THAT(RocAuc({5, 5, 5}, {true, false, false}), Optional(0.5));
  EXPECT_THAT(RocAuc({1, 2}, {true, false}), Optional(0.0));
  EXPECT_EQ(RocAuc({1, 2}, {true, true}), std::nullopt);
}

TEST(MeasureRegressionTest, ByHand) {
  const auto metrics = MeasureRegression({1, 2, 5}, {1, 4, 4});
  EXPECT_DOUBLE_EQ(metrics.rmse(), std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(metrics.mae(), 1);
  EXPECT_DOUBLE_EQ(metrics.r2(), 1 - 5.0 / 6);
}

TEST(MeasureRegressionTest, AConstantTargetHasNoR2) {
  EXPECT_FALSE(MeasureRegression({1, 2}, {3, 3}).has_r2());
}

}  // namespace
}  // namespace serin
