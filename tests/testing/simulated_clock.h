#ifndef SERIN_TESTS_TESTING_SIMULATED_CLOCK_H_
#define SERIN_TESTS_TESTING_SIMULATED_CLOCK_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/base/clock.h"

namespace serin {

// A clock that stands still until a test steps it. Thread-safe.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(absl::Time start = absl::FromUnixSeconds(1'800'000'000)) : now_(start) {}

  absl::Time Now() const override ABSL_LOCKS_EXCLUDED(mutex_);
  void Advance(absl::Duration step) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_TESTS_TESTING_SIMULATED_CLOCK_H_
