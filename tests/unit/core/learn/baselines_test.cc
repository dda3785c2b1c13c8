#include "core/learn/baselines.h"

#include <cmath>

#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

TEST(MajorityTest, OfTwoClasses_IsTheLogOddsOfTheSecond) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}, {4}}, {0, 1, 1, 1}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "majority"));
  EXPECT_THAT(model.constant().scores(), ElementsAre(DoubleNear(std::log(3), 1e-15)));
}

TEST(MajorityTest, OfMoreClasses_AreTheLogarithmsOfTheShares) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}, {4}}, {0, 2, 1, 1}, 3);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "majority"));
  EXPECT_THAT(model.constant().scores(),
              ElementsAre(DoubleNear(std::log(0.25), 1e-15), DoubleNear(std::log(0.5), 1e-15),
                          DoubleNear(std::log(0.25), 1e-15)));
}

TEST(MajorityTest, AClassWithoutARow_CountsAsHalfARow) {
  const TrainingSet set = MakeSet({{1}, {2}}, {0, 0}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "majority"));
  EXPECT_THAT(model.constant().scores(), ElementsAre(DoubleNear(std::log(0.25), 1e-15)));
}

TEST(MeanTest, IsTheMeanOfTheTargets) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}, {4}}, {1, 2, 4, 9}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "mean"));
  EXPECT_THAT(model.constant().scores(), ElementsAre(4));
}

TEST(MeanTest, OfTheLargestNumbers_IsFinite) {
  const TrainingSet set = MakeSet({{1}, {2}}, {1.5e308, 1.5e308}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "mean"));
  EXPECT_THAT(model.constant().scores(), ElementsAre(1.5e308));
}

}  // namespace
}  // namespace serin
