#include "server/control/schedule_runs.h"

#include <algorithm>
#include <utility>

#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/learn/spec.h"
#include "server/control/job_state.h"

namespace serin {
namespace {

using internal::v1::ScheduleRecord;

// The version that a run trains on, as GetDatasetVersion takes it.
absl::StatusOr<std::string> DatasetOf(const v1::Schedule& schedule, int32_t dataset_version) {
  if (dataset_version == 0) return schedule.spec().dataset();
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref,
                         ParseDatasetRef("spec.dataset", schedule.spec().dataset()));
  return DatasetVersionName(ref.id, dataset_version);
}

// The number of the version that a resolved specification names.
absl::StatusOr<int32_t> VersionOf(const v1::TrainingSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("spec.dataset", spec.dataset()));
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

absl::StatusOr<v1::TrainingSpec> ScheduleRuns::Resolve(const std::string& project,
                                                       const v1::Schedule& schedule,
                                                       int32_t dataset_version) const {
  SERIN_ASSIGN_OR_RETURN(const std::string name, DatasetOf(schedule, dataset_version));
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion dataset, datasets_->GetVersion(project, name));
  v1::TrainingSpec spec = schedule.spec();
  spec.set_dataset(dataset.name());
  const absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, dataset.schema());
  if (!resolved.ok()) return PrefixField("spec", resolved.status());
  return resolved;
}

absl::StatusOr<v1::Job> ScheduleRuns::Start(const ScheduleId& id, const SchedulePtr& seen,
                                            const Run& run, const std::string& request_id) const {
  const v1::Schedule& schedule = seen->schedule();
  NewJob wanted = {.request_id = request_id,
                   .priority = schedule.priority(),
                   .schedule = schedule.name(),
                   .promotion = schedule.promotion()};
  SERIN_ASSIGN_OR_RETURN(wanted.model, ParseModelName("model", schedule.model()));
  SERIN_ASSIGN_OR_RETURN(wanted.spec, Resolve(id.first, schedule, run.dataset_version));
  Run made = run;
  if (schedule.has_new_version()) {
    SERIN_ASSIGN_OR_RETURN(made.dataset_version, VersionOf(wanted.spec));
  }
  return schedules_->ReplaceWithJob(id, seen, wanted, [&](const v1::Job& job) {
    ScheduleRecord changed = *seen;
    changed.clear_queued_run();
    AddRun(made, v1::ScheduleRun::OUTCOME_STARTED, &changed).set_job(job.name());
    return changed;
  });
}

absl::StatusOr<v1::Job> ScheduleRuns::StartInstead(const ScheduleId& id, const SchedulePtr& seen,
                                                   const Run& run,
                                                   const std::string& request_id) const {
  // First whether there can be another: a job that has nothing in its place goes on.
  SERIN_RETURN_IF_ERROR(Resolve(id.first, seen->schedule(), run.dataset_version).status());
  SERIN_ASSIGN_OR_RETURN(const JobId before, LastJobId(id, seen->schedule()));
  SERIN_RETURN_IF_ERROR(cancel_job_(before));
  return Start(id, seen, run, request_id);
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
