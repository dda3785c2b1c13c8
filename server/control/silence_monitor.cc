#include "server/control/silence_monitor.h"

#include <algorithm>

namespace serin {

bool SilenceMonitor::End(const WorkerAttempt& attempt) {
  const auto worker = workers_.find(attempt);
  if (worker == workers_.end()) return false;
  const bool found = worker->second.found;
  workers_.erase(worker);
  return found;
}

std::vector<WorkerAttempt> SilenceMonitor::Look(absl::Time now, SignsOfLifeFn signs_of_life) {
  const absl::Duration elapsed = SinceLastLook(now);
  std::vector<WorkerAttempt> silent;
  for (auto& [attempt, worker] : workers_) {
    const std::optional<int64_t> signs = signs_of_life(attempt);
    const bool said_something = signs != worker.signs_of_life;
    worker.signs_of_life = signs;
    worker.silence = said_something ? absl::ZeroDuration() : worker.silence + elapsed;
    if (worker.found || worker.silence < limit_) continue;
    worker.found = true;
    silent.push_back(attempt);
  }
  return silent;
}

absl::Duration SilenceMonitor::SinceLastLook(absl::Time now) {
  const absl::Duration elapsed = now - last_look_.value_or(now);
  last_look_ = now;
  return std::clamp(elapsed, absl::ZeroDuration(), kLongestLook);
}

}  // namespace serin
