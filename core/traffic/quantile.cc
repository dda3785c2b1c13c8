#include "core/traffic/quantile.h"

#include <algorithm>
#include <cmath>

namespace serin {
namespace {

constexpr double kSmallest = 1e-9;
constexpr double kStep = 0.05;

}  // namespace

void QuantileEstimate::Add(double number) {
  const double log_number = std::log(std::max(number, kSmallest));
  ++count_;
  if (count_ == 1) {
    log_value_ = log_number;
    return;
  }
  // Long steps first: the estimate begins at one number, which may be anywhere.
  const double step = std::max(kStep, 1.0 / static_cast<double>(count_));
  log_value_ += log_number > log_value_ ? step * quantile_ : -step * (1 - quantile_);
}

double QuantileEstimate::value() const { return count_ == 0 ? 0 : std::exp(log_value_); }

}  // namespace serin
