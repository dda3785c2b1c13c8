#include "core/learn/curves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace serin {
namespace {

Predictions TwoClasses(const std::vector<double>& probabilities,
                       const std::vector<double>& actual) {
  Predictions predictions{{}, actual};
  for (const double p : probabilities) {
    predictions.outputs.push_back(1 - p);
    predictions.outputs.push_back(p);
  }
  return predictions;
}

v1::ClassCurves CurvesOf(const Predictions& predictions) {
  v1::ClassificationMetrics metrics;
  AddCurves(predictions, {"no", "yes"}, &metrics);
  EXPECT_EQ(metrics.curves_size(), 1);
  EXPECT_EQ(metrics.curves(0).class_(), "yes");
  return metrics.curves(0);
}

// scikit-learn 1.2.1: roc_curve(drop_intermediate=False); two rows share 0.8.
TEST(CurvesTest, Roc_HasAPointPerThreshold_AsTheReference) {
  const v1::ClassCurves curves =
      CurvesOf(TwoClasses({0.1, 0.6, 0.3, 0.8, 0.8, 0.4, 0.9, 0.35}, {0, 0, 0, 1, 0, 1, 1, 1}));
  const std::vector<double> false_positives = {0, 0, 0.25, 0.5, 0.5, 0.5, 0.75, 1};
  const std::vector<double> true_positives = {0, 0.25, 0.5, 0.5, 0.75, 1, 1, 1};
  const std::vector<double> thresholds = {INFINITY, 0.9, 0.8, 0.6, 0.4, 0.35, 0.3, 0.1};
  ASSERT_EQ(curves.roc_size(), 8);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(curves.roc(i).false_positive_rate(), false_positives[i]) << i;
    EXPECT_EQ(curves.roc(i).true_positive_rate(), true_positives[i]) << i;
    EXPECT_EQ(curves.roc(i).threshold(), thresholds[i]) << i;
  }
}

TEST(CurvesTest, Roc_OfManyRowsIsThinnedOut_FromCornerToCorner) {
  std::vector<double> probabilities;
  std::vector<double> actual;
  for (int i = 0; i < 1000; ++i) {
    probabilities.push_back((i + 0.5) / 1000);
    actual.push_back(i % 3 == 0 ? 1 : 0);
  }
  const v1::ClassCurves curves = CurvesOf(TwoClasses(probabilities, actual));
  ASSERT_EQ(curves.roc_size(), 101);
  EXPECT_EQ(curves.roc(0).false_positive_rate(), 0);
  EXPECT_EQ(curves.roc(0).true_positive_rate(), 0);
  EXPECT_EQ(curves.roc(100).false_positive_rate(), 1);
  EXPECT_EQ(curves.roc(100).true_positive_rate(), 1);
  for (int i = 1; i < 101; ++i) EXPECT_LT(curves.roc(i).threshold(), curves.roc(i - 1).threshold());
}

// Rows 0 to 19 with probability row / 20; those from 10 on are of the class.
TEST(CurvesTest, Calibration_HasTenEvenBins_TheLeastProbableFirst) {
  std::vector<double> probabilities;
  std::vector<double> actual;
  for (int i = 0; i < 20; ++i) {
    probabilities.push_back(i / 20.0);
    actual.push_back(i >= 10 ? 1 : 0);
  }
  const v1::ClassCurves curves = CurvesOf(TwoClasses(probabilities, actual));
  ASSERT_EQ(curves.calibration_size(), 10);
  for (int bin = 0; bin < 10; ++bin) {
    EXPECT_EQ(curves.calibration(bin).rows(), 2);
    EXPECT_NEAR(curves.calibration(bin).predicted(), (2 * bin + 0.5) / 20, 1e-12) << bin;
    EXPECT_EQ(curves.calibration(bin).observed(), bin >= 5 ? 1 : 0) << bin;
  }
}

TEST(CurvesTest, Calibration_EqualProbabilitiesStayInOneBin) {
  const v1::ClassCurves curves = CurvesOf(TwoClasses({0.5, 0.5, 0.5, 0.5, 0.25}, {1, 1, 1, 0, 0}));
  ASSERT_EQ(curves.calibration_size(), 2);
  EXPECT_EQ(curves.calibration(0).rows(), 1);
  EXPECT_EQ(curves.calibration(1).rows(), 4);
  EXPECT_EQ(curves.calibration(1).predicted(), 0.5);
  EXPECT_EQ(curves.calibration(1).observed(), 0.75);
}

TEST(CurvesTest, ThereAreNoneOfMoreThanAHundredClasses) {
  const std::vector<std::string> classes(101, "c");
  v1::ClassificationMetrics metrics;
  AddCurves({std::vector<double>(101, 1 / 101.0), {0}}, classes, &metrics);
  EXPECT_TRUE(metrics.curves().empty());
}

}  // namespace
}  // namespace serin
