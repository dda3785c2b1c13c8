#ifndef SERIN_CORE_TRAFFIC_QUANTILE_H_
#define SERIN_CORE_TRAFFIC_QUANTILE_H_

#include <cstdint>

namespace serin {

// Follows one quantile of a stream of positive numbers in two words and constant time.
//
// Stochastic gradient descent on the quantile's loss (Robbins and Monro, "A Stochastic
// Approximation Method", 1951; the streaming use is Ma, Muthukrishnan and Sandler's "Frugal
// Streaming for Estimating Quantiles", 2013), on the logarithm, so that a step is a share of the
// value whatever its unit: each number above the estimate raises it by `quantile` of a step, each
// below lowers it by the rest. At rest so many are above as should be. Unlike a moving average it
// is not moved by how far out an outlier lies, and it forgets: after a change by a factor of 10 it
// is there again after about 100 numbers for the median, or, downwards, 900 for the 95th
// percentile.
class QuantileEstimate {
 public:
  // `quantile` in (0, 1).
  explicit QuantileEstimate(double quantile) : quantile_(quantile) {}

  // Numbers below a billionth count as that.
  void Add(double number);

  // 0 before the first number.
  double value() const;
  int64_t count() const { return count_; }

  // As before the first number.
  void Reset() { count_ = 0; }

 private:
  double quantile_;
  double log_value_ = 0;
  int64_t count_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_QUANTILE_H_
