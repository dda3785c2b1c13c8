#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/control/cluster_state.h"
#include "server/control/job_store.h"
#include "server/control/promotion.h"

// JobStore: attempts at jobs, from the scheduler's choice to what becomes of their workers.

namespace serin {
namespace {

using internal::v1::JobRecord;

absl::Status StaleAttempt(const WorkerAttempt& attempt) {
  return absl::AbortedError(
      absl::StrCat("attempt ", attempt.number, " at ", JobName(attempt.job), " is not running"));
}

// A worker's outcome has to be that of its job.
absl::Status CheckType(const v1::Job& job, v1::JobType type) {
  if (job.type() == type) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      job.name(), " is of ", v1::JobType_Name(job.type()), ", not ", v1::JobType_Name(type)));
}

}  // namespace

absl::StatusOr<std::optional<WorkerAttempt>> JobStore::BeginNext() {
  WorkerAttempt attempt;
  {
    absl::MutexLock writing(&write_mutex_);
    JobId id;
    JobRecord record;
    {
      absl::MutexLock lock(&mutex_);
      const std::optional<JobId> next = queue_.Next();
      if (!next) return std::nullopt;
      id = *next;
      record = live_.at(id).record;
    }
    SERIN_RETURN_IF_ERROR(
        Advance(AttemptBegun{options_.worker_memory_bytes}, clock_->Now(), record.mutable_job()));
    attempt = {.project = id.first, .job = id.second, .number = record.job().attempt()};
    SERIN_RETURN_IF_ERROR(Save({id, v1::JOB_STATE_QUEUED, std::move(record)}));
  }
  watchers_.Notify(IdOf(attempt));
  return attempt;
}

absl::StatusOr<JobRecord> JobStore::Assigned(const WorkerAttempt& attempt) {
  return Note(attempt, [](JobRecord&) {});
}

absl::StatusOr<internal::v1::ReportProgressResponse> JobStore::Report(
    const WorkerAttempt& attempt, const internal::v1::ReportProgressRequest& report) {
  SERIN_ASSIGN_OR_RETURN(const JobRecord noted, Note(attempt, [&](JobRecord& record) {
                           v1::Job& job = *record.mutable_job();
                           if (report.has_progress()) *job.mutable_progress() = report.progress();
                           if (report.has_leaderboard()) {
                             *job.mutable_leaderboard() = report.leaderboard();
                           }
                           if (report.batch_rows() > 0) {
                             job.mutable_batch_prediction()->set_rows(report.batch_rows());
                           }
                           if (!report.warnings().empty()) {
                             *job.mutable_warnings() = report.warnings();
                           }
                         }));
  if (report.batch_rows() > 0) SERIN_RETURN_IF_ERROR(KeepBatchRows(attempt));
  watchers_.Notify(IdOf(attempt));
  internal::v1::ReportProgressResponse response;
  response.set_finish_search(noted.finish_search());
  return response;
}

std::string JobStore::ComparedWith(absl::string_view project, const JobRecord& record) const {
  if (record.promotion().rule() != v1::Promotion::RULE_CANDIDATE_IF_BETTER) return "";
  const absl::StatusOr<std::string> model = ParseModelName("model", record.job().model());
  if (!model.ok()) return "";
  const std::shared_ptr<const internal::v1::ClusterState> state = registry_->state();
  const internal::v1::ModelState* found = FindModel(*state, project, *model);
  return found == nullptr ? "" : ModelVersionName(*model, ServingVersion(*found));
}

absl::Status JobStore::CheckAttempt(const WorkerAttempt& attempt) {
  const absl::Status running = Assigned(attempt).status();
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
  SERIN_ASSIGN_OR_RETURN(JobRecord running, Running(attempt));
  SERIN_ASSIGN_OR_RETURN(const std::string model, ParseModelName("model", running.job().model()));
  SERIN_RETURN_IF_ERROR(CheckType(running.job(), v1::JOB_TYPE_TRAIN));
  described.mutable_lineage()->set_job(running.job().name());
  // From now on the version keeps it.
  running.mutable_job()->clear_leaderboard();
  *running.mutable_job()->mutable_warnings() = described.warnings();
  Change change = {IdOf(attempt), v1::JOB_STATE_RUNNING, std::move(running)};
  absl::Status advanced;
  const auto also_write = [&](const v1::ModelVersion& version, WriteBatch& batch) {
    write_mutex_.AssertHeld();
    advanced = Advance(JobSucceeded{version.name()}, clock_->Now(), change.record.mutable_job());
    Stage(change, batch);
  };
  SERIN_RETURN_IF_ERROR(registry_
                            ->Register(attempt.project, model, bundle, std::move(described),
                                       change.record.promotion(), also_write)
                            .status());
  SERIN_RETURN_IF_ERROR(advanced);
  Committed(change);
  absl::MutexLock lock(&mutex_);
  live_.at(change.id).succeeded = true;
  return absl::OkStatus();
}

