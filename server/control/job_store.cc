#include "server/control/job_store.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "server/control/keys.h"
#include "server/control/paging.h"

namespace serin {
namespace {

using internal::v1::JobRecord;

constexpr absl::Duration kQueueRetryDelay = absl::Seconds(30);

JobId IdOf(const WorkerAttempt& attempt) { return {attempt.project, attempt.job}; }

void PutJob(WriteBatch& batch, const JobId& id, const JobRecord& record) {
  PutRecord(batch, JobKey(id.first, id.second), record);
}

absl::Status StaleAttempt(const WorkerAttempt& attempt) {
  return absl::AbortedError(
      absl::StrCat("attempt ", attempt.number, " at ", JobName(attempt.job), " is not running"));
}

absl::StatusOr<JobRecord> ReadJob(const StoreReader& reader, const JobId& id) {
  auto record = GetRecord<JobRecord>(reader, JobKey(id.first, id.second));
  if (absl::IsNotFound(record.status())) return ResourceNotFound(JobName(id.second));
  return record;
}

}  // namespace

JobStore::JobStore(Store* store, const Clock* clock, IdGenerator* ids, ModelRegistry* registry,
                   JobMetrics* metrics, WhenServedFn when_served, int max_queued_jobs)
    : store_(store),
      clock_(clock),
      ids_(ids),
      registry_(registry),
      metrics_(metrics),
      when_served_(std::move(when_served)),
      max_queued_jobs_(static_cast<size_t>(max_queued_jobs)) {}

absl::Status JobStore::Recover() {
  absl::MutexLock writing(&write_mutex_);
  absl::MutexLock lock(&mutex_);
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(*store_));
  for (const std::string& project : projects) SERIN_RETURN_IF_ERROR(RecoverProject(project));
  // Ids sort by the time they were made, so that all projects together wait in that order.
  std::sort(queue_.begin(), queue_.end(),
            [](const JobId& a, const JobId& b) { return a.second < b.second; });
  return absl::OkStatus();
}

absl::Status JobStore::RecoverProject(const std::string& project) {
  std::vector<JobRecord> unfinished;
  absl::Status error;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    absl::StatusOr<JobRecord> record = ParseRecord<JobRecord>(key, value);
    error = record.status();
    if (!error.ok()) return false;
    metrics_->Added(record->job());
    if (!IsFinal(record->job().state())) unfinished.push_back(*std::move(record));
    return true;
  };
  SERIN_RETURN_IF_ERROR(store_->Scan(JobsPrefix(project), "", visit));
  SERIN_RETURN_IF_ERROR(error);
  for (JobRecord& record : unfinished) {
    SERIN_RETURN_IF_ERROR(RecoverJob(project, std::move(record)));
  }
  return absl::OkStatus();
}

