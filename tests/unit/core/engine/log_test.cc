#include "core/engine/log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace serin {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(LogTest, AgreesWithLibmToTwoUnitsInTheLastPlace) {
  for (double exponent = -1070; exponent < 1023; exponent += 0.0637) {
    const double x = std::exp2(exponent);
    const double expected = std::log(x);
    const double unit = std::nextafter(std::abs(expected), kInfinity) - std::abs(expected);
    ASSERT_NEAR(Log(x), expected, 2 * unit) << x;
  }
}

TEST(LogTest, KeepsItsPrecisionNearOne) {
  EXPECT_EQ(Log(1), 0);
  EXPECT_DOUBLE_EQ(Log(1 + 1e-10), std::log(1 + 1e-10));
  EXPECT_DOUBLE_EQ(Log(1 - 1e-10), std::log(1 - 1e-10));
}

TEST(LogTest, HasTheLimitsOfTheLogarithm) {
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_EQ(Log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(Log(-1)));
  EXPECT_TRUE(std::isnan(Log(std::numeric_limits<double>::quiet_NaN())));
}

}  // namespace
}  // namespace serin
