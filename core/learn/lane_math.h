#ifndef SERIN_CORE_LEARN_LANE_MATH_H_
#define SERIN_CORE_LEARN_LANE_MATH_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/engine/log.h"

// Loops that compilers turn into what the processor has for several numbers at once. They are
// always inlined, so that a function compiled for AVX2 has them for AVX2. What they compute does
// not depend on how many numbers that are.

namespace serin {

// ln of a product, without a logarithm for each factor.
class LogOfProduct {
 public:
  // `factor` is at least 1 and at most 1e50.
  [[gnu::always_inline]] inline void Multiply(double factor) {
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
[[gnu::always_inline]] inline void ExpInPlace(double* x, size_t count) {
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

// Some numbers that the processor takes at once, wherever in memory they lie.
template <size_t kLanes>
struct Vector {
  typedef double Type
      __attribute__((vector_size(kLanes * sizeof(double)), aligned(sizeof(double)), may_alias));
};

// The products of kRows rows, `stride` numbers apart, with `weights`, written to `out`. Each is
// added up in eight partial sums, one for each place in a run of eight numbers, which are added in
// their order, and then those of what is left over; kLanes, a divisor of eight, does not change it.
// Several rows at once keep the processor busy while it waits for the sums of each.
template <size_t kLanes, size_t kRows>
[[gnu::always_inline]] inline void DotRows(const double* rows, size_t stride, const double* weights,
                                           size_t count, double* out) {
  using Lanes = typename Vector<kLanes>::Type;
  constexpr size_t kRun = 8;
  constexpr size_t kParts = kRun / kLanes;
  Lanes sums[kRows][kParts] = {};
  size_t i = 0;
  for (; i + kRun <= count; i += kRun) {
#pragma GCC unroll 8
    for (size_t part = 0; part < kParts; ++part) {
      const size_t at = i + part * kLanes;
      const Lanes right = *reinterpret_cast<const Lanes*>(weights + at);
#pragma GCC unroll 8
      for (size_t row = 0; row < kRows; ++row) {
        sums[row][part] += *reinterpret_cast<const Lanes*>(rows + row * stride + at) * right;
      }
    }
  }
  double totals[kRows] = {};
#pragma GCC unroll 8
  for (size_t lane = 0; lane < kRun; ++lane) {
#pragma GCC unroll 8
    for (size_t row = 0; row < kRows; ++row) totals[row] += sums[row][lane / kLanes][lane % kLanes];
  }
  for (; i < count; ++i) {
#pragma GCC unroll 8
    for (size_t row = 0; row < kRows; ++row) totals[row] += rows[row * stride + i] * weights[i];
  }
#pragma GCC unroll 8
  for (size_t row = 0; row < kRows; ++row) out[row] = totals[row];
}

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LANE_MATH_H_
