#include "core/learn/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

// Given the probability of the second class.
Predictions TwoClasses(const std::vector<double>& probabilities, std::vector<double> actual) {
  Predictions predictions{{}, std::move(actual)};
  for (const double p : probabilities) {
    predictions.outputs.push_back(1 - p);
    predictions.outputs.push_back(p);
  }
  return predictions;
}

TEST(MeasureClassificationTest, TwoClasses_ByHand) {
  const auto metrics = MeasureClassification(
      {{0.9, 0.1, 0.4, 0.6, 0.7, 0.3, 0.2, 0.8}, {0, 0, 0, 1}}, {"no", "yes"});
  EXPECT_DOUBLE_EQ(metrics.accuracy(), 0.75);
  EXPECT_DOUBLE_EQ(metrics.balanced_accuracy(), (2.0 / 3 + 1) / 2);
  EXPECT_DOUBLE_EQ(metrics.log_loss(), -std::log(0.9 * 0.4 * 0.7 * 0.8) / 4);
  EXPECT_DOUBLE_EQ(metrics.roc_auc(), 1);
  EXPECT_THAT(metrics.confusion_matrix().classes(), ElementsAre("no", "yes"));
  EXPECT_THAT(metrics.confusion_matrix().counts(), ElementsAre(2, 1, 0, 1));
}

TEST(MeasureClassificationTest, ThreeClasses_AucIsTheMeanOfOneAgainstTheRest) {
  // Class 0 is ranked perfectly, class 1 wins 1 of 2 pairs, class 2 wins 1 of 2.
  const auto metrics = MeasureClassification(
      {{0.8, 0.1, 0.1, 0.1, 0.4, 0.5, 0.1, 0.5, 0.4}, {0, 1, 2}}, {"a", "b", "c"});
  EXPECT_DOUBLE_EQ(metrics.roc_auc(), (1 + 0.5 + 0.5) / 3);
  EXPECT_DOUBLE_EQ(metrics.accuracy(), 1.0 / 3);
}

TEST(MeasureClassificationTest, AClassWithoutRows_HasNoAucAndNoPartInTheBalance) {
  const auto metrics =
      MeasureClassification({{0.8, 0.1, 0.1, 0.1, 0.8, 0.1}, {0, 1}}, {"a", "b", "c"});
  EXPECT_FALSE(metrics.has_roc_auc());
  EXPECT_EQ(metrics.balanced_accuracy(), 1);
}

TEST(MeasureClassificationTest, CertaintyThatIsWrong_CostsMuchButNotInfinitelyMuch) {
  const auto metrics = MeasureClassification({{1, 0}, {1}}, {"a", "b"});
  EXPECT_DOUBLE_EQ(metrics.log_loss(), -std::log(1e-15));
}

TEST(MeasureClassificationTest, OfEquallyProbableClassesTheFirstIsPredicted) {
  EXPECT_EQ(MeasureClassification({{0.5, 0.5}, {0}}, {"a", "b"}).accuracy(), 1);
}

TEST(RocAucTest, TiesCountHalf) {
  EXPECT_THAT(RocAuc({1, 2, 2, 3}, {false, true, false, true}), Optional(0.875));
  EXPECT_THAT(RocAuc({5, 5, 5}, {true, false, false}), Optional(0.5));
  EXPECT_THAT(RocAuc({1, 2}, {true, false}), Optional(0.0));
  EXPECT_EQ(RocAuc({1, 2}, {true, true}), std::nullopt);
}

