#include "core/profile/association.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

using Numbers = std::vector<double>;
using Categories = std::vector<int32_t>;

TEST(RankCorrelationTest, AgreesWithScipy_TiesIncluded) {
  // scipy.stats.spearmanr
  const Numbers x = {1, 2, 2, 3, 5, 8, 13, 21, 34, -4};
  const Numbers y = {2.5, 1, 7, 3, 3, 9, 8, 30, 20, 0};
  EXPECT_NEAR(*RankCorrelation(x, y), 0.9024390243902439, 1e-12);
}

TEST(RankCorrelationTest, AnyMonotoneRelation_IsOne_FallingOnesToo) {
  EXPECT_DOUBLE_EQ(*RankCorrelation(Numbers{1, 2, 3, 4}, Numbers{1e300, 1, -5, -1e300}), 1);
}

TEST(RankCorrelationTest, WithAConstantOrTwoRows_IsNotDefined) {
  EXPECT_FALSE(RankCorrelation(Numbers{1, 2, 3}, Numbers{4, 4, 4}));
  EXPECT_FALSE(RankCorrelation(Numbers{1, 2}, Numbers{1, 2}));
  EXPECT_FALSE(RankCorrelation(Numbers{}, Numbers{}));
}

TEST(CorrelationRatioTest, AgreesWithItsDefinition) {
  // sqrt(1 - (n - 1) / (n - k) * SS_within / SS_total), by numpy.
  EXPECT_NEAR(
      *CorrelationRatio(Numbers{1, 2, 3, 10, 11, 12, 5, 6}, Categories{0, 0, 0, 1, 1, 1, 2, 2}),
      0.9749811461223841, 1e-12);
  EXPECT_EQ(
      *CorrelationRatio(Numbers{1, 2, 3, 4, 1, 2, 3, 4.5}, Categories{0, 0, 0, 0, 1, 1, 1, 1}), 0);
}

TEST(CorrelationRatioTest, ManyCategoriesOfAFewRows_DoNotPoseAsAnAssociation) {
  RandomBits random(1);
  Numbers numbers;
  Categories categories;
  for (int row = 0; row < 2'000; ++row) {
    numbers.push_back(random.Unit());
    categories.push_back(row / 2);
  }
  EXPECT_LT(*CorrelationRatio(numbers, categories), 0.25);  // Without correction: 0.7.
}

TEST(CorrelationRatioTest, ExtremeNumbers_DoNotOverflow) {
  const double most = std::numeric_limits<double>::max();
  EXPECT_DOUBLE_EQ(*CorrelationRatio(Numbers{most, most, -most, -most}, Categories{0, 0, 3, 3}), 1);
}

TEST(CorrelationRatioTest, WithOneCategoryOrOneARow_IsNotDefined) {
  EXPECT_FALSE(CorrelationRatio(Numbers{1, 2, 3}, Categories{0, 0, 0}));
  EXPECT_FALSE(CorrelationRatio(Numbers{1, 2, 3}, Categories{0, 1, 2}));
  EXPECT_FALSE(CorrelationRatio(Numbers{2, 2, 2}, Categories{0, 1, 1}));
}

TEST(CramersVTest, AgreesWithScipyAndBergsmasCorrection) {
  // phi^2 by scipy.stats.chi2_contingency(correction=False), then Bergsma's equations.
  EXPECT_NEAR(*CramersV(Categories{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 0, 1},
                        Categories{0, 0, 0, 1, 1, 1, 1, 0, 2, 2, 2, 0, 2, 0, 1}),
              0.6806859285554044, 1e-12);
}

TEST(CramersVTest, OneFollowingFromTheOther_IsOne_WhateverTheCodes) {
  Categories a;
  Categories b;
  for (int row = 0; row < 300; ++row) {
    a.push_back(row % 3);
    b.push_back(10 + row % 3 * 2);
  }
  EXPECT_DOUBLE_EQ(*CramersV(a, b), 1);
}

TEST(CramersVTest, IndependentColumns_AreNearZero) {
  RandomBits random(1);
  Categories a;
  Categories b;
  for (int row = 0; row < 5'000; ++row) {
    a.push_back(static_cast<int32_t>(random.Below(50)));
    b.push_back(static_cast<int32_t>(random.Below(50)));
  }
  EXPECT_LT(*CramersV(a, b), 0.05);
}

TEST(CramersVTest, WithAConstant_IsNotDefined) {
  EXPECT_FALSE(CramersV(Categories{0, 0, 0}, Categories{0, 1, 1}));
  EXPECT_FALSE(CramersV(Categories{0, 1, 2}, Categories{0, 1, 2}));  // Every row its own.
}

}  // namespace
}  // namespace serin
