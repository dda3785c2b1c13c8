#ifndef SERIN_SERVER_CONTROL_SCHEDULE_RUNS_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_RUNS_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serin/v1/job.pb.h"
#include "server/control/batch_predictions.h"
#include "server/control/dataset_reader.h"
#include "server/control/job_store.h"
#include "server/control/schedule_policy.h"
#include "server/control/schedule_store.h"

namespace serin {

// Ends the worker of a job that another one has taken the place of, where it has one.
using KillWorkerFn = std::function<void(const JobId& job)>;

// Carries runs of schedules out: each is one batch, a job with it or not, so that no run is made
// twice or forgotten whenever the process dies. Thread-safe. Errors common to all: ABORTED where
// the schedule is not as it was `seen` any more, and the store's.
class ScheduleRuns {
 public:
  // The pointers must outlive the object.
  ScheduleRuns(ScheduleStore* schedules, JobStore* jobs, DatasetReader* datasets,
               const BatchPredictions* batches, KillWorkerFn kill_worker)
      : schedules_(schedules),
        jobs_(jobs),
        datasets_(datasets),
        batches_(batches),
        kill_worker_(std::move(kill_worker)) {}

  // Whether the job of the run before has not ended.
  absl::StatusOr<bool> IsBusy(const ScheduleId& id, const v1::Schedule& schedule) const;

  // The job of a run now: what Train, or BatchPredict, would make of the schedule. Errors: of the
  // dataset's lookup, and INVALID_ARGUMENT of a field of `spec`, or `batch_prediction`.
  absl::StatusOr<NewJob> Resolve(const std::string& project, const v1::Schedule& schedule,
                                 int32_t dataset_version) const;

  // Makes the job of a run and takes the run down as started. After an error nothing has changed.
  absl::StatusOr<v1::Job> Start(const ScheduleId& id, const SchedulePtr& seen, const Run& run,
                                const std::string& request_id = "") const;
  // As Start, in the place of the job of the run before, which is CANCELLED in the same batch.
  absl::StatusOr<v1::Job> StartInstead(const ScheduleId& id, const SchedulePtr& seen,
                                       const Run& run, const std::string& request_id = "") const;
  // Takes a run down for which there is no job: left out, missed, or `error` says why there is
  // none.
  absl::Status Skip(const ScheduleId& id, const SchedulePtr& seen, const Run& run) const;
  absl::Status Miss(const ScheduleId& id, const SchedulePtr& seen, const Run& run) const;
  absl::Status Fail(const ScheduleId& id, const SchedulePtr& seen, const Run& run,
                    const absl::Status& error) const;
  // Keeps one run waiting until the job of the run before has ended.
  absl::Status Wait(const ScheduleId& id, const SchedulePtr& seen, const Run& run) const;

 private:
  absl::StatusOr<v1::Job> StartJob(const ScheduleId& id, const SchedulePtr& seen, const Run& run,
                                   const NewJob& wanted) const;
  // `dataset`: as GetDatasetVersion takes it.
  absl::StatusOr<NewJob> ResolveTraining(const std::string& project, const v1::Schedule& schedule,
                                         const std::string& dataset) const;
  absl::StatusOr<NewJob> ResolveBatch(const std::string& project, const v1::Schedule& schedule,
                                      const std::string& dataset) const;

  ScheduleStore* const schedules_;
  JobStore* const jobs_;
  DatasetReader* const datasets_;
  const BatchPredictions* const batches_;
  const KillWorkerFn kill_worker_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_RUNS_H_
