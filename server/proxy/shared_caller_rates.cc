#include "server/proxy/shared_caller_rates.h"

#include "absl/hash/hash.h"

namespace serin {
namespace {

constexpr size_t kShards = 16;

}  // namespace

SharedCallerRates::SharedCallerRates(const CallerRateOptions& options) {
  if (options.per_second <= 0) return;
  CallerRateOptions share = options;
  share.max_callers = (options.max_callers + kShards - 1) / kShards;
  for (size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(share));
}

absl::Duration SharedCallerRates::Take(absl::string_view caller, absl::Time now) {
  if (shards_.empty()) return absl::ZeroDuration();
  Shard& shard = *shards_[absl::HashOf(caller) % shards_.size()];
  absl::MutexLock lock(&shard.mutex);
  return shard.rates.Take(caller, now);
}

}  // namespace serin
