#ifndef SERIN_CORE_BASE_IDS_H_
#define SERIN_CORE_BASE_IDS_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/synchronization/mutex.h"
#include "core/base/clock.h"

namespace serin {

// Makes identifiers that nobody else makes and that sort by the time they were made: 26 characters
// of 0-9 and a-z (Crockford's base 32), 48 bits of milliseconds and 80 random ones, as in ULID
// (github.com/ulid/spec). Thread-safe.
class IdGenerator {
 public:
  explicit IdGenerator(const Clock* clock) : clock_(clock) {}

  std::string Next() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const Clock* const clock_;
  absl::Mutex mutex_;
  absl::BitGen random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_IDS_H_
