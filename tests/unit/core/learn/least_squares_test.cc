#include <cmath>
#include <random>
#include <vector>

#include "core/learn/gram_kernel.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(AddProductsTest, SumsEveryProductInTheOrderOfTheRows) {
  constexpr size_t kRows = 5;
  constexpr size_t kWidth = 16;
  std::mt19937 random(1);
  std::vector<double> left(kRows * kWidth);
  std::vector<double> right(kRows * kWidth);
  for (double& x : left) x = static_cast<double>(random() % 1000) / 7;
  for (double& x : right) x = static_cast<double>(random() % 1000) / 11;
  std::vector<double> products(kWidth * kWidth, 0.5);

  AddProducts(left.data(), right.data(), kRows, kWidth, products.data());

  for (size_t i = 0; i < kWidth; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = 0.5;
      for (size_t row = 0; row < kRows; ++row)
        sum += left[row * kWidth + i] * right[row * kWidth + j];
      ASSERT_EQ(products[i * kWidth + j], sum) << i << ", " << j;
    }
  }
}

// By hand: the line through (1, 1), (2, 3), (3, 2), (4, 4) has slope 4 / 5 and intercept 1 / 2.
TEST(LinearRegressionTest, FindsTheLine) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}, {4}}, {1, 3, 2, 4}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "linear_regression"));
  EXPECT_THAT(model.linear().weights(), ElementsAre(DoubleNear(0.8, 1e-14)));
  EXPECT_THAT(model.linear().intercepts(), ElementsAre(DoubleNear(0.5, 1e-14)));
}

// NIST's Longley data (Statistical Reference Datasets, multicollinear, "higher level of
// difficulty"): the certified values.
TEST(LinearRegressionTest, Longley_HasTheCertifiedCoefficients) {
  const TrainingSet set = MakeSet({{83.0, 234289, 2356, 1590, 107608, 1947},
                                   {88.5, 259426, 2325, 1456, 108632, 1948},
                                   {88.2, 258054, 3682, 1616, 109773, 1949},
                                   {89.5, 284599, 3351, 1650, 110929, 1950},
                                   {96.2, 328975, 2099, 3099, 112075, 1951},
                                   {98.1, 346999, 1932, 3594, 113270, 1952},
                                   {99.0, 365385, 1870, 3547, 115094, 1953},
                                   {100.0, 363112, 3578, 3350, 116219, 1954},
                                   {101.2, 397469, 2904, 3048, 117388, 1955},
                                   {104.6, 419180, 2822, 2857, 118734, 1956},
                                   {108.4, 442769, 2936, 2798, 120445, 1957},
                                   {110.8, 444546, 4681, 2637, 121950, 1958},
                                   {112.6, 482704, 3813, 2552, 123366, 1959},
                                   {114.2, 502601, 3931, 2514, 125368, 1960},
                                   {115.7, 518173, 4806, 2572, 127852, 1961},
                                   {116.9, 554894, 4007, 2827, 130081, 1962}},
                                  {60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019,
                                   67857, 68169, 66513, 68655, 69564, 69331, 70551},
                                  0);
  TrainingSet scaled = set;  // As the pipeline does; the data differ by factors of 10,000.
  const double scales[] = {10, 1e5, 1e3, 1e3, 1e4, 10};
  for (size_t i = 0; i < scaled.inputs.size(); ++i) scaled.inputs[i] /= scales[i % 6];
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(scaled, "linear_regression"));
  const double certified[] = {15.0618722713733,  -0.358191792925910e-01, -2.02022980381683,
                              -1.03322686717359, -0.511041056535807e-01, 1829.15146461355};
  for (int i = 0; i < 6; ++i) {
    EXPECT_NEAR(model.linear().weights(i) / (certified[i] * scales[i]), 1, 1e-8) << i;
  }
  EXPECT_NEAR(model.linear().intercepts(0) / -3482258.63459582, 1, 1e-8);
}

// One-hot inputs add up to 1: of all weights that fit, those whose squares add up to the least.
TEST(LinearRegressionTest, OfDependentInputs_TakesTheSmallestWeights) {
  const TrainingSet set = MakeSet({{1, 0}, {0, 1}, {1, 0}, {0, 1}}, {1, 5, 1, 5}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "linear_regression"));
  EXPECT_THAT(model.linear().weights(), ElementsAre(DoubleNear(-2, 1e-12), DoubleNear(2, 1e-12)));
  EXPECT_THAT(model.linear().intercepts(), ElementsAre(DoubleNear(3, 1e-12)));
}

// Two rows, three inputs: the differences (1, 2, 2) explain a difference of 9 with weights along
// them, 9 / |d|^2 = 1 times d.
TEST(LinearRegressionTest, OfMoreInputsThanRows_TakesTheSmallestWeights) {
  const TrainingSet set = MakeSet({{0, 0, 0}, {1, 2, 2}}, {1, 10}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "linear_regression"));
  EXPECT_THAT(model.linear().weights(),
              ElementsAre(DoubleNear(1, 1e-12), DoubleNear(2, 1e-12), DoubleNear(2, 1e-12)));
  EXPECT_THAT(model.linear().intercepts(), ElementsAre(DoubleNear(1, 1e-12)));
}

TEST(LinearRegressionTest, OfConstantInputs_IsTheMean) {
  const TrainingSet set = MakeSet({{7}, {7}, {7}}, {1, 2, 6}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "linear_regression"));
  EXPECT_THAT(model.linear().weights(), ElementsAre(0));
  EXPECT_THAT(model.linear().intercepts(), ElementsAre(3));
}

TEST(LinearRegressionTest, TargetsTooLargeToAddUp_AreRefused) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}}, {1.7e308, 1.7e308, -1.7e308}, 0);
  EXPECT_THAT(FitOn(set, "linear_regression"),
              IsError(kInvalid, HasSubstr("target: holds numbers too large for a linear model")));
}

// By hand: centred products of the line above are 5 and 4; 4 / (5 + 3) = 1 / 2.
TEST(RidgeRegressionTest, ShrinksTheSlope) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}, {4}}, {1, 3, 2, 4}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "ridge_regression", R"({"l2": 3})"));
  EXPECT_THAT(model.linear().weights(), ElementsAre(DoubleNear(0.5, 1e-14)));
  EXPECT_THAT(model.linear().intercepts(), ElementsAre(DoubleNear(1.25, 1e-14)));
}

}  // namespace
}  // namespace serin
