#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/disk_room.h"
#include "server/control/disk_reserve.h"
#include "server/control/job_store.h"

// JobStore: how jobs are accepted.

namespace serin {
namespace {

using internal::v1::JobRecord;

constexpr absl::Duration kQueueRetryDelay = absl::Seconds(30);

absl::Status QueueFull(absl::string_view why) {
  return WithRetryDelay(
      absl::ResourceExhaustedError(absl::StrCat(why, "; try again when some have run")),
      kQueueRetryDelay);
}

}  // namespace

absl::StatusOr<std::optional<v1::Job>> JobStore::FindByRequest(absl::string_view project,
                                                               absl::string_view request_id) const {
  if (request_id.empty()) return std::nullopt;
  const absl::StatusOr<std::string> made = ReadJobRequest(*store_, project, request_id);
  if (absl::IsNotFound(made.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(made.status());
  SERIN_ASSIGN_OR_RETURN(const std::string job, ParseJobName("name", *made));
  return Get({std::string(project), job});
}

absl::StatusOr<v1::Job> JobStore::Create(const std::string& project, const NewJob& wanted,
                                         AlsoWriteFn also_write) {
  JobRecord record;
  std::optional<Change> replaced;
  {
    absl::MutexLock writing(&write_mutex_);
    SERIN_ASSIGN_OR_RETURN(std::optional<v1::Job> made, FindByRequest(project, wanted.request_id));
    if (made) return *std::move(made);
    SERIN_ASSIGN_OR_RETURN(replaced, CancelReplaced(project, wanted.replaces));
    const bool leaves_queue = replaced && replaced->before == v1::JOB_STATE_QUEUED;
    SERIN_RETURN_IF_ERROR(CheckRoom(project, leaves_queue ? 1 : 0));
    const JobId id = {project, ids_->Next()};
    record = MakeJobRecord(wanted, id.second, clock_->Now());
    WriteBatch batch;
    PutJob(batch, id, record);
    if (!wanted.request_id.empty()) PutJobRequest(batch, project, record);
    if (replaced) Stage(*replaced, batch);
    also_write(record.job(), batch);
    SERIN_RETURN_IF_ERROR(store_->Write(batch));
    metrics_->Added(record.job());
    Remember(id, record);
    if (replaced) {
      Committed(*replaced);
      Remember(replaced->id, replaced->record);
    }
  }
  if (replaced) watchers_.Notify(replaced->id);
  return std::move(*record.mutable_job());
}

absl::StatusOr<std::optional<JobStore::Change>> JobStore::CancelReplaced(
    const std::string& project, const std::string& name) const {
  if (name.empty()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(std::string job, ParseJobName("replaces", name));
  const JobId id = {project, std::move(job)};
  std::optional<JobRecord> record = Unfinished(id);
  if (!record) return std::nullopt;
  const v1::JobState before = record->job().state();
  SERIN_RETURN_IF_ERROR(Advance(JobCancelled{}, clock_->Now(), record->mutable_job()));
  return Change{id, before, *std::move(record), {}};
}

absl::Status JobStore::CheckRoom(const std::string& project, size_t leaving) const {
  SERIN_RETURN_IF_ERROR(CheckDiskHasRoom(*store_, 0, kControlDiskReserve));
  absl::MutexLock lock(&mutex_);
  const size_t of_project = queue_.size(project) - leaving;
  if (of_project >= options_.max_queued_jobs_per_project) {
    return QueueFull(absl::StrCat(of_project, " jobs of the project wait already, as many as may"));
  }
  const size_t of_all = queue_.size() - leaving;
  if (of_all < options_.max_queued_jobs) return absl::OkStatus();
  return QueueFull(absl::StrCat(of_all, " jobs wait already"));
}

}  // namespace serin
