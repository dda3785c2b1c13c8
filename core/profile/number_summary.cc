#include "core/profile/number_summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace serin {
namespace {

constexpr double kFractions[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
constexpr int kMostBuckets = 20;

// Hyndman and Fan (1996), type 7. For fractions that ascend from call to call.
class QuantileReader {
 public:
  QuantileReader(absl::Span<const WeightedValue> sorted, int64_t count)
      : sorted_(sorted), count_(count), end_(sorted[0].count) {}

  double At(double fraction) {
    const double position = fraction * static_cast<double>(count_ - 1);
    const auto below = static_cast<int64_t>(position);
    const double weight = position - static_cast<double>(below);
    while (end_ <= below) end_ += sorted_[++at_].count;
    const double value = sorted_[at_].value;
    if (below + 1 < end_ || at_ + 1 == sorted_.size()) return value;
    // Weighted so that no intermediate result overflows.
    return value * (1 - weight) + sorted_[at_ + 1].value * weight;
  }

 private:
  const absl::Span<const WeightedValue> sorted_;
  const int64_t count_;
  size_t at_ = 0;
  int64_t end_;  // Values up to and with sorted_[at_].
};

// Whole numbers of a small range get a bucket each.
int BucketCount(double min, double max, v1::ColumnType type) {
  const bool whole = type == v1::COLUMN_TYPE_INTEGER || type == v1::COLUMN_TYPE_BOOLEAN;
  return whole && max - min < kMostBuckets ? static_cast<int>(max - min) + 1 : kMostBuckets;
}

// Where bucket `index` of `count` begins; in halves, as max - min may be beyond a double.
double BucketStart(double min, double max, int index, int count) {
  if (index == count) return max;
  const double part = static_cast<double>(index) / count;
  return min + 2 * (part * (max / 2 - min / 2));
}

void AddHistogram(absl::Span<const WeightedValue> sorted, v1::ColumnType type,
                  v1::NumberSummary& out) {
  const double min = out.min();
  const double max = out.max();
  if (min == max) return;
  const int count = BucketCount(min, max, type);
  size_t at = 0;
  for (int i = 0; i < count; ++i) {
    v1::HistogramBucket* bucket = out.add_histogram();
    bucket->set_lower(BucketStart(min, max, i, count));
    bucket->set_upper(BucketStart(min, max, i + 1, count));
    int64_t held = 0;
    for (; at < sorted.size() && (sorted[at].value < bucket->upper() || i + 1 == count); ++at) {
      held += sorted[at].count;
    }
    bucket->set_count(held);
  }
}

}  // namespace

v1::NumberSummary SummaryOf(absl::Span<const WeightedValue> sorted, const Moments& moments,
                            v1::ColumnType type) {
  v1::NumberSummary out;
  out.set_min(sorted.front().value);
  out.set_max(sorted.back().value);
  out.set_mean(moments.mean());
  out.set_standard_deviation(moments.StandardDeviation());
  QuantileReader quantiles(sorted, moments.count());
  for (const double fraction : kFractions) {
    v1::Quantile* quantile = out.add_quantiles();
    quantile->set_fraction(fraction);
    quantile->set_value(quantiles.At(fraction));
  }
  AddHistogram(sorted, type, out);
  return out;
}

}  // namespace serin
