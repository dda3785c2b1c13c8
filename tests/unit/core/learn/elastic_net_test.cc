#include "core/learn/elastic_net.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/learn/column_quadratic.h"
#include "core/learn/elastic_net_fit.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"
#include "tests/unit/core/learn/standardised_data.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

// scikit-learn 1.2, Lasso(alpha=1, tol=1e-14) on standardised inputs.
TEST(LassoTest, Diabetes_HasTheWeightsOfTheReference) {
  const TrainingSet set = StandardisedData("diabetes.csv", "progression");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "lasso"));
  EXPECT_THAT(model.linear().weights(),
              Pointwise(DoubleNear(1e-4),
                        std::vector<double>{0, -9.319329544911, 24.831503728186, 14.088985512288,
                                            -4.838946192436, 0, -10.6227562973, 0, 24.420933398189,
                                            2.561875513443}));
  EXPECT_EQ(model.linear().weights(0), 0);  // Not nearly.
  EXPECT_NEAR(model.linear().intercepts(0), 152.1334841628959, 1e-9);
}

// scikit-learn 1.2, ElasticNet(alpha=1, l1_ratio=0.5, tol=1e-14).
TEST(ElasticNetTest, Diabetes_HasTheWeightsOfTheReference) {
  const TrainingSet set = StandardisedData("diabetes.csv", "progression");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "elastic_net"));
  EXPECT_THAT(model.linear().weights(),
              Pointwise(DoubleNear(1e-4),
                        std::vector<double>{0.637824669562, -5.691797194424, 18.097526985873,
                                            11.405596257393, -0.240974702727, -2.366427026703,
                                            -8.221762156508, 5.297134794738, 15.448213067262,
                                            5.057306990094}));
}

// By hand: orthogonal inputs of variance 1 with X'y / rows = (3, 1): each is moved towards 0 by
// alpha * l1_ratio and divided by 1 + alpha * (1 - l1_ratio).
TEST(ElasticNetTest, OfOrthogonalInputs_IsTheSoftThreshold) {
  const TrainingSet set = MakeSet({{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}, {9, 7, 3, 1}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto lasso, FitOn(set, "lasso", R"({"alpha": 2})"));
  EXPECT_THAT(lasso.linear().weights(), ElementsAre(DoubleNear(1, 1e-12), 0));
  EXPECT_THAT(lasso.linear().intercepts(), ElementsAre(DoubleNear(5, 1e-12)));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto net,
                             FitOn(set, "elastic_net", R"({"alpha": 1, "l1_ratio": 0.5})"));
  EXPECT_THAT(net.linear().weights(),
              ElementsAre(DoubleNear(2.5 / 1.5, 1e-12), DoubleNear(0.5 / 1.5, 1e-12)));
}

// The least alpha without any weight is the largest |X'y| / rows.
TEST(LassoTest, AStrongPenaltyLeavesTheMean) {
  const TrainingSet set = StandardisedData("diabetes.csv", "progression");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "lasso", R"({"alpha": 46})"));
  EXPECT_THAT(model.linear().weights(), Each(0));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto less, FitOn(set, "lasso", R"({"alpha": 45})"));
  EXPECT_GT(less.linear().weights(2), 0);
}

TEST(LassoTest, InputsThatAreConstantOrTwiceThere_DoNoHarm) {
  const TrainingSet set = MakeSet({{1, 1, 5}, {2, 2, 5}, {3, 3, 5}}, {1, 2, 3}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "lasso", R"({"alpha": 0.1})"));
  // X'y / rows = 2 / 3 for a variance of 2 / 3.
  EXPECT_NEAR(model.linear().weights(0) + model.linear().weights(1), (2.0 / 3 - 0.1) * 1.5, 1e-9);
  EXPECT_EQ(model.linear().weights(2), 0);
}

// More inputs than products are kept for: of 5,000, two decide.
TEST(LassoTest, OfVeryManyInputs_FindsTheFewThatMatter) {
  std::mt19937 random(5);
  std::vector<std::vector<double>> rows(60, std::vector<double>(5000));
  std::vector<double> targets;
  for (auto& row : rows) {
    for (double& x : row) x = static_cast<double>(random() % 2001) / 1000 - 1;
    targets.push_back(10 * row[7] - 8 * row[4321] + 3);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model,
                             FitOn(MakeSet(rows, targets, 0), "lasso", R"({"alpha": 0.05})"));
  EXPECT_NEAR(model.linear().weights(7), 10, 0.5);
  EXPECT_NEAR(model.linear().weights(4321), -8, 0.5);
  double others = 0;
  for (const double weight : model.linear().weights()) others += std::abs(weight);
  EXPECT_LT(others, 18.5);
}

// Both ways to compute slopes go down the same way.
TEST(ColumnQuadraticTest, HasTheSlopesOfTheProducts) {
  const TrainingSet set = MakeSet({{1, 2}, {2, 1}, {3, 7}}, {1, 3, 2}, 0);
  ColumnQuadratic quadratic(set);
  quadratic.Move(0, 0.5);
  quadratic.Move(1, -1);
  // Centred: x1 = (-1, 0, 1), x2 = (-4/3, -7/3, 11/3), y = (-1, 1, 0);
  // residuals y - x1 / 2 + x2 = (-11/6, -4/3, 19/6).
  EXPECT_NEAR(quadratic.Slope(0), -5.0 / 3, 1e-12);
  EXPECT_NEAR(quadratic.Slope(1), -(22.0 / 9 + 28.0 / 9 + 209.0 / 18) / 3, 1e-12);
  EXPECT_NEAR(quadratic.Curvature(0), 2.0 / 3, 1e-12);
}

TEST(LassoTest, StopsWhenTold) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}}, {1, 2, 3}, 0);
  internal::v1::LinearEstimator linear;
  EXPECT_THAT(FitElasticNet(
                  set, {.alpha = 0.1, .l1_ratio = 1, .max_iterations = 100},
                  [](const Iteration&) { return false; }, &linear),
              IsError(absl::StatusCode::kCancelled, HasSubstr("stopped")));
}

TEST(LassoTest, TargetsTooLargeToSquare_AreRefused) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}}, {1.7e308, 1.7e308, -1.7e308}, 0);
  EXPECT_THAT(FitOn(set, "lasso"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("target: holds numbers")));
}

}  // namespace
}  // namespace serin
