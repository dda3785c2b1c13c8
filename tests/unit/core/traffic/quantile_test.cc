#include "core/traffic/quantile.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random_bits.h"

namespace serin {
namespace {

double Exponential(RandomBits& random) { return -std::log(1 - random.Unit()); }

// The mean of the estimate over time, once it has settled.
double Settled(double quantile, double scale) {
  QuantileEstimate estimate(quantile);
  RandomBits random(1);
  double sum = 0;
  constexpr int kCalls = 20'000;
  for (int i = 0; i < 2 * kCalls; ++i) {
    estimate.Add(scale * Exponential(random));
    if (i >= kCalls) sum += estimate.value();
  }
  return sum / kCalls;
}

TEST(QuantileEstimateTest, SettlesAtTheQuantile_WhateverTheUnit) {
  for (const double scale : {1e-6, 1.0, 1e6}) {
    EXPECT_NEAR(Settled(0.5, scale), scale * std::log(2), 0.10 * scale * std::log(2));
    EXPECT_NEAR(Settled(0.95, scale), scale * std::log(20), 0.10 * scale * std::log(20));
    EXPECT_NEAR(Settled(0.99, scale), scale * std::log(100), 0.10 * scale * std::log(100));
  }
}

TEST(QuantileEstimateTest, BeginsAtTheFirstNumber_AndIs0BeforeIt) {
  QuantileEstimate estimate(0.5);
  EXPECT_EQ(estimate.value(), 0);
  estimate.Add(0.25);
  EXPECT_NEAR(estimate.value(), 0.25, 1e-12);
  EXPECT_EQ(estimate.count(), 1);
  estimate.Reset();
  EXPECT_EQ(estimate.value(), 0);
  EXPECT_EQ(estimate.count(), 0);
}

TEST(QuantileEstimateTest, OneStrayNumber_MovesItByOneStep) {
  QuantileEstimate estimate(0.5);
  for (int i = 0; i < 1000; ++i) estimate.Add(1);
  const double before = estimate.value();
  estimate.Add(1e9);
  EXPECT_LT(estimate.value(), 1.06 * before);
}

TEST(QuantileEstimateTest, FollowsAChange_AsFastAsItSays) {
  const auto needed = [](double quantile, double from, double to) {
    QuantileEstimate estimate(quantile);
    for (int i = 0; i < 1000; ++i) estimate.Add(from);
    int count = 0;
    while (std::abs(std::log(estimate.value() / to)) > 0.1) {
      estimate.Add(to);
      ++count;
    }
    return count;
  };
  EXPECT_LE(needed(0.5, 1, 10), 100);
  EXPECT_LE(needed(0.5, 10, 1), 100);
  EXPECT_LE(needed(0.95, 1, 10), 60);
  EXPECT_LE(needed(0.95, 10, 1), 920);
}

TEST(QuantileEstimateTest, ZeroAndLess_AreTakenAsVerySmall) {
  QuantileEstimate estimate(0.5);
  estimate.Add(0);
  estimate.Add(-1);
  EXPECT_GT(estimate.value(), 0);
  EXPECT_LT(estimate.value(), 1e-8);
}

}  // namespace
}  // namespace serin
