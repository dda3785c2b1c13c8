#include "tests/testing/simulated_clock.h"

namespace serin {

absl::Time SimulatedClock::Now() const {
  absl::MutexLock lock(&mutex_);
  return now_;
}

void SimulatedClock::Advance(absl::Duration step) {
  absl::MutexLock lock(&mutex_);
  now_ += step;
}

}  // namespace serin
