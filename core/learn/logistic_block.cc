#include "core/learn/logistic_block.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/engine/log.h"

#define SERIN_INLINE [[gnu::always_inline]] inline

namespace serin {
namespace {

constexpr size_t kLanes = 8;
using Lanes = double __attribute__((vector_size(kLanes * sizeof(double))));

// ln of a product, without a logarithm for each factor.
class LogOfProduct {
 public:
  // `factor` is at least 1 and at most 1e50.
  SERIN_INLINE void Multiply(double factor) {
    product_ *= factor;
    if (product_ > 1e250) Fold();
  }
  double Sum() {
    Fold();
    return sum_;
  }

 private:
  void Fold() {
    sum_ += Log(product_);
    product_ = 1;
  }

  double product_ = 1;
  double sum_ = 0;
};

// e^x for x <= 0, in place, to about one unit in the last place; what is below -708 counts as -708.
// Cody and Waite's reduction and the Taylor series to r^13 / 13!, as Exp of core/engine/link.h, but
// without divisions and branches, so that it is computed in lanes.
SERIN_INLINE void ExpInPlace(double* x, size_t count) {
  constexpr double kShift = 0x1.8p52;  // Adding it leaves a whole number in the lowest bits.
  constexpr double kLog2E = 1.44269504088896338700e+00;
  constexpr double kLn2High = 6.93147180369123816490e-01;
  constexpr double kLn2Low = 1.90821492927058770002e-10;
  constexpr double kInverseFactorials[] = {1.0 / 6227020800,
                                           1.0 / 479001600,
                                           1.0 / 39916800,
                                           1.0 / 3628800,
                                           1.0 / 362880,
                                           1.0 / 40320,
                                           1.0 / 5040,
                                           1.0 / 720,
                                           1.0 / 120,
                                           1.0 / 24,
                                           1.0 / 6,
                                           1.0 / 2,
                                           1.0,
                                           1.0};
  for (size_t i = 0; i < count; ++i) {
    const double bounded = x[i] < -708 ? -708 : x[i];
    const double shifted = bounded * kLog2E + kShift;
    const double k = shifted - kShift;
    const double r = (bounded - k * kLn2High) - k * kLn2Low;
    double sum = kInverseFactorials[0];
    for (int term = 1; term < 14; ++term) sum = sum * r + kInverseFactorials[term];
    const uint64_t power = (std::bit_cast<uint64_t>(shifted) + 1023) << 52;
    x[i] = sum * std::bit_cast<double>(power);
  }
}

SERIN_INLINE double Dot(const double* a, const double* b, size_t count) {
  Lanes sums = {};
  size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes left;
    Lanes right;
    std::memcpy(&left, a + i, sizeof(Lanes));
    std::memcpy(&right, b + i, sizeof(Lanes));
    sums += left * right;
  }
  double total = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) total += sums[lane];
  for (; i < count; ++i) total += a[i] * b[i];
  return total;
}

SERIN_INLINE void Margins(const LogisticBlock& block, const double* parameters, double* margins) {
  const size_t inputs = block.input_count;
  for (size_t row = 0; row < block.rows; ++row) {
    for (size_t k = 0; k < block.margin_count; ++k) {
      const double* weights = parameters + k * (inputs + 1);
      *margins++ = Dot(block.inputs + row * inputs, weights, inputs) + weights[inputs];
    }
  }
}

// From margins to probabilities. Returns the sum of ln(sum of the exponentials), of which the
// largest is taken off.
SERIN_INLINE double BinaryProbabilities(size_t rows, double* margins) {
  double small[kLogisticBlockRows];
  for (size_t row = 0; row < rows; ++row) small[row] = -std::abs(margins[row]);
  ExpInPlace(small, rows);
  LogOfProduct sums;
  for (size_t row = 0; row < rows; ++row) {
    const double inverse = 1 / (1 + small[row]);
    margins[row] = margins[row] >= 0 ? inverse : small[row] * inverse;
    sums.Multiply(1 + small[row]);
  }
  return sums.Sum();
}

