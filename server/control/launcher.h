#ifndef SERIN_SERVER_CONTROL_LAUNCHER_H_
#define SERIN_SERVER_CONTROL_LAUNCHER_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"

namespace serin {

// One attempt at one job, as control and its launcher know it.
struct WorkerAttempt {
  std::string project;
  std::string job;  // {job}, without `jobs/`.
  int32_t number = 0;

  friend auto operator<=>(const WorkerAttempt&, const WorkerAttempt&) = default;
};

// Runs worker processes. Thread-safe.
class WorkerLauncher {
 public:
  // How a worker ended: OK for exit status 0; RESOURCE_EXHAUSTED where it needed more memory than
  // it may use, saying how much that is; otherwise INTERNAL with the exit status or signal, or why
  // it could not be started.
  using ExitFn = std::function<void(const absl::Status& how)>;

  virtual ~WorkerLauncher() = default;

  // Starts a worker without waiting for it. `on_exit` is called exactly once, on another thread,
  // after the process has ended or could not be started.
  virtual void Launch(const WorkerAttempt& attempt, ExitFn on_exit) = 0;

  // Ends a worker at once, without giving it time. Its ExitFn is called as ever. Does nothing where
  // it is not running.
  virtual void Kill(const WorkerAttempt& attempt) = 0;

  // Ends all workers at once, without giving them time. Their ExitFn are called as ever.
  virtual void KillAll() = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_LAUNCHER_H_
