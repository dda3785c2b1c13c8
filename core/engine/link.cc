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
// e to this is a finite number.
constexpr double kLargestExponent = 709;

// e^r for |r| <= ln(2) / 2: the Taylor series to r^13 / 13!, whose error is below 1e-17.
double ExpNearZero(double r) {
  constexpr int kTerms = 13;
  double sum = 1;
  for (int k = kTerms; k >= 1; --k) sum = 1 + sum * r / k;
  return sum;
}

// The probability of the second of two classes.
double SecondOfTwo(Link link, double margin) {
  return link == Link::kLogit ? Logistic(margin) : std::clamp(margin, 0.0, 1.0);
}

double FirstOfTwo(Link link, double margin) {
  return link == Link::kLogit ? Logistic(-margin) : 1 - std::clamp(margin, 0.0, 1.0);
}

// The value of a regression.
double ValueOf(Link link, double margin) {
  if (link == Link::kLogistic) return Logistic(margin);
  if (link == Link::kExp) return Exp(std::min(margin, kLargestExponent));
  return margin;
}

// Shares of `count` classes of a sum of 1.
void Normalise(const double* margins, size_t count, double* out) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    out[i] = std::clamp(margins[i], 0.0, 1.0);
    sum += out[i];
  }
  if (sum == 0) {
    std::fill_n(out, count, 1 / static_cast<double>(count));
    return;
  }
  for (size_t i = 0; i < count; ++i) out[i] /= sum;
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

void ApplyLink(Link link, const double* margins, size_t row_count, size_t class_count,
               double* outputs) {
  if (class_count == 0) {
    std::transform(margins, margins + row_count, outputs,
                   [link](double margin) { return ValueOf(link, margin); });
  } else if (class_count == 2) {
    for (size_t row = 0; row < row_count; ++row) {
      outputs[2 * row] = FirstOfTwo(link, margins[row]);
      outputs[2 * row + 1] = SecondOfTwo(link, margins[row]);
    }
  } else {
    const auto of_row = link == Link::kLogit ? Softmax : Normalise;
    for (size_t row = 0; row < row_count; ++row) {
      of_row(margins + row * class_count, class_count, outputs + row * class_count);
    }
  }
}

}  // namespace serin
