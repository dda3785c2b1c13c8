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

// Rows whose products with 2, 2, ... are exact.
std::vector<double> Rows(size_t rows, size_t stride) {
  std::vector<double> numbers(rows * stride);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i);
  return numbers;
}

TEST(DotRowsTest, AddsWhatDoesNotFillARunToo_OfEachRow) {
  constexpr size_t kStride = 19;
  const std::vector<double> rows = Rows(4, kStride);
  const std::vector<double> weights(kStride, 2);
  for (size_t count = 0; count <= kStride; ++count) {
    double sums[4];
    DotRows<4, 4>(rows.data(), kStride, weights.data(), count, sums);
    for (size_t row = 0; row < 4; ++row) {
      double expected = 0;
      for (size_t i = 0; i < count; ++i) expected += 2 * rows[row * kStride + i];
      EXPECT_EQ(sums[row], expected) << count << " of row " << row;
    }
  }
}

TEST(DotRowsTest, HasTheSameBits_HoweverManyLanesAndRowsAreTakenAtOnce) {
  constexpr size_t kCount = 45;
  std::vector<double> rows = Rows(4, kCount);
  for (double& number : rows) number = 1 / (number + 0.7);
  const std::vector<double> weights(rows.begin() + 3, rows.begin() + 3 + kCount);
  double one_by_one[4];
  for (size_t row = 0; row < 4; ++row) {
    DotRows<1, 1>(rows.data() + row * kCount, kCount, weights.data(), kCount, one_by_one + row);
  }
  double two_lanes[4];
  double eight_lanes[4];
  DotRows<2, 4>(rows.data(), kCount, weights.data(), kCount, two_lanes);
  DotRows<8, 4>(rows.data(), kCount, weights.data(), kCount, eight_lanes);
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(two_lanes[row], one_by_one[row]);
    EXPECT_EQ(eight_lanes[row], one_by_one[row]);
  }
}

}  // namespace
}  // namespace serin
