#ifndef SERIN_SERVER_CONTROL_LOCAL_LAUNCHER_H_
#define SERIN_SERVER_CONTROL_LOCAL_LAUNCHER_H_

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/control/launcher.h"

namespace serin {

struct LocalLauncherOptions {
  // The program to run; it is given the arguments of `serin-server --roles=worker`.
  std::string executable = "/proc/self/exe";
  // Where workers reach the roles, as gRPC targets.
  std::string control_target;
  std::string dataset_target;
  // What each worker may use; 0: no bound. It bounds itself, and is killed when it has more than
  // that in memory.
  int64_t memory_limit_bytes = 0;
};

// Runs workers as children of this process. One thread starts and reaps them all: a worker asks the
// kernel to be killed when its parent dies (PR_SET_PDEATHSIG), and by that the kernel means the
// thread that started it.
class LocalLauncher final : public WorkerLauncher {
 public:
  explicit LocalLauncher(LocalLauncherOptions options);

  // Kills the workers that are left and waits for them.
  ~LocalLauncher() override;

  void Launch(const WorkerAttempt& attempt, ExitFn on_exit) override ABSL_LOCKS_EXCLUDED(mutex_);
  void Kill(const WorkerAttempt& attempt) override ABSL_LOCKS_EXCLUDED(mutex_);
  void KillAll() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Request {
    WorkerAttempt attempt;
    ExitFn on_exit;
    bool killed = false;
  };
  struct Child {
    WorkerAttempt attempt;
    ExitFn on_exit;
    bool out_of_memory = false;
  };

  void Loop();
  // Waits until there is something to start, or a child may have ended. False: stop.
  bool AwaitWork() ABSL_LOCKS_EXCLUDED(mutex_);
  void StartRequested() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<pid_t> StartOne(const Request& request) const;
  void ReapEnded() ABSL_LOCKS_EXCLUDED(mutex_);
  // Kills a worker that has more than the limit in memory.
  void CheckMemory(pid_t pid, Child& child) const;
  absl::Status HowItEnded(const Child& child, int wait_status) const;
  std::vector<std::string> ArgumentsFor(const WorkerAttempt& attempt) const;

  const LocalLauncherOptions options_;

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Request> requests_ ABSL_GUARDED_BY(mutex_);
  // A pid is here from start to reaping, so that a kill never hits a process that took over the
  // number.
  std::map<pid_t, Child> children_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_LOCAL_LAUNCHER_H_
