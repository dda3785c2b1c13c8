#ifndef SERIN_CORE_TRANSFORM_RUNNING_MOMENTS_H_
#define SERIN_CORE_TRANSFORM_RUNNING_MOMENTS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace serin {

// Count, range, mean and standard deviation of numbers, in one pass (Welford 1962). In long double,
// so that squares of values near the end of a double's range stay finite.
class RunningMoments {
 public:
  void Add(double value) {
    ++count_;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
    const long double delta = value - mean_;
    mean_ += delta / static_cast<long double>(count_);
    squares_ += delta * (value - mean_);
  }

  int64_t count() const { return count_; }
  // Of one value at least.
  double min() const { return min_; }
  double max() const { return max_; }
  long double mean() const { return mean_; }
  // Of the sample (n - 1); 0 of a single value. May be beyond the range of a double.
  long double standard_deviation() const {
    if (count_ < 2 || min_ == max_) return 0;
    return std::sqrt(squares_ / static_cast<long double>(count_ - 1));
  }

 private:
  int64_t count_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
  long double mean_ = 0;
  long double squares_ = 0;  // Sum of squared differences from the mean.
};

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_RUNNING_MOMENTS_H_
