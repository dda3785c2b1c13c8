#include "server/control/schedule_runs.h"

#include <algorithm>
#include <utility>

#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/learn/spec.h"
#include "server/control/job_state.h"
#include "server/control/schedule_fields.h"

namespace serin {
namespace {

using internal::v1::ScheduleRecord;

// The version that a run reads, as GetDatasetVersion takes it.
absl::StatusOr<std::string> DatasetOf(const v1::Schedule& schedule, int32_t dataset_version) {
  if (dataset_version == 0) return InputOf(schedule);
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref,
                         ParseDatasetRef(InputFieldOf(schedule), InputOf(schedule)));
  return DatasetVersionName(ref.id, dataset_version);
}

// The number of the version that a job reads.
absl::StatusOr<int32_t> VersionOf(const NewJob& job) {
  const bool batch = job.type == v1::JOB_TYPE_BATCH_PREDICT;
  SERIN_ASSIGN_OR_RETURN(
      const VersionedRef ref,
      ParseDatasetRef("dataset", batch ? job.batch_prediction.dataset() : job.spec.dataset()));
  return ref.version;
}

absl::StatusOr<JobId> LastJobId(const ScheduleId& id, const v1::Schedule& schedule) {
  SERIN_ASSIGN_OR_RETURN(std::string job, ParseJobName("name", LastJob(schedule)));
  return JobId{id.first, std::move(job)};
}

}  // namespace

absl::StatusOr<bool> ScheduleRuns::IsBusy(const ScheduleId& id,
                                          const v1::Schedule& schedule) const {
  if (LastJob(schedule).empty()) return false;
  SERIN_ASSIGN_OR_RETURN(const JobId job_id, LastJobId(id, schedule));
  const absl::StatusOr<v1::Job> job = jobs_->Get(job_id);
  if (absl::IsNotFound(job.status())) return false;  // It ended so long ago.
  if (!job.ok()) return job.status();
  return !IsFinal(job->state());
}

absl::StatusOr<NewJob> ScheduleRuns::Resolve(const std::string& project,
                                             const v1::Schedule& schedule,
                                             int32_t dataset_version) const {
  SERIN_ASSIGN_OR_RETURN(const std::string dataset, DatasetOf(schedule, dataset_version));
  SERIN_ASSIGN_OR_RETURN(NewJob wanted, schedule.has_batch_prediction()
                                            ? ResolveBatch(project, schedule, dataset)
                                            : ResolveTraining(project, schedule, dataset));
  wanted.priority = schedule.priority();
  wanted.schedule = schedule.name();
  return wanted;
}

absl::StatusOr<NewJob> ScheduleRuns::ResolveTraining(const std::string& project,
                                                     const v1::Schedule& schedule,
                                                     const std::string& dataset) const {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion found, datasets_->GetVersion(project, dataset));
  v1::TrainingSpec spec = schedule.spec();
  spec.set_dataset(found.name());
  absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, found.schema());
  if (!resolved.ok()) return PrefixField("spec", resolved.status());
  NewJob wanted;
  SERIN_ASSIGN_OR_RETURN(wanted.model, ParseModelName("model", schedule.model()));
  wanted.spec = *std::move(resolved);
  wanted.promotion = schedule.promotion();
  wanted.dataset_create_time = found.create_time();
  return wanted;
}

absl::StatusOr<NewJob> ScheduleRuns::ResolveBatch(const std::string& project,
                                                  const v1::Schedule& schedule,
                                                  const std::string& dataset) const {
  v1::BatchPrediction asked = schedule.batch_prediction();
  asked.set_dataset(dataset);
  absl::StatusOr<NewJob> resolved = batches_->Resolve(project, asked, "model_version");
  if (!resolved.ok()) return PrefixField("batch_prediction", resolved.status());
  return resolved;
}

absl::StatusOr<v1::Job> ScheduleRuns::Start(const ScheduleId& id, const SchedulePtr& seen,
                                            const Run& run, const std::string& request_id) const {
  SERIN_ASSIGN_OR_RETURN(NewJob wanted, Resolve(id.first, seen->schedule(), run.dataset_version));
  wanted.request_id = request_id;
  return StartJob(id, seen, run, wanted);
}

absl::StatusOr<v1::Job> ScheduleRuns::StartInstead(const ScheduleId& id, const SchedulePtr& seen,
                                                   const Run& run,
                                                   const std::string& request_id) const {
  const v1::Schedule& schedule = seen->schedule();
  SERIN_ASSIGN_OR_RETURN(NewJob wanted, Resolve(id.first, schedule, run.dataset_version));
  SERIN_ASSIGN_OR_RETURN(const JobId before, LastJobId(id, schedule));
  wanted.request_id = request_id;
  wanted.replaces = LastJob(schedule);
  absl::StatusOr<v1::Job> job = StartJob(id, seen, run, wanted);
  // On disk the one before is over; its worker goes after that.
  if (job.ok()) kill_worker_(before);
  return job;
}

absl::StatusOr<v1::Job> ScheduleRuns::StartJob(const ScheduleId& id, const SchedulePtr& seen,
                                               const Run& run, const NewJob& wanted) const {
  const v1::Schedule& schedule = seen->schedule();
  Run made = run;
  if (schedule.has_new_version()) {
    SERIN_ASSIGN_OR_RETURN(made.dataset_version, VersionOf(wanted));
  }
  return schedules_->ReplaceWithJob(id, seen, wanted, [&](const v1::Job& job) {
    ScheduleRecord changed = *seen;
    changed.clear_queued_run();
    AddRun(made, v1::ScheduleRun::OUTCOME_STARTED, &changed).set_job(job.name());
    return changed;
  });
}

absl::Status ScheduleRuns::Skip(const ScheduleId& id, const SchedulePtr& seen,
                                const Run& run) const {
  ScheduleRecord changed = *seen;
  AddRun(run, v1::ScheduleRun::OUTCOME_SKIPPED, &changed);
  return schedules_->Replace(id, seen, std::move(changed)).status();
}

absl::Status ScheduleRuns::Miss(const ScheduleId& id, const SchedulePtr& seen,
                                const Run& run) const {
  ScheduleRecord changed = *seen;
  AddRun(run, v1::ScheduleRun::OUTCOME_MISSED, &changed);
  return schedules_->Replace(id, seen, std::move(changed)).status();
}

absl::Status ScheduleRuns::Fail(const ScheduleId& id, const SchedulePtr& seen, const Run& run,
                                const absl::Status& error) const {
  ScheduleRecord changed = *seen;
  changed.clear_queued_run();
  *AddRun(run, v1::ScheduleRun::OUTCOME_FAILED, &changed).mutable_error() = ToRpcStatus(error);
  return schedules_->Replace(id, seen, std::move(changed)).status();
}

absl::Status ScheduleRuns::Wait(const ScheduleId& id, const SchedulePtr& seen,
                                const Run& run) const {
  ScheduleRecord changed = *seen;
  NoteMissed(run, &changed);
  *changed.mutable_queued_run() = ToProto(run.due);
  const absl::Time considered = std::max(FromProto(changed.considered_until()), run.due);
  *changed.mutable_considered_until() = ToProto(considered);
  return schedules_->Replace(id, seen, std::move(changed)).status();
}

}  // namespace serin
