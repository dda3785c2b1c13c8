#include "core/learn/bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace serin {
namespace {

const v1::ConfidenceInterval* Find(const std::vector<v1::ConfidenceInterval>& intervals,
                                   const std::string& metric) {
  for (const v1::ConfidenceInterval& interval : intervals) {
    if (interval.metric() == metric) return &interval;
  }
  return nullptr;
}

// 800 of 1,000 rows are recognised.
Predictions FourInFive() {
  Predictions predictions;
  for (int i = 0; i < 1000; ++i) {
    const double p = i % 5 == 0 ? 0.3 : 0.7;  // Of the true class.
    const bool second = i % 2 == 0;
    predictions.outputs.push_back(second ? 1 - p : p);
    predictions.outputs.push_back(second ? p : 1 - p);
    predictions.actual.push_back(second ? 1 : 0);
  }
  return predictions;
}

// The share of successes among n rows has the standard deviation sqrt(p (1 - p) / n) = 0.01265.
TEST(BootstrapTest, TheIntervalOfAccuracyIsThatOfTheBinomialDistribution) {
  const auto intervals = BootstrapIntervals(FourInFive(), 2, 2000, 1);
  const v1::ConfidenceInterval* accuracy = Find(intervals, "accuracy");
  ASSERT_NE(accuracy, nullptr);
  EXPECT_EQ(accuracy->level(), 0.95);
  EXPECT_NEAR(accuracy->lower(), 0.8 - 1.96 * 0.01265, 0.002);
  EXPECT_NEAR(accuracy->upper(), 0.8 + 1.96 * 0.01265, 0.002);
  for (const char* metric :
       {"balanced_accuracy", "log_loss", "macro_f1", "brier", "roc_auc", "pr_auc"}) {
    ASSERT_NE(Find(intervals, metric), nullptr) << metric;
    EXPECT_LT(Find(intervals, metric)->lower(), Find(intervals, metric)->upper()) << metric;
  }
}

// The mean of 500 residuals of 1 and 500 of 3, squared: 1 and 9.
TEST(BootstrapTest, TheIntervalOfMaeIsThatOfAMean) {
  Predictions predictions;
  for (int i = 0; i < 1000; ++i) {
    predictions.actual.push_back(i);
    predictions.outputs.push_back(i + (i % 2 == 0 ? 1 : -3));
  }
  const auto intervals = BootstrapIntervals(predictions, 0, 2000, 1);
  const v1::ConfidenceInterval* mae = Find(intervals, "mae");
  ASSERT_NE(mae, nullptr);
  EXPECT_NEAR(mae->lower(), 2 - 1.96 / std::sqrt(1000), 0.01);
  EXPECT_NEAR(mae->upper(), 2 + 1.96 / std::sqrt(1000), 0.01);
  EXPECT_NE(Find(intervals, "rmse"), nullptr);
  EXPECT_NE(Find(intervals, "r2"), nullptr);
  EXPECT_NE(Find(intervals, "mape"), nullptr);
}

TEST(BootstrapTest, WhatTheRowsDoNotDefineHasNoInterval) {
  const auto intervals = BootstrapIntervals({{0.5, 0.5, 0.4, 0.6}, {0, 0}}, 2, 50, 1);
  EXPECT_EQ(Find(intervals, "roc_auc"), nullptr);
  EXPECT_NE(Find(intervals, "accuracy"), nullptr);
}

TEST(BootstrapTest, TheSeedDecides_AndNoSamplesGiveNoIntervals) {
  const auto bytes = [](uint64_t seed) {
    std::string all;
    for (const auto& interval : BootstrapIntervals(FourInFive(), 2, 20, seed)) {
      all += interval.SerializeAsString();
    }
    return all;
  };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
  EXPECT_TRUE(BootstrapIntervals(FourInFive(), 2, 0, 1).empty());
}

}  // namespace
}  // namespace serin
