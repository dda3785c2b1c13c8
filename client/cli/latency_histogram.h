#ifndef SERIN_CLIENT_CLI_LATENCY_HISTOGRAM_H_
#define SERIN_CLIENT_CLI_LATENCY_HISTOGRAM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace serin {

// Counts of latencies in buckets that are at most 1/256 as wide as what they hold, however long
// that took: percentiles to better than half a percent in bounded memory. After G. Tene's
// HdrHistogram (hdrhistogram.org). The extremes are kept exactly. Not thread-safe.
class LatencyHistogram {
 public:
  // Negative ones count as 0.
  void Record(absl::Duration latency);
  void Merge(const LatencyHistogram& other);

  int64_t count() const { return count_; }
  // Of what was recorded; 0 where nothing was.
  absl::Duration min() const;
  absl::Duration max() const;

  // The latency that `fraction` of all do not exceed: the highest of its bucket, and no more than
  // the longest. 0 where there is none.
  absl::Duration Quantile(double fraction) const;

  // How many took at most so long, to the exactness of the buckets.
  int64_t CountUpTo(absl::Duration latency) const;

 private:
  static size_t BucketOf(int64_t nanoseconds);
  static int64_t HighestOf(size_t bucket);

  std::vector<int64_t> counts_;  // As far as there are any.
  int64_t count_ = 0;
  int64_t min_ = 0;
  int64_t max_ = 0;
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LATENCY_HISTOGRAM_H_