absl::Status JobStore::Verified(const WorkerAttempt& attempt,
                                const v1::Verification& verification) {
  return SucceedWithoutVersion(attempt, v1::JOB_TYPE_VERIFY,
                               [&](v1::Job& job) { *job.mutable_verification() = verification; });
}

absl::Status JobStore::BatchWritten(const WorkerAttempt& attempt, int64_t rows) {
  return SucceedWithoutVersion(attempt, v1::JOB_TYPE_BATCH_PREDICT, [rows](v1::Job& job) {
    job.mutable_batch_prediction()->set_rows(rows);
  });
}

absl::Status JobStore::KeepBatchRows(const WorkerAttempt& attempt) {
  absl::MutexLock writing(&write_mutex_);
  SERIN_ASSIGN_OR_RETURN(JobRecord record, Running(attempt));
  return Save({IdOf(attempt), v1::JOB_STATE_RUNNING, std::move(record)});
}

absl::Status JobStore::SucceedWithoutVersion(const WorkerAttempt& attempt, v1::JobType type,
                                             absl::FunctionRef<void(v1::Job& job)> note) {
  {
    absl::MutexLock writing(&write_mutex_);
    if (HasSucceeded(attempt)) return absl::OkStatus();
    SERIN_ASSIGN_OR_RETURN(JobRecord record, Running(attempt));
    SERIN_RETURN_IF_ERROR(CheckType(record.job(), type));
    note(*record.mutable_job());
    SERIN_RETURN_IF_ERROR(Advance(JobSucceeded{}, clock_->Now(), record.mutable_job()));
    SERIN_RETURN_IF_ERROR(Save({IdOf(attempt), v1::JOB_STATE_RUNNING, std::move(record)}));
  }
  watchers_.Notify(IdOf(attempt));
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
  const bool passing = absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error);
  if (passing) return Lose(attempt, std::string(error.message()));
  return Happen(attempt, JobFailed{error});
}

absl::Status JobStore::Lose(const WorkerAttempt& attempt, const std::string& how) {
  return Happen(attempt, AttemptLost{how});
}

absl::Status JobStore::Return(const WorkerAttempt& attempt) {
  return Happen(attempt, AttemptReturned{});
}

absl::Status JobStore::Happen(const WorkerAttempt& attempt, const JobEvent& event) {
  {
    absl::MutexLock writing(&write_mutex_);
    SERIN_ASSIGN_OR_RETURN(JobRecord record, Running(attempt));
    SERIN_RETURN_IF_ERROR(Advance(event, clock_->Now(), record.mutable_job()));
    SERIN_RETURN_IF_ERROR(Save({IdOf(attempt), v1::JOB_STATE_RUNNING, std::move(record)}));
  }
  watchers_.Notify(IdOf(attempt));
  return absl::OkStatus();
}

absl::StatusOr<JobRecord> JobStore::Running(const WorkerAttempt& attempt) const {
  absl::MutexLock lock(&mutex_);
  const auto live = FindRunning(attempt);
  if (live == live_.end()) return StaleAttempt(attempt);
  return live->second.record;
}

absl::StatusOr<JobRecord> JobStore::Note(const WorkerAttempt& attempt,
                                         const std::function<void(JobRecord& record)>& change) {
  absl::MutexLock lock(&mutex_);
  if (FindRunning(attempt) == live_.end()) return StaleAttempt(attempt);
  LiveJob& live = live_.at(IdOf(attempt));
  change(live.record);
  ++live.signs_of_life;
  return live.record;
}

std::optional<int64_t> JobStore::SignsOfLife(const WorkerAttempt& attempt) const {
  absl::MutexLock lock(&mutex_);
  const auto live = FindRunning(attempt);
  if (live == live_.end()) return std::nullopt;
  return live->second.signs_of_life;
}

JobStore::LiveJobs::const_iterator JobStore::FindRunning(const WorkerAttempt& attempt) const {
  const auto live = live_.find(IdOf(attempt));
  if (live == live_.end() || live->second.succeeded) return live_.end();
  const v1::Job& job = live->second.record.job();
  const bool runs = job.state() == v1::JOB_STATE_RUNNING && job.attempt() == attempt.number;
  return runs ? live : live_.end();
}

bool JobStore::HasSucceeded(const WorkerAttempt& attempt) const {
  const absl::StatusOr<JobRecord> on_disk = ReadJob(*store_, IdOf(attempt));
  return on_disk.ok() && on_disk->job().state() == v1::JOB_STATE_SUCCEEDED &&
         on_disk->job().attempt() == attempt.number;
}

}  // namespace serin
