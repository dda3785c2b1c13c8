#include "core/engine/link.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace serin {
namespace {

// ln 2 in two parts; the first has enough zero bits at its end that its products with the exponents
// of doubles are exact (Cody and Waite, "Software Manual for the Elementary Functions", 1980).
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kLog2E = 1.44269504088896338700e+00;

// Beyond these e^x is 0 or infinite.
constexpr double kUnderflow = -746;
constexpr double kOverflow = 710;

// e^r for |r| <= ln(2) / 2: the Taylor series to r^13 / 13!, whose error is below 1e-17.
double ExpNearZero(double r) {
  constexpr int kTerms = 13;
  double sum = 1;
  for (int k = kTerms; k >= 1; --k) sum = 1 + sum * r / k;
  return sum;
}

}  // namespace

double Exp(double x) {
  if (std::isnan(x)) return x;
  if (x < kUnderflow) return 0;
  if (x > kOverflow) return std::numeric_limits<double>::infinity();
  const double k = std::floor(x * kLog2E + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  return std::ldexp(ExpNearZero(r), static_cast<int>(k));
}

double Logistic(double margin) { return 1 / (1 + Exp(-margin)); }

void Softmax(const double* margins, size_t count, double* out) {
  // The largest exponent is 0: nothing overflows, and the sum is at least 1.
  const double largest = *std::max_element(margins, margins + count);
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    out[i] = Exp(margins[i] - largest);
    sum += out[i];
  }
  for (size_t i = 0; i < count; ++i) out[i] /= sum;
}

}  // namespace serin
