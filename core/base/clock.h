#ifndef SERIN_CORE_BASE_CLOCK_H_
#define SERIN_CORE_BASE_CLOCK_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace serin {

// Where time comes from. Tests step a SimulatedClock (tests/testing). Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock: for what is stored and shown.
  virtual absl::Time Now() const = 0;

  // The clock of the operating system. Lives for ever.
  static Clock* Real();

  // Goes on evenly when the operating system's clock is set, and counts from some time of its own:
  // for how long things take. Lives for ever.
  static Clock* Monotonic();
};

// Both directions between a time and its protobuf form, at nanosecond resolution.
google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);

}  // namespace serin

#endif  // SERIN_CORE_BASE_CLOCK_H_
