#ifndef SERIN_SERVER_CONTROL_SILENCE_MONITOR_H_
#define SERIN_SERVER_CONTROL_SILENCE_MONITOR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "server/control/launcher.h"

namespace serin {

// Finds workers that hang: that have said nothing for too long. It looks at them from time to time;
// silence is added up from look to look, each as kLongestLook at most, so that a clock that jumps
// or a machine that slept makes no worker look silent. Not thread-safe.
class SilenceMonitor {
 public:
  static constexpr absl::Duration kLongestLook = absl::Seconds(10);
  // How often the worker has said anything; none if it should have ended.
  using SignsOfLifeFn = absl::FunctionRef<std::optional<int64_t>(const WorkerAttempt&)>;

  explicit SilenceMonitor(absl::Duration limit) : limit_(limit) {}

  void Begin(const WorkerAttempt& attempt) { workers_[attempt] = {}; }

  // The worker has ended. Whether it had been found silent.
  bool End(const WorkerAttempt& attempt);

  // The workers that have been silent for the limit since they began or last said something. Each
  // is named once.
  std::vector<WorkerAttempt> Look(absl::Time now, SignsOfLifeFn signs_of_life);

  const absl::Duration& limit() const { return limit_; }

 private:
  struct Worker {
    std::optional<int64_t> signs_of_life;
    absl::Duration silence;
    bool found = false;
  };

  absl::Duration SinceLastLook(absl::Time now);

  const absl::Duration limit_;
  std::optional<absl::Time> last_look_;
  std::map<WorkerAttempt, Worker> workers_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SILENCE_MONITOR_H_
