#ifndef SERIN_SERVER_CONTROL_JOB_STORE_H_
#define SERIN_SERVER_CONTROL_JOB_STORE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/train_service.pb.h"
#include "server/control/finished_jobs.h"
#include "server/control/job_id.h"
#include "server/control/job_queue.h"
#include "server/control/job_records.h"
#include "server/control/job_state.h"
#include "server/control/listener.h"
#include "server/control/metrics.h"
#include "server/control/model_registry.h"

namespace serin {

struct JobStoreOptions {
  // Jobs that may wait for a worker, over all projects and of one.
  size_t max_queued_jobs = 2000;
  size_t max_queued_jobs_per_project = 1000;
  // Jobs that have ended, of each project; those that ended first are forgotten.
  size_t kept_finished_jobs = 1000;
  // What the worker of a job may use (Job.memory_limit_bytes).
  int64_t worker_memory_bytes = 0;
};

// All jobs: accepted, queued, running, ended. Every change of state is on disk before it shows;
// progress is in memory only. Thread-safe.
//
// SUCCEEDED shows later than it is on disk: only once every joined member acts on the new model
// version, so that whoever sees it can ask for predictions. Until then the job shows as RUNNING.
class JobStore {
 public:
  // Calls `done`, from any thread, once members act on all that the registry holds now.
  using WhenServedFn = std::function<void(std::function<void()> done)>;

  // `when_served` may be called until, and its `done` before, the store is destroyed.
  JobStore(Store* store, const Clock* clock, IdGenerator* ids, ModelRegistry* registry,
           JobMetrics* metrics, WhenServedFn when_served, JobStoreOptions options);

  // Reads what is on disk. Jobs that were RUNNING lost their attempt. Call before anything else.
  absl::Status Recover() ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // The job that the request made with this id, if any.
  absl::StatusOr<std::optional<v1::Job>> FindByRequest(absl::string_view project,
                                                       absl::string_view request_id) const;

  // Adds to the batch that accepts `job`.
  using AlsoWriteFn = absl::FunctionRef<void(const v1::Job& job, WriteBatch& batch)>;

  // Accepts a job, or returns the one that this request_id made before (of those that are kept),
  // without `also_write`. RESOURCE_EXHAUSTED with google.rpc.RetryInfo when too many wait. A job
  // that it replaces, and that has not ended, is CANCELLED in the same batch; its worker is left to
  // the caller.
  absl::StatusOr<v1::Job> Create(const std::string& project, const NewJob& wanted,
                                 AlsoWriteFn also_write) ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  absl::StatusOr<v1::Job> Create(const std::string& project, const NewJob& wanted)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_) {
    return Create(project, wanted, [](const v1::Job&, WriteBatch&) {});
  }

  // NOT_FOUND for a job that does not exist.
  absl::StatusOr<v1::Job> Get(const JobId& id) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Newest first. INVALID_ARGUMENT for a malformed page or parent.
  absl::StatusOr<v1::ListJobsResponse> List(absl::string_view project,
                                            const v1::ListJobsRequest& request) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Carries out CancelJob (WhatCancelDoes) and returns the job; its worker is left to the caller. A
  // job that has ended, on disk at least, stays as it is.
  absl::StatusOr<v1::Job> Cancel(const JobId& id, bool keep_best)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // Begins the next attempt at the job that JobQueue chooses; none when none waits. After an error
  // the job waits on.
  absl::StatusOr<std::optional<WorkerAttempt>> BeginNext()
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // What workers say. ABORTED if the attempt is not the one that runs.
  absl::StatusOr<internal::v1::JobRecord> Assigned(const WorkerAttempt& attempt)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<internal::v1::ReportProgressResponse> Report(
      const WorkerAttempt& attempt, const internal::v1::ReportProgressRequest& report)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The version that the job's is to be compared with, models/{model}/versions/{version}: where its
  // promotion asks for it, the one that takes the most traffic now. Empty: none.
  std::string ComparedWith(absl::string_view project, const internal::v1::JobRecord& record) const;
  // Whether Succeed would take a bundle of this attempt, as things are.
  absl::Status CheckAttempt(const WorkerAttempt& attempt) ABSL_LOCKS_EXCLUDED(mutex_);
  // Registers the model version and ends the job, in one batch. OK, without any change, when this
  // attempt has succeeded before.
  absl::Status Succeed(const WorkerAttempt& attempt, absl::string_view bundle,
                       v1::ModelVersion described) ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // Ends a job of JOB_TYPE_VERIFY with what it has shown; otherwise as Succeed.
  absl::Status Verified(const WorkerAttempt& attempt, const v1::Verification& verification)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // Ends a job of JOB_TYPE_BATCH_PREDICT, whose rows are all written; otherwise as Succeed.
  absl::Status BatchWritten(const WorkerAttempt& attempt, int64_t rows)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // UNAVAILABLE and DEADLINE_EXCEEDED, that is a role that the worker could not reach or that did
  // not answer, cost the attempt; other errors end the job.
  absl::Status Fail(const WorkerAttempt& attempt, const absl::Status& error)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // What the scheduler knows about workers. ABORTED as above.
  // The worker died: queues the job again, or fails it after the last attempt.
  absl::Status Lose(const WorkerAttempt& attempt, const std::string& how)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // The worker was ended because the server stops: queues the job again, at no cost.
  absl::Status Return(const WorkerAttempt& attempt) ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // How often the worker has said anything; none for an attempt that is not the running one.
  std::optional<int64_t> SignsOfLife(const WorkerAttempt& attempt) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Calls back whenever what Get returns for the job may have changed, without locks held.
  using Subscription = Listeners<JobId>::Subscription;
  std::unique_ptr<Subscription> Watch(const JobId& id, std::function<void()> on_change) {
    return watchers_.Add(id, std::move(on_change));
  }
  // Calls back everybody who watches.
  void WakeWatchers() { watchers_.NotifyAll(); }

