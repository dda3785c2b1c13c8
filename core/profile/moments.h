#ifndef SERIN_CORE_PROFILE_MOMENTS_H_
#define SERIN_CORE_PROFILE_MOMENTS_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "serin/internal/v1/profile_record.pb.h"

namespace serin {

// Count, mean and standard deviation of finite numbers: by the two-pass formula within a block, and
// across blocks by that of Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for
// computing sample variances" (1979), so that neither a large mean nor many values cost digits.
// In long double, whose range holds squares of any double.
class Moments {
 public:
  void Add(absl::Span<const double> values);
  // `count` times the same value.
  void Add(double value, int64_t count) { Merge({count, value, 0}); }
  void Merge(const Moments& other);

  int64_t count() const { return count_; }
  double mean() const { return static_cast<double>(mean_); }
  // Of the sample (n - 1); 0 for less than two values.
  double StandardDeviation() const;

  internal::v1::MomentsRecord ToRecord() const;
  // Nothing where the record is none that ToRecord made.
  static std::optional<Moments> FromRecord(const internal::v1::MomentsRecord& record);

  Moments() = default;

 private:
  Moments(int64_t count, long double mean, long double squares)
      : count_(count), mean_(mean), squares_(squares) {}

  int64_t count_ = 0;
  long double mean_ = 0;
  long double squares_ = 0;  // Sum of the squared distances from the mean.
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_MOMENTS_H_
