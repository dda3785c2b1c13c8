#ifndef SERIN_SERVER_CONTROL_JOB_SCHEDULER_H_
#define SERIN_SERVER_CONTROL_JOB_SCHEDULER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "server/control/job_id.h"
#include "server/control/job_store.h"
#include "server/control/launcher.h"
#include "server/control/silence_monitor.h"
#include "server/rpc/step_thread.h"

namespace serin {

struct JobSchedulerOptions {
  // Workers at a time. Each uses all cores while it trains.
  int max_concurrent_jobs = 1;
  // How long a worker may say nothing; then it hangs, and is killed. The attempt is lost.
  absl::Duration silence_limit = absl::Minutes(10);
};

// Turns queued jobs into worker processes, a bounded number at a time, and kills those that hang.
// Thread-safe.
class JobScheduler {
 public:
  // The pointers must outlive the scheduler.
  JobScheduler(JobStore* jobs, WorkerLauncher* launcher, const Clock* clock,
               const JobSchedulerOptions& options);

  // As Drain.
  ~JobScheduler();

  // Kills workers that hang, and launches workers for as many queued jobs as there are free slots.
  void Step() ABSL_LOCKS_EXCLUDED(mutex_);

  // Starts a thread that calls Step every second, and soon after Wake was called or a worker ended.
  void Start() { stepper_.Start(); }

  // A job may have been queued.
  void Wake() { stepper_.Wake(); }

  // Ends the worker of a job that is not RUNNING any more. One that is just being launched finds
  // that out by itself.
  void Kill(const JobId& id) ABSL_LOCKS_EXCLUDED(mutex_);

  // Launches nothing more, kills the workers and waits until they are gone. Their jobs are queued
  // again on disk, and the attempt costs them nothing. A second call does nothing.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void KillSilent() ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes a slot and fills it; false where there is no slot or no job.
  bool LaunchOne() ABSL_LOCKS_EXCLUDED(mutex_);
  bool TakeSlot() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReturnSlot() ABSL_LOCKS_EXCLUDED(mutex_);
  void Launch(const WorkerAttempt& attempt) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnExit(const WorkerAttempt& attempt, const absl::Status& how) ABSL_LOCKS_EXCLUDED(mutex_);
  // Tells the store what became of the attempt; ABORTED where it was over before.
  absl::Status Record(const WorkerAttempt& attempt, const absl::Status& how)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Of an attempt that came to nothing.
  void LogEnd(const WorkerAttempt& attempt, const absl::Status& how, const absl::Status& recorded)
      ABSL_LOCKS_EXCLUDED(mutex_);
  bool Draining() ABSL_LOCKS_EXCLUDED(mutex_);

  JobStore* const jobs_;
  WorkerLauncher* const launcher_;
  const Clock* const clock_;
  const JobSchedulerOptions options_;

  absl::Mutex mutex_;
  // Slots that are taken: of workers, and of one that is being chosen.
  int taken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<WorkerAttempt> workers_ ABSL_GUARDED_BY(mutex_);
  SilenceMonitor silence_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;

  StepThread stepper_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_SCHEDULER_H_
