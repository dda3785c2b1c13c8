#ifndef SERIN_CORE_BASE_IDS_H_
#define SERIN_CORE_BASE_IDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/base/clock.h"

namespace serin {

// Makes identifiers that nobody else makes and that sort by the order in which they were made: 26
// characters of 0-9 and a-z (Crockford's base 32), 48 bits of milliseconds and 80 random ones, as
// in a monotonic ULID (github.com/ulid/spec): within a millisecond, and while the clock stands
// behind the last identifier, each is the one before it plus one. Thread-safe.
class IdGenerator {
 public:
  explicit IdGenerator(const Clock* clock) : clock_(clock) {}

  std::string Next() ABSL_LOCKS_EXCLUDED(mutex_);

  // What is made from now on sorts behind `id`, which was made before this process began, perhaps
  // by a clock that has been set back since. Anything but an identifier of this form is passed
  // over.
  void Follow(absl::string_view id) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Id {
    uint64_t millis = 0;
    // 40 bits each.
    uint64_t high = 0;
    uint64_t low = 0;

    bool operator<(const Id& other) const {
      return std::tie(millis, high, low) < std::tie(other.millis, other.high, other.low);
    }
  };

  static Id Successor(Id id);
  static std::optional<Id> Parse(absl::string_view text);

  const Clock* const clock_;
  absl::Mutex mutex_;
  absl::BitGen random_ ABSL_GUARDED_BY(mutex_);
  Id last_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_IDS_H_
