#include "core/engine/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace serin {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ExpTest, AgreesWithLibmToTwoUnitsInTheLastPlace) {
  for (double x = -745; x < 709.7; x += 0.0173) {
    const double expected = std::exp(x);
    const double unit = std::nextafter(expected, kInfinity) - expected;
    ASSERT_NEAR(Exp(x), expected, 2 * unit) << x;
  }
}

TEST(ExpTest, HasTheLimitsOfTheExponential) {
  EXPECT_EQ(Exp(0), 1);
  EXPECT_EQ(Exp(-kInfinity), 0);
  EXPECT_EQ(Exp(-1e300), 0);
  EXPECT_EQ(Exp(1e300), kInfinity);
  EXPECT_TRUE(std::isnan(Exp(std::numeric_limits<double>::quiet_NaN())));
}

TEST(LogisticTest, KeepsItsPrecisionInBothTails) {
  EXPECT_EQ(Logistic(0), 0.5);
  EXPECT_DOUBLE_EQ(Logistic(-40), std::exp(-40));
  EXPECT_EQ(Logistic(1e30), 1);
  EXPECT_EQ(Logistic(-1e30), 0);
}

TEST(SoftmaxTest, IsProportionalToTheExponentials) {
  double values[] = {std::log(1.0), std::log(2.0), std::log(5.0)};
  Softmax(values, 3, values);
  EXPECT_DOUBLE_EQ(values[0], 0.125);
  EXPECT_DOUBLE_EQ(values[1], 0.25);
  EXPECT_DOUBLE_EQ(values[2], 0.625);
}

TEST(SoftmaxTest, TakesMarginsOfAnySize) {
  double values[] = {1e30, 1e30, -1e30};
  Softmax(values, 3, values);
  EXPECT_EQ(values[0], 0.5);
  EXPECT_EQ(values[1], 0.5);
  EXPECT_EQ(values[2], 0);
}

TEST(ApplyLinkTest, ProbabilitiesOfTwoClasses_AreLimited) {
  const double margins[] = {0.25, -0.5, 1.5};
  double outputs[6];
  ApplyLink(Link::kProbability, margins, 3, 2, outputs);
  EXPECT_THAT(outputs, ::testing::ElementsAre(0.75, 0.25, 1, 0, 0, 1));
}

TEST(ApplyLinkTest, ProbabilitiesOfMoreClasses_AreSharesOfTheirSum_AndEqualWhereThatIsZero) {
  const double margins[] = {0.5, 0.25, -0.5, 0.5, -1, -1, -1, -1};
  double outputs[8];
  ApplyLink(Link::kProbability, margins, 2, 4, outputs);
  EXPECT_THAT(outputs, ::testing::ElementsAre(0.4, 0.2, 0, 0.4, 0.25, 0.25, 0.25, 0.25));
}

TEST(ApplyLinkTest, ARegressionsMarginIsItsValue) {
  const double margins[] = {-3, 7};
  double outputs[2];
  ApplyLink(Link::kProbability, margins, 2, 0, outputs);
  EXPECT_THAT(outputs, ::testing::ElementsAre(-3, 7));
}

TEST(ApplyLinkTest, ARegressionsLinksMakeSharesAndPositiveNumbers) {
  const double margins[] = {0, std::log(3.0)};
  double outputs[2];
  ApplyLink(Link::kLogistic, margins, 2, 0, outputs);
  EXPECT_EQ(outputs[0], 0.5);
  EXPECT_DOUBLE_EQ(outputs[1], 0.75);
  ApplyLink(Link::kExp, margins, 2, 0, outputs);
  EXPECT_EQ(outputs[0], 1);
  EXPECT_DOUBLE_EQ(outputs[1], 3);
}

TEST(ApplyLinkTest, AnExponentialIsFinite) {
  const double margin = 1e30;
  double output;
  ApplyLink(Link::kExp, &margin, 1, 0, &output);
  EXPECT_TRUE(std::isfinite(output));
}

}  // namespace
}  // namespace serin
