#include "core/profile/moments.h"

#include <cmath>

namespace serin {
namespace {

// Four sums side by side, as each addition takes a few cycles to be ready for the next one.
template <typename Sum, typename Term>
Sum SumOf(absl::Span<const double> values, Term term) {
  Sum sums[4] = {};
  size_t i = 0;
  for (; i + 4 <= values.size(); i += 4) {
    for (int lane = 0; lane < 4; ++lane) sums[lane] += term(values[i + lane]);
  }
  for (; i < values.size(); ++i) sums[0] += term(values[i]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

template <typename Number>
Number MeanOf(absl::Span<const double> values) {
  return SumOf<Number>(values, [](Number value) { return value; }) /
         static_cast<Number>(values.size());
}

template <typename Number>
Number SquaresOf(absl::Span<const double> values, Number mean) {
  return SumOf<Number>(values, [mean](Number value) { return (value - mean) * (value - mean); });
}

}  // namespace

void Moments::Add(absl::Span<const double> values) {
  if (values.empty()) return;
  const auto count = static_cast<int64_t>(values.size());
  const double mean = MeanOf<double>(values);
  const double squares = SquaresOf<double>(values, mean);
  if (std::isfinite(squares)) return Merge({count, mean, squares});
  const long double exact_mean = MeanOf<long double>(values);
  Merge({count, exact_mean, SquaresOf<long double>(values, exact_mean)});
}

void Moments::Merge(const Moments& other) {
  if (other.count_ == 0) return;
  const long double distance = other.mean_ - mean_;
  const auto mine = static_cast<long double>(count_);
  const auto others = static_cast<long double>(other.count_);
  const long double all = mine + others;
  count_ += other.count_;
  mean_ += distance * (others / all);
  squares_ += other.squares_ + distance * distance * (mine * others / all);
}

double Moments::StandardDeviation() const {
  if (count_ < 2) return 0;
  return static_cast<double>(std::sqrt(squares_ / static_cast<long double>(count_ - 1)));
}

internal::v1::MomentsRecord Moments::ToRecord() const {
  internal::v1::MomentsRecord record;
  int exponent = 0;
  const long double fraction = std::frexp(squares_, &exponent);
  record.set_count(count_);
  record.set_mean(mean());
  record.set_squares(static_cast<double>(fraction));
  record.set_squares_exponent(exponent);
  return record;
}

std::optional<Moments> Moments::FromRecord(const internal::v1::MomentsRecord& record) {
  const long double squares =
      std::ldexp(static_cast<long double>(record.squares()), record.squares_exponent());
  const bool sound =
      record.count() >= 0 && std::isfinite(record.mean()) && std::isfinite(squares) && squares >= 0;
  if (!sound) return std::nullopt;
  return Moments(record.count(), record.mean(), squares);
}

}  // namespace serin
