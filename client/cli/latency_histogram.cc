#include "client/cli/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace serin {
namespace {

// Values below 2^9 ns have a bucket each; each doubling beyond is cut into 2^8.
constexpr int kBits = 8;
constexpr int64_t kHalf = int64_t{1} << kBits;

}  // namespace

size_t LatencyHistogram::BucketOf(int64_t nanoseconds) {
  const int shift =
      std::max(0, static_cast<int>(std::bit_width(static_cast<uint64_t>(nanoseconds))) - kBits - 1);
  return static_cast<size_t>(shift * kHalf + (nanoseconds >> shift));
}

int64_t LatencyHistogram::HighestOf(size_t bucket) {
  const auto index = static_cast<int64_t>(bucket);
  if (index < 2 * kHalf) return index;
  const int64_t shift = index / kHalf - 1;
  return ((index - shift * kHalf + 1) << shift) - 1;
}

void LatencyHistogram::Record(absl::Duration latency) {
  const int64_t value = std::max<int64_t>(0, absl::ToInt64Nanoseconds(latency));
  const size_t bucket = BucketOf(value);
  if (bucket >= counts_.size()) counts_.resize(bucket + 1);
  ++counts_[bucket];
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  ++count_;
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  if (other.count_ == 0) return;
  counts_.resize(std::max(counts_.size(), other.counts_.size()));
  for (size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
}

absl::Duration LatencyHistogram::min() const { return absl::Nanoseconds(min_); }

absl::Duration LatencyHistogram::max() const { return absl::Nanoseconds(max_); }

absl::Duration LatencyHistogram::Quantile(double fraction) const {
  if (count_ == 0) return absl::ZeroDuration();
  if (fraction <= 0) return min();
  const auto wanted =
      std::max<int64_t>(1, std::llround(std::ceil(fraction * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return absl::Nanoseconds(std::min(HighestOf(bucket), max_));
  }
  return max();
}

int64_t LatencyHistogram::CountUpTo(absl::Duration latency) const {
  const int64_t value = absl::ToInt64Nanoseconds(latency);
  if (value < 0) return 0;
  const size_t end = std::min(counts_.size(), BucketOf(value) + 1);
  int64_t seen = 0;
  for (size_t bucket = 0; bucket < end; ++bucket) seen += counts_[bucket];
  return seen;
}

}  // namespace serin