absl::Status JobStore::RecoverJob(const std::string& project, JobRecord record) {
  SERIN_ASSIGN_OR_RETURN(const std::string job, ParseJobName("name", record.job().name()));
  const JobId id = {project, job};
  if (const v1::JobState before = record.job().state(); before == v1::JOB_STATE_RUNNING) {
    SERIN_RETURN_IF_ERROR(
        Advance(AttemptLost{"the server stopped"}, clock_->Now(), record.mutable_job()));
    WriteBatch batch;
    PutJob(batch, id, record);
    SERIN_RETURN_IF_ERROR(store_->Write(batch));
    metrics_->Changed(before, record.job());
  }
  if (record.job().state() == v1::JOB_STATE_QUEUED) {
    queue_.push_back(id);
    live_[id].record = std::move(record);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::Job>> JobStore::FindByRequest(absl::string_view project,
                                                               absl::string_view request_id) const {
  if (request_id.empty()) return std::nullopt;
  const auto made =
      GetRecord<internal::v1::RequestRecord>(*store_, JobRequestKey(project, request_id));
  if (absl::IsNotFound(made.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(made.status());
  SERIN_ASSIGN_OR_RETURN(const std::string job, ParseJobName("name", made->name()));
  return Get({std::string(project), job});
}

absl::StatusOr<v1::Job> JobStore::Create(const std::string& project, absl::string_view model,
                                         const v1::TrainingSpec& resolved_spec,
                                         const std::string& request_id) {
  absl::MutexLock writing(&write_mutex_);
  SERIN_ASSIGN_OR_RETURN(std::optional<v1::Job> made, FindByRequest(project, request_id));
  if (made) return *std::move(made);
  SERIN_RETURN_IF_ERROR(CheckRoom());
  const JobId id = {project, ids_->Next()};
  JobRecord record;
  record.set_request_id(request_id);
  v1::Job& job = *record.mutable_job();
  job.set_name(JobName(id.second));
  job.set_state(v1::JOB_STATE_QUEUED);
  job.set_type(v1::JOB_TYPE_TRAIN);
  job.set_model(ModelName(model));
  *job.mutable_spec() = resolved_spec;
  *job.mutable_create_time() = ToProto(clock_->Now());

  WriteBatch batch;
  PutJob(batch, id, record);
  if (!request_id.empty()) {
    internal::v1::RequestRecord request;
    request.set_name(job.name());
    PutRecord(batch, JobRequestKey(project, request_id), request);
  }
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  metrics_->Added(job);
  Remember(id, record);
  return job;
}

absl::StatusOr<v1::Job> JobStore::Get(const JobId& id) const {
  {
    absl::MutexLock lock(&mutex_);
    if (const auto live = live_.find(id); live != live_.end()) return live->second.record.job();
  }
  SERIN_ASSIGN_OR_RETURN(JobRecord record, ReadJob(*store_, id));
  return std::move(*record.mutable_job());
}

absl::StatusOr<v1::ListJobsResponse> JobStore::List(absl::string_view project,
                                                    const v1::ListJobsRequest& request) const {
  v1::ListJobsResponse response;
  SERIN_ASSIGN_OR_RETURN(
      *response.mutable_next_page_token(),
      ScanRecordPage<JobRecord>(*store_, {.prefix = JobsPrefix(project), .backward = true},
                                request.page_size(), request.page_token(), [&](JobRecord& record) {
                                  response.add_jobs()->Swap(record.mutable_job());
                                }));
  // What memory knows is newer, or not to be shown otherwise yet.
  absl::MutexLock lock(&mutex_);
  for (v1::Job& job : *response.mutable_jobs()) {
    SERIN_ASSIGN_OR_RETURN(std::string id, ParseJobName("name", job.name()));
    const auto live = live_.find({std::string(project), std::move(id)});
    if (live != live_.end()) job = live->second.record.job();
  }
  return response;
}

absl::StatusOr<std::optional<WorkerAttempt>> JobStore::BeginNext() {
  WorkerAttempt attempt;
  {
    absl::MutexLock writing(&write_mutex_);
    JobId id;
    JobRecord record;
    {
      absl::MutexLock lock(&mutex_);
      if (queue_.empty()) return std::nullopt;
      id = queue_.front();
      record = live_.at(id).record;
    }
    SERIN_RETURN_IF_ERROR(Advance(AttemptBegun{}, clock_->Now(), record.mutable_job()));
    WriteBatch batch;
    PutJob(batch, id, record);
    SERIN_RETURN_IF_ERROR(store_->Write(batch));
    metrics_->Changed(v1::JOB_STATE_QUEUED, record.job());
    Remember(id, record);
    attempt = {.project = id.first, .job = id.second, .number = record.job().attempt()};
  }
  watchers_.Notify(IdOf(attempt));
  return attempt;
}

absl::StatusOr<v1::TrainingSpec> JobStore::Assignment(const WorkerAttempt& attempt) const {
  SERIN_ASSIGN_OR_RETURN(JobRecord record, Running(attempt));
  return std::move(*record.mutable_job()->mutable_spec());
}

absl::Status JobStore::Report(const WorkerAttempt& attempt, const v1::JobProgress& progress) {
  SERIN_RETURN_IF_ERROR(Running(attempt).status());
  {
    absl::MutexLock lock(&mutex_);
    const auto live = live_.find(IdOf(attempt));
    if (live == live_.end()) return StaleAttempt(attempt);
    *live->second.record.mutable_job()->mutable_progress() = progress;
  }
  watchers_.Notify(IdOf(attempt));
  return absl::OkStatus();
}

absl::Status JobStore::CheckAttempt(const WorkerAttempt& attempt) const {
  const absl::Status running = Running(attempt).status();
  return running.ok() || !HasSucceeded(attempt) ? running : absl::OkStatus();
}

absl::Status JobStore::Succeed(const WorkerAttempt& attempt, absl::string_view bundle,
                               v1::ModelVersion described) {
  {
    absl::MutexLock writing(&write_mutex_);
    if (HasSucceeded(attempt)) return absl::OkStatus();
    SERIN_RETURN_IF_ERROR(RegisterVersion(attempt, bundle, std::move(described)));
  }
  when_served_([this, id = IdOf(attempt)] { Announce(id); });
  return absl::OkStatus();
}

absl::Status JobStore::RegisterVersion(const WorkerAttempt& attempt, absl::string_view bundle,
                                       v1::ModelVersion described) {
  SERIN_ASSIGN_OR_RETURN(JobRecord record, Running(attempt));
  SERIN_ASSIGN_OR_RETURN(const std::string model, ParseModelName("model", record.job().model()));
  described.mutable_lineage()->set_job(record.job().name());
  absl::Status advanced;
  const auto also_write = [&](const v1::ModelVersion& version, WriteBatch& batch) {
    advanced = Advance(JobSucceeded{version.name()}, clock_->Now(), record.mutable_job());
    PutJob(batch, IdOf(attempt), record);
  };
  SERIN_RETURN_IF_ERROR(
      registry_->Register(attempt.project, model, bundle, std::move(described), also_write)
          .status());
  SERIN_RETURN_IF_ERROR(advanced);
  metrics_->Changed(v1::JOB_STATE_RUNNING, record.job());
  absl::MutexLock lock(&mutex_);
  live_.at(IdOf(attempt)).succeeded = true;
  return absl::OkStatus();
}

void JobStore::Announce(const JobId& id) {
  {
    absl::MutexLock lock(&mutex_);
    live_.erase(id);
  }
  watchers_.Notify(id);
}

absl::Status JobStore::Fail(const WorkerAttempt& attempt, const absl::Status& error) {
  return Happen(attempt, JobFailed{error});
}

absl::Status JobStore::Lose(const WorkerAttempt& attempt, const std::string& how) {
  return Happen(attempt, AttemptLost{how});
}

absl::Status JobStore::Happen(const WorkerAttempt& attempt, const JobEvent& event) {
  {
    absl::MutexLock writing(&write_mutex_);
    SERIN_ASSIGN_OR_RETURN(JobRecord record, Running(attempt));
    SERIN_RETURN_IF_ERROR(Advance(event, clock_->Now(), record.mutable_job()));
    WriteBatch batch;
    PutJob(batch, IdOf(attempt), record);
    SERIN_RETURN_IF_ERROR(store_->Write(batch));
    metrics_->Changed(v1::JOB_STATE_RUNNING, record.job());
    Remember(IdOf(attempt), record);
  }
  watchers_.Notify(IdOf(attempt));
  return absl::OkStatus();
}

absl::StatusOr<JobRecord> JobStore::Running(const WorkerAttempt& attempt) const {
  absl::MutexLock lock(&mutex_);
  const auto live = live_.find(IdOf(attempt));
  if (live == live_.end() || live->second.succeeded) return StaleAttempt(attempt);
  const v1::Job& job = live->second.record.job();
  if (job.state() != v1::JOB_STATE_RUNNING || job.attempt() != attempt.number) {
    return StaleAttempt(attempt);
  }
  return live->second.record;
}

bool JobStore::HasSucceeded(const WorkerAttempt& attempt) const {
  const absl::StatusOr<JobRecord> on_disk = ReadJob(*store_, IdOf(attempt));
  return on_disk.ok() && on_disk->job().state() == v1::JOB_STATE_SUCCEEDED &&
         on_disk->job().attempt() == attempt.number;
}

void JobStore::Remember(const JobId& id, const JobRecord& record) {
  absl::MutexLock lock(&mutex_);
  queue_.erase(std::remove(queue_.begin(), queue_.end(), id), queue_.end());
  if (IsFinal(record.job().state())) {
    live_.erase(id);
    return;
  }
  live_[id].record = record;
  if (record.job().state() == v1::JOB_STATE_QUEUED) queue_.push_back(id);
}

absl::Status JobStore::CheckRoom() const {
  absl::MutexLock lock(&mutex_);
  if (queue_.size() < max_queued_jobs_) return absl::OkStatus();
  return WithRetryDelay(absl::ResourceExhaustedError(absl::StrCat(
                            queue_.size(), " jobs wait already; try again when some have run")),
                        kQueueRetryDelay);
}

}  // namespace serin
