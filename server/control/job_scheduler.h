#ifndef SERIN_SERVER_CONTROL_JOB_SCHEDULER_H_
#define SERIN_SERVER_CONTROL_JOB_SCHEDULER_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "server/control/job_store.h"
#include "server/control/launcher.h"

namespace serin {

// Turns queued jobs into worker processes, a bounded number at a time. Thread-safe.
class JobScheduler {
 public:
  // Both must outlive the scheduler.
  JobScheduler(JobStore* jobs, WorkerLauncher* launcher, int max_concurrent_jobs);

  // As Drain.
  ~JobScheduler();

  // Launches workers for as many queued jobs as there are free slots.
  void Step() ABSL_LOCKS_EXCLUDED(mutex_);

  // Starts a thread that calls Step whenever Wake was called or a worker has ended, once at first.
  void Start() ABSL_LOCKS_EXCLUDED(mutex_);

  // A job may have been queued.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);

  // Launches nothing more, kills the workers and waits until they are gone. Their jobs stay as they
  // are on disk and lose the attempt at the next start. A second call does nothing.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop() ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for a reason to call Step; false: drained.
  bool AwaitWake() ABSL_LOCKS_EXCLUDED(mutex_);
  bool TakeSlot() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReturnSlot() ABSL_LOCKS_EXCLUDED(mutex_);
  bool Draining() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes a slot and fills it; false where there is no slot or no job.
  bool LaunchOne() ABSL_LOCKS_EXCLUDED(mutex_);
  void OnExit(const WorkerAttempt& attempt, const absl::Status& how) ABSL_LOCKS_EXCLUDED(mutex_);

  JobStore* const jobs_;
  WorkerLauncher* const launcher_;
  const int max_concurrent_jobs_;

  absl::Mutex mutex_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  bool awake_ ABSL_GUARDED_BY(mutex_) = true;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_SCHEDULER_H_
