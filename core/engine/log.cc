#include "core/engine/log.h"

#include <cmath>
#include <limits>

namespace serin {
namespace {

// ln 2 in two parts; products of the first with exponents of doubles are exact.
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kSqrtHalf = 0.70710678118654752440;

// ln m for m in [sqrt(1/2), sqrt(2)): ln((1 + s) / (1 - s)) = 2 (s + s^3 / 3 + s^5 / 5 + ...),
// whose terms beyond s^25 / 25 are below 1e-20 of the first.
double LogNearOne(double m) {
  constexpr int kLastPower = 25;
  const double s = (m - 1) / (m + 1);
  const double squared = s * s;
  double sum = 1.0 / kLastPower;
  for (int power = kLastPower - 2; power >= 1; power -= 2) sum = sum * squared + 1.0 / power;
  return 2 * s * sum;
}

}  // namespace

double Log(double x) {
  if (std::isnan(x) || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -std::numeric_limits<double>::infinity();
  if (std::isinf(x)) return x;
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < kSqrtHalf) {
    m *= 2;
    --exponent;
  }
  return exponent * kLn2High + (LogNearOne(m) + exponent * kLn2Low);
}

}  // namespace serin