 private:
  // A job that is not final, or not shown as it is on disk yet.
  struct LiveJob {
    internal::v1::JobRecord record;
    // On disk the job has SUCCEEDED.
    bool succeeded = false;
    // Of the attempt that runs.
    int64_t signs_of_life = 0;
  };
  using LiveJobs = std::map<JobId, LiveJob>;
  // A job's next record on its way to the disk.
  struct Change {
    JobId id;
    v1::JobState before;
    internal::v1::JobRecord record;
    // States of the jobs that are forgotten with it.
    std::vector<v1::JobState> forgotten;
  };

  absl::Status RecoverProject(const std::string& project)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status RecoverJob(const JobId& id, internal::v1::JobRecord record)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of jobs that have ended, in any order.
  absl::Status RecoverFinished(const std::string& project,
                               std::vector<internal::v1::JobRecord> records)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);

  // The job's record where it can still change.
  std::optional<internal::v1::JobRecord> Unfinished(const JobId& id) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The record of a job whose attempt this is and which is RUNNING.
  absl::StatusOr<internal::v1::JobRecord> Running(const WorkerAttempt& attempt) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The same; the end of live_ where there is none.
  LiveJobs::const_iterator FindRunning(const WorkerAttempt& attempt) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Changes the live record of a running attempt, in memory only: a sign of life.
  absl::StatusOr<internal::v1::JobRecord> Note(
      const WorkerAttempt& attempt,
      const std::function<void(internal::v1::JobRecord& record)>& change)
      ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasSucceeded(const WorkerAttempt& attempt) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Carries out an event that befalls a running attempt.
  absl::Status Happen(const WorkerAttempt& attempt, const JobEvent& event)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // Ends a job of this type whose worker was not to make a version; `note` writes down what came of
  // it.
  absl::Status SucceedWithoutVersion(const WorkerAttempt& attempt, v1::JobType type,
                                     absl::FunctionRef<void(v1::Job& job)> note)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  // Puts on disk how far a batch prediction is, so that a restarted server goes on behind it.
  absl::Status KeepBatchRows(const WorkerAttempt& attempt)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);
  absl::Status RegisterVersion(const WorkerAttempt& attempt, absl::string_view bundle,
                               v1::ModelVersion described)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);
  // Shows a job as on disk that has SUCCEEDED.
  void Announce(const JobId& id) ABSL_LOCKS_EXCLUDED(mutex_);

  // Every change of state: Stage, the batch is written, Committed. Save does all three.
  void Stage(Change& change, WriteBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_);
  void Committed(const Change& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_)
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Save(Change change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Puts a record that is on disk into memory.
  void Remember(const JobId& id, const internal::v1::JobRecord& record) ABSL_LOCKS_EXCLUDED(mutex_);

  // The end of the job that a new one replaces, if any.
  absl::StatusOr<std::optional<Change>> CancelReplaced(const std::string& project,
                                                       const std::string& name) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(write_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether one more job may wait once so many of the project's do no more.
  absl::Status CheckRoom(const std::string& project, size_t leaving) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  Store* const store_;
  const Clock* const clock_;
  IdGenerator* const ids_;
  ModelRegistry* const registry_;
  JobMetrics* const metrics_;
  const WhenServedFn when_served_;
  const JobStoreOptions options_;
  Listeners<JobId> watchers_;

  // Held for the whole of a change of state, so that reading never waits for the disk.
  absl::Mutex write_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  FinishedJobs finished_ ABSL_GUARDED_BY(write_mutex_);
  mutable absl::Mutex mutex_;
  LiveJobs live_ ABSL_GUARDED_BY(mutex_);
  // The QUEUED ones.
  JobQueue queue_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_STORE_H_
