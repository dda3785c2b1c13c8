#ifndef SERIN_CORE_PROFILE_HEAVY_HITTERS_H_
#define SERIN_CORE_PROFILE_HEAVY_HITTERS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace serin {

// The frequent ones of any number of values, with a bound on the error of their counts: Misra and
// Gries, "Finding repeated elements" (1982), which merges without loss (Agarwal et al., "Mergeable
// summaries", 2012).
//
// The hash of a value chooses one of 256 buckets (or fewer) of four counters. A value that has no
// counter takes a free one; where there is none, it is dropped and one is taken off all four. So an
// error costs five values of the bucket, and of n values each bucket gets about n / 256: counts are
// too low by about n / 1280 at most, and a bucket is one line of the cache.
template <typename Value>
class HeavyHitters {
 public:
  static constexpr size_t kBuckets = 256;
  static constexpr size_t kCounters = 4;  // Of a bucket.

  // Whether a sketch may have so many buckets.
  static bool IsBucketCount(int buckets) {
    return buckets >= 1 && buckets <= static_cast<int>(kBuckets) && (buckets & (buckets - 1)) == 0;
  }

  // `buckets`: a power of two; with fewer than 256 the error is greater in proportion.
  explicit HeavyHitters(size_t buckets = kBuckets)
      : buckets_(buckets), values_(buckets * kCounters), errors_(buckets) {}

  // `count` (positive) times the value.
  template <typename Source>
  void Add(uint64_t hash, Source&& value, int64_t count) {
    Bucket& bucket = buckets_[BucketOf(hash)];
    // No branch per counter: which one it is cannot be foreseen.
    size_t counter = kCounters;
    for (size_t i = 0; i < kCounters; ++i) {
      counter = bucket.hashes[i] == hash && bucket.counts[i] > 0 ? i : counter;
    }
    if (counter == kCounters) return Insert(hash, std::forward<Source>(value), count);
    bucket.counts[counter] += count;
  }

  // The errors, one per bucket, that other counts bring with them.
  // False, and nothing is added, where there are not as many or one is negative.
  template <typename Errors>
  bool AddErrors(const Errors& errors) {
    if (static_cast<size_t>(errors.size()) != errors_.size()) return false;
    if (*std::min_element(errors.begin(), errors.end()) < 0) return false;
    for (size_t i = 0; i < errors_.size(); ++i) errors_[i] += errors[static_cast<int>(i)];
    return true;
  }

  void Merge(const HeavyHitters& other) {
    other.ForEach([this](uint64_t hash, const Value& value, int64_t count, int64_t) {
      Add(hash, value, count);
    });
    AddErrors(other.ErrorsFor(errors_.size()));
  }

  // By bucket: counts are too low by at most this, and values without a counter occur at most this
  // often.
  const std::vector<int64_t>& errors() const { return errors_; }

  // Calls visit(hash, value, count, error) for each, in no order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t at = 0; at < values_.size(); ++at) {
      const Bucket& bucket = buckets_[at / kCounters];
      const int64_t count = bucket.counts[at % kCounters];
      if (count == 0) continue;
      visit(bucket.hashes[at % kCounters], values_[at], count, errors_[at / kCounters]);
    }
  }

 private:
  struct alignas(64) Bucket {
    std::array<uint64_t, kCounters> hashes{};
    std::array<int64_t, kCounters> counts{};  // 0: the counter is free.
  };

  size_t BucketOf(uint64_t hash) const { return hash & (buckets_.size() - 1); }

  // By bucket of a sketch that has so many: the greatest error of a value that it may have got from
  // here. Both numbers are powers of two.
  std::vector<int64_t> ErrorsFor(size_t buckets) const {
    std::vector<int64_t> errors(buckets);
    for (size_t i = 0; i < std::max(buckets, errors_.size()); ++i) {
      int64_t& error = errors[i & (buckets - 1)];
      error = std::max(error, errors_[i & (errors_.size() - 1)]);
    }
    return errors;
  }

  template <typename Source>
  void Insert(uint64_t hash, Source&& value, int64_t count) {
    const size_t at = BucketOf(hash);
    Bucket& bucket = buckets_[at];
    size_t counter = 0;
    for (size_t i = 1; i < kCounters; ++i) {
      counter = bucket.counts[i] < bucket.counts[counter] ? i : counter;
    }
    const int64_t taken = std::min(count, bucket.counts[counter]);
    errors_[at] += taken;
    for (int64_t& counted : bucket.counts) counted -= taken;
    if (count == taken) return;
    bucket.hashes[counter] = hash;
    bucket.counts[counter] = count - taken;
    values_[at * kCounters + counter] = Value(std::forward<Source>(value));
  }

  std::vector<Bucket> buckets_;
  std::vector<Value> values_;    // By counter.
  std::vector<int64_t> errors_;  // By bucket.
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_HEAVY_HITTERS_H_
