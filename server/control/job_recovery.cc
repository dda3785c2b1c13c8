#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/keys.h"
#include "server/control/job_store.h"

// JobStore: what a restarted server makes of the jobs on disk.

namespace serin {

using internal::v1::JobRecord;

absl::Status JobStore::Recover() {
  absl::MutexLock writing(&write_mutex_);
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(*store_));
  for (const std::string& project : projects) SERIN_RETURN_IF_ERROR(RecoverProject(project));
  return absl::OkStatus();
}

absl::Status JobStore::RecoverProject(const std::string& project) {
  SERIN_ASSIGN_OR_RETURN(std::vector<JobRecord> records, ReadJobs(*store_, project));
  if (!records.empty()) {
    SERIN_ASSIGN_OR_RETURN(const std::string last,
                           ParseJobName("name", records.back().job().name()));
    ids_->Follow(last);
  }
  for (const JobRecord& record : records) metrics_->Added(record.job());
  const auto first_finished =
      std::stable_partition(records.begin(), records.end(),
                            [](const JobRecord& record) { return !IsFinal(record.job().state()); });
  std::vector<JobRecord> finished(std::make_move_iterator(first_finished),
                                  std::make_move_iterator(records.end()));
  records.erase(first_finished, records.end());
  SERIN_RETURN_IF_ERROR(RecoverFinished(project, std::move(finished)));
  for (JobRecord& record : records) {
    SERIN_ASSIGN_OR_RETURN(const std::string job, ParseJobName("name", record.job().name()));
    SERIN_RETURN_IF_ERROR(RecoverJob({project, job}, std::move(record)));
  }
  return absl::OkStatus();
}

absl::Status JobStore::RecoverJob(const JobId& id, JobRecord record) {
  const v1::JobState before = record.job().state();
  if (before == v1::JOB_STATE_QUEUED) {
    Remember(id, record);
    return absl::OkStatus();
  }
  SERIN_RETURN_IF_ERROR(
      Advance(AttemptLost{"the server stopped"}, clock_->Now(), record.mutable_job()));
  return Save({id, before, std::move(record)});
}

absl::Status JobStore::RecoverFinished(const std::string& project, std::vector<JobRecord> records) {
  std::stable_sort(records.begin(), records.end(), [](const JobRecord& a, const JobRecord& b) {
    return FromProto(a.job().end_time()) < FromProto(b.job().end_time());
  });
  WriteBatch batch;
  const size_t surplus = records.size() - std::min(records.size(), options_.kept_finished_jobs);
  for (size_t i = 0; i < records.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const std::string job, ParseJobName("name", records[i].job().name()));
    if (i >= surplus) {
      finished_.Add({project, job});
      continue;
    }
    DeleteJob(batch, {project, job}, records[i].request_id());
    metrics_->Forgotten(records[i].job().state());
  }
  return batch.empty() ? absl::OkStatus() : store_->Write(batch);
}

}  // namespace serin