SERIN_INLINE double ClassProbabilities(size_t rows, size_t classes, double* margins) {
  for (size_t row = 0; row < rows; ++row) {
    double* at = margins + row * classes;
    const double largest = *std::max_element(at, at + classes);
    for (size_t k = 0; k < classes; ++k) at[k] -= largest;
  }
  ExpInPlace(margins, rows * classes);
  LogOfProduct sums;
  for (size_t row = 0; row < rows; ++row) {
    double* at = margins + row * classes;
    double sum = 0;
    for (size_t k = 0; k < classes; ++k) sum += at[k];
    for (size_t k = 0; k < classes; ++k) at[k] /= sum;
    sums.Multiply(sum);
  }
  return sums.Sum();
}

// How far the margins of the true classes are below the largest, summed.
SERIN_INLINE double Shortfall(const LogisticBlock& block, const double* margins) {
  double sum = 0;
  for (size_t row = 0; row < block.rows; ++row) {
    const auto target = static_cast<size_t>(block.targets[row]);
    if (block.margin_count == 1) {
      sum += std::max(0.0, target == 1 ? -margins[row] : margins[row]);
    } else {
      const double* at = margins + row * block.margin_count;
      sum += *std::max_element(at, at + block.margin_count) - at[target];
    }
  }
  return sum;
}

// Adds slopes[row] * inputs[row] over the rows, four at a time, in their order.
SERIN_INLINE void AddRows(const LogisticBlock& block, const double* slopes,
                          double* __restrict out) {
  const size_t inputs = block.input_count;
  const size_t step = block.margin_count;
  const double* x = block.inputs;
  size_t row = 0;
  for (; row + 4 <= block.rows; row += 4, x += 4 * inputs, slopes += 4 * step) {
    const double d[] = {slopes[0], slopes[step], slopes[2 * step], slopes[3 * step]};
    for (size_t i = 0; i < inputs; ++i) {
      out[i] = (((out[i] + d[0] * x[i]) + d[1] * x[inputs + i]) + d[2] * x[2 * inputs + i]) +
               d[3] * x[3 * inputs + i];
    }
    out[inputs] = (((out[inputs] + d[0]) + d[1]) + d[2]) + d[3];
  }
  for (; row < block.rows; ++row, x += inputs, slopes += step) {
    for (size_t i = 0; i < inputs; ++i) out[i] += slopes[0] * x[i];
    out[inputs] += slopes[0];
  }
}

SERIN_INLINE double Probabilities(const LogisticBlock& block, double* margins) {
  return block.margin_count == 1 ? BinaryProbabilities(block.rows, margins)
                                 : ClassProbabilities(block.rows, block.margin_count, margins);
}

SERIN_INLINE double AddBlock(const LogisticBlock& block, const double* parameters, double* margins,
                             double* gradient) {
  Margins(block, parameters, margins);
  double loss = Shortfall(block, margins);
  loss += Probabilities(block, margins);
  for (size_t row = 0; row < block.rows; ++row) {
    const double target = block.targets[row];
    if (block.margin_count == 1) {
      margins[row] -= target;
    } else {
      margins[row * block.margin_count + static_cast<size_t>(target)] -= 1;
    }
  }
  for (size_t k = 0; k < block.margin_count; ++k) {
    AddRows(block, margins + k, gradient + k * (block.input_count + 1));
  }
  return loss;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) double AddBlockAvx2(const LogisticBlock& block,
                                                    const double* parameters, double* margins,
                                                    double* gradient) {
  return AddBlock(block, parameters, margins, gradient);
}
#endif

double AddBlockAnywhere(const LogisticBlock& block, const double* parameters, double* margins,
                        double* gradient) {
  return AddBlock(block, parameters, margins, gradient);
}

}  // namespace

double AddLogisticBlock(const LogisticBlock& block, const double* parameters, double* margins,
                        double* gradient) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return AddBlockAvx2(block, parameters, margins, gradient);
#endif
  return AddBlockAnywhere(block, parameters, margins, gradient);
}

void LogisticProbabilities(const LogisticBlock& block, const double* parameters, double* margins) {
  Margins(block, parameters, margins);
  Probabilities(block, margins);
}

}  // namespace serin

#undef SERIN_INLINE
