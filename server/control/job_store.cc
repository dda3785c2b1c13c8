#include "server/control/job_store.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/control/keys.h"
#include "server/control/paging.h"

namespace serin {
namespace {

using internal::v1::JobRecord;

absl::Status ValidateParent(absl::string_view parent) {
  if (parent.empty() || absl::StartsWith(parent, "schedules/")) return absl::OkStatus();
  if (absl::StartsWith(parent, "models/")) return ParseModelName("parent", parent).status();
  return InvalidField(
      "parent", absl::StrCat("must be models/{model} or schedules/{schedule}, is '", parent, "'"));
}

bool BelongsTo(const v1::Job& job, absl::string_view parent) {
  return parent.empty() || job.model() == parent || job.schedule() == parent;
}

// What the worker may have said while the record was written is newer.
JobRecord WithReportsOf(const v1::Job& live, JobRecord record) {
  v1::Job& job = *record.mutable_job();
  if (live.has_progress()) *job.mutable_progress() = live.progress();
  if (live.has_leaderboard()) *job.mutable_leaderboard() = live.leaderboard();
  *job.mutable_warnings() = live.warnings();
  if (live.has_batch_prediction()) *job.mutable_batch_prediction() = live.batch_prediction();
  return record;
}

}  // namespace

JobStore::JobStore(Store* store, const Clock* clock, IdGenerator* ids, ModelRegistry* registry,
                   JobMetrics* metrics, WhenServedFn when_served, JobStoreOptions options)
    : store_(store),
      clock_(clock),
      ids_(ids),
      registry_(registry),
      metrics_(metrics),
      when_served_(std::move(when_served)),
      options_(options),
      finished_(options.kept_finished_jobs) {}

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
  SERIN_RETURN_IF_ERROR(ValidateParent(request.parent()));
  v1::ListJobsResponse response;
  SERIN_ASSIGN_OR_RETURN(
      *response.mutable_next_page_token(),
      ScanMatchingRecords<JobRecord>(
          *store_, {.prefix = JobsPrefix(project), .backward = true}, request.page_size(),
          request.page_token(),
          [&](const JobRecord& record) { return BelongsTo(record.job(), request.parent()); },
          [&](JobRecord& record) { response.add_jobs()->Swap(record.mutable_job()); }));
  // What memory knows is newer, or not to be shown otherwise yet.
  absl::MutexLock lock(&mutex_);
  for (v1::Job& job : *response.mutable_jobs()) {
    SERIN_ASSIGN_OR_RETURN(std::string id, ParseJobName("name", job.name()));
    const auto live = live_.find({std::string(project), std::move(id)});
    if (live != live_.end()) job = live->second.record.job();
  }
  return response;
}

absl::StatusOr<v1::Job> JobStore::Cancel(const JobId& id, bool keep_best) {
  {
    absl::MutexLock writing(&write_mutex_);
    std::optional<JobRecord> record = Unfinished(id);
    if (!record) return Get(id);
    v1::Job& job = *record->mutable_job();
    const std::optional<JobEvent> event = WhatCancelDoes(job, keep_best);
    if (!event) return job;
    const v1::JobState before = job.state();
    SERIN_RETURN_IF_ERROR(Advance(*event, clock_->Now(), &job));
    record->set_finish_search(!IsFinal(job.state()));
    SERIN_RETURN_IF_ERROR(Save({id, before, *std::move(record)}));
  }
  watchers_.Notify(id);
  return Get(id);
}

std::optional<JobRecord> JobStore::Unfinished(const JobId& id) const {
  absl::MutexLock lock(&mutex_);
  const auto live = live_.find(id);
  if (live == live_.end() || live->second.succeeded) return std::nullopt;
  return live->second.record;
}

void JobStore::Stage(Change& change, WriteBatch& batch) {
  PutJob(batch, change.id, change.record);
  if (!IsFinal(change.record.job().state())) return;
  for (const JobId& forgotten : finished_.Surplus(change.id.first)) {
    const absl::StatusOr<JobRecord> record = ReadJob(*store_, forgotten);
    if (record.ok()) change.forgotten.push_back(record->job().state());
    DeleteJob(batch, forgotten, record.ok() ? record->request_id() : "");
  }
}

void JobStore::Committed(const Change& change) {
  metrics_->Changed(change.before, change.record.job());
  for (const v1::JobState state : change.forgotten) metrics_->Forgotten(state);
  if (IsFinal(change.record.job().state())) finished_.Add(change.id);
}

absl::Status JobStore::Save(Change change) {
  WriteBatch batch;
  Stage(change, batch);
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  Committed(change);
  Remember(change.id, change.record);
  return absl::OkStatus();
}

void JobStore::Remember(const JobId& id, const JobRecord& record) {
  absl::MutexLock lock(&mutex_);
  switch (record.job().state()) {
    case v1::JOB_STATE_QUEUED:
      live_[id] = {.record = record};
      queue_.Add(id, record.job().priority());
      break;
    case v1::JOB_STATE_RUNNING:
      live_.at(id).record = WithReportsOf(live_.at(id).record.job(), record);
      queue_.Take(id);
      break;
    default:
      live_.erase(id);
      queue_.Remove(id);
  }
}

}  // namespace serin