TEST(MeasureRegressionTest, ByHand) {
  const auto metrics = MeasureRegression({{1, 2, 5}, {1, 4, 4}});
  EXPECT_DOUBLE_EQ(metrics.rmse(), std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(metrics.mae(), 1);
  EXPECT_DOUBLE_EQ(metrics.r2(), 1 - 5.0 / 6);
}

TEST(MeasureRegressionTest, AConstantTargetHasNoR2) {
  EXPECT_FALSE(MeasureRegression({{1, 2}, {3, 3}}).has_r2());
}

// From scikit-learn 1.2.1: roc_auc_score, average_precision_score, log_loss, f1_score, and twice
// its brier_score_loss, which counts one class.
TEST(MeasureClassificationTest, TwoClasses_AsTheReference) {
  const Predictions predictions =
      TwoClasses({0.1, 0.6, 0.3, 0.8, 0.8, 0.4, 0.9, 0.35}, {0, 0, 0, 1, 0, 1, 1, 1});
  const auto metrics = MeasureClassification(predictions, {"no", "yes"});
  EXPECT_DOUBLE_EQ(metrics.roc_auc(), 0.71875);
  EXPECT_DOUBLE_EQ(metrics.pr_auc(), 0.7333333333333333);
  EXPECT_DOUBLE_EQ(metrics.log_loss(), 0.6602976284062104);
  EXPECT_DOUBLE_EQ(metrics.brier(), 0.483125);
  EXPECT_DOUBLE_EQ(metrics.macro_f1(), 0.5);
  ASSERT_EQ(metrics.classes_size(), 2);
  EXPECT_EQ(metrics.classes(1).class_(), "yes");
  EXPECT_EQ(metrics.classes(1).rows(), 4);
  EXPECT_EQ(metrics.classes(1).precision(), 0.5);
  EXPECT_EQ(metrics.classes(1).recall(), 0.5);
}

TEST(MeasureClassificationTest, ThreeClasses_AsTheReference) {
  const Predictions predictions{{0.7, 0.2, 0.1, 0.2, 0.5, 0.3, 0.1, 0.3, 0.6,  //
                                 0.4, 0.35, 0.25, 0.3, 0.4, 0.3, 0.2, 0.2, 0.6},
                                {0, 1, 2, 1, 0, 2}};
  const auto metrics = MeasureClassification(predictions, {"a", "b", "c"});
  EXPECT_DOUBLE_EQ(metrics.roc_auc(), 0.9166666666666666);
  EXPECT_DOUBLE_EQ(metrics.pr_auc(), 0.8888888888888888);
  EXPECT_DOUBLE_EQ(metrics.brier(), 0.4008333333333334);
  EXPECT_DOUBLE_EQ(metrics.macro_f1(), 0.6666666666666666);
}

TEST(MeasureClassificationTest, AClassThatIsNeverPredicted_HasPrecisionAndF1Of0) {
  const auto metrics = MeasureClassification(TwoClasses({0.1, 0.2, 0.3}, {0, 1, 0}), {"a", "b"});
  EXPECT_EQ(metrics.classes(1).precision(), 0);
  EXPECT_EQ(metrics.classes(1).f1(), 0);
  EXPECT_DOUBLE_EQ(metrics.macro_f1(), 0.4);
}

// From numpy.quantile and scikit-learn's mean_absolute_percentage_error.
TEST(MeasureRegressionTest, ResidualsAndRelativeErrors_AsTheReference) {
  const auto metrics = MeasureRegression({{1.5, 1, 4, 9}, {1, 2, 4, 8}});
  EXPECT_DOUBLE_EQ(metrics.mape(), 0.28125);
  const std::vector<double> expected = {-1, -0.925, -0.625, -0.25, 0.25, 0.85, 1};
  ASSERT_EQ(metrics.residuals_size(), 7);
  for (int i = 0; i < 7; ++i) EXPECT_NEAR(metrics.residuals(i).residual(), expected[i], 1e-15);
  EXPECT_EQ(metrics.residuals(1).quantile(), 0.05);
}

TEST(MeasureRegressionTest, RowsWhoseTrueValueIs0_HaveNoPartInMape) {
  EXPECT_DOUBLE_EQ(MeasureRegression({{5, 3}, {0, 2}}).mape(), 0.5);
  EXPECT_FALSE(MeasureRegression({{5, 3}, {0, 0}}).has_mape());
}

}  // namespace
}  // namespace serin
