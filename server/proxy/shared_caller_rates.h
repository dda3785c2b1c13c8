#ifndef SERIN_SERVER_PROXY_SHARED_CALLER_RATES_H_
#define SERIN_SERVER_PROXY_SHARED_CALLER_RATES_H_

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/traffic/caller_rates.h"

namespace serin {

// CallerRates for all loops of a proxy, so that a caller has its rate once and not on every loop
// that one of its connections is on. Callers are spread over several of them, each with a lock that
// is held for some hundred nanoseconds. Thread-safe.
class SharedCallerRates {
 public:
  explicit SharedCallerRates(const CallerRateOptions& options);

  // As CallerRates::Take; zero, and no lock, if there is no limit.
  absl::Duration Take(absl::string_view caller, absl::Time now);

 private:
  struct Shard {
    explicit Shard(const CallerRateOptions& options) : rates(options) {}

    absl::Mutex mutex;
    CallerRates rates ABSL_GUARDED_BY(mutex);
  };

  std::vector<std::unique_ptr<Shard>> shards_;  // None without a limit.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_SHARED_CALLER_RATES_H_
