#include "core/learn/logistic_block.h"

#include <algorithm>
#include <cmath>

#include "core/learn/lane_math.h"

namespace serin {
namespace {

constexpr size_t kRowsAtOnce = 4;

// Of kRows rows by one margin.
template <size_t kLanes, size_t kRows>
[[gnu::always_inline]] inline void MarginsOfRows(const LogisticBlock& block, size_t first,
                                                 const double* weights, double* margins) {
  const size_t inputs = block.input_count;
  double sums[kRows];
  DotRows<kLanes, kRows>(block.inputs + first * inputs, inputs, weights, inputs, sums);
  for (size_t i = 0; i < kRows; ++i) {
    margins[(first + i) * block.margin_count] = sums[i] + weights[inputs];
  }
}

template <size_t kLanes>
[[gnu::always_inline]] inline void Margins(const LogisticBlock& block, const double* parameters,
                                           double* margins) {
  for (size_t k = 0; k < block.margin_count; ++k) {
    const double* weights = parameters + k * (block.input_count + 1);
    size_t row = 0;
    for (; row + kRowsAtOnce <= block.rows; row += kRowsAtOnce) {
      MarginsOfRows<kLanes, kRowsAtOnce>(block, row, weights, margins + k);
    }
    for (; row < block.rows; ++row) MarginsOfRows<kLanes, 1>(block, row, weights, margins + k);
  }
}

// From margins to probabilities. Returns the sum of ln(sum of the exponentials), of which the
// largest is taken off.
[[gnu::always_inline]] inline double BinaryProbabilities(size_t rows, double* margins) {
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

[[gnu::always_inline]] inline double ClassProbabilities(size_t rows, size_t classes,
                                                        double* margins) {
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
[[gnu::always_inline]] inline double Shortfall(const LogisticBlock& block, const double* margins) {
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
[[gnu::always_inline]] inline void AddRows(const LogisticBlock& block, const double* slopes,
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

[[gnu::always_inline]] inline double Probabilities(const LogisticBlock& block, double* margins) {
  return block.margin_count == 1 ? BinaryProbabilities(block.rows, margins)
                                 : ClassProbabilities(block.rows, block.margin_count, margins);
}

template <size_t kLanes>
[[gnu::always_inline]] inline double AddBlock(const LogisticBlock& block, const double* parameters,
                                              double* margins, double* gradient) {
  Margins<kLanes>(block, parameters, margins);
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
  return AddBlock<4>(block, parameters, margins, gradient);
}
#endif

double AddBlockAnywhere(const LogisticBlock& block, const double* parameters, double* margins,
                        double* gradient) {
  return AddBlock<2>(block, parameters, margins, gradient);
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
  Margins<2>(block, parameters, margins);
  Probabilities(block, margins);
}

}  // namespace serin
