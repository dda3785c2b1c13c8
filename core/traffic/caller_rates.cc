#include "core/traffic/caller_rates.h"

#include <algorithm>

namespace serin {

CallerRates::CallerRates(const CallerRateOptions& options)
    : options_(options),
      interval_(options.per_second > 0 ? absl::Seconds(1) / options.per_second
                                       : absl::ZeroDuration()),
      tolerance_((std::max(options.burst, 1.0) - 1) * interval_) {
  index_.reserve(options.max_callers);
}

absl::Duration CallerRates::Take(absl::string_view caller, absl::Time now) {
  if (interval_ == absl::ZeroDuration()) return absl::ZeroDuration();
  Bucket& bucket = FindOrAdd(caller);
  const absl::Time full_at = std::max(bucket.full_at, now);
  if (full_at - now > tolerance_) return full_at - now - tolerance_;
  bucket.full_at = full_at + interval_;
  return absl::ZeroDuration();
}

CallerRates::Bucket& CallerRates::FindOrAdd(absl::string_view caller) {
  const auto it = index_.find(caller);
  if (it != index_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, it->second);
    return buckets_.front();
  }
  if (index_.size() >= options_.max_callers && !buckets_.empty()) ForgetOldest();
  buckets_.push_front({.caller = std::string(caller), .full_at = absl::InfinitePast()});
  index_.emplace(buckets_.front().caller, buckets_.begin());
  return buckets_.front();
}

void CallerRates::ForgetOldest() {
  index_.erase(buckets_.back().caller);
  buckets_.pop_back();
}

}  // namespace serin
