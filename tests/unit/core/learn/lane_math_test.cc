#include "core/learn/lane_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace serin {
namespace {

TEST(ExpInPlaceTest, AgreesWithLibmToTwoUnitsInTheLastPlace) {
  std::vector<double> x;
  for (double at = -708; at <= 0; at += 0.0173) x.push_back(at);
  std::vector<double> powers = x;
  ExpInPlace(powers.data(), powers.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double expected = std::exp(x[i]);
    const double unit =
        std::nextafter(expected, std::numeric_limits<double>::infinity()) - expected;
    ASSERT_NEAR(powers[i], expected, 2 * unit) << x[i];
  }
}

TEST(ExpInPlaceTest, HasItsLimits) {
  double x[] = {0, -0.0, -1e300, -709};
  ExpInPlace(x, 4);
  EXPECT_EQ(x[0], 1);
  EXPECT_EQ(x[1], 1);
  EXPECT_LT(x[2], 1e-300);
  EXPECT_EQ(x[2], x[3]);
}

TEST(LogOfProductTest, IsTheSumOfTheLogarithms) {
  LogOfProduct product;
  double expected = 0;
  for (int i = 1; i <= 2000; ++i) {
    product.Multiply(1.0 * i * i * i);
    expected += 3 * std::log(i);
  }
  EXPECT_NEAR(product.Sum(), expected, 1e-12 * expected);
}

TEST(DotTest, AddsWhatDoesNotFillARunToo) {
  std::vector<double> a(19);
  std::vector<double> b(19);
  double expected = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    a[i] = static_cast<double>(i);
    b[i] = 2;
    expected += a[i] * b[i];
    EXPECT_EQ(Dot(a.data(), b.data(), i + 1), expected) << i;
  }
}

}  // namespace
}  // namespace serin
