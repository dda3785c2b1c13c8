#include "server/control/schedule_store.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "google/protobuf/util/message_differencer.h"
#include "server/control/keys.h"

namespace serin {
namespace {

using google::protobuf::util::MessageDifferencer;
using internal::v1::ScheduleRecord;

// Counts the runs that stand before the newest of `before`.
void CountNewRuns(const v1::Schedule& before, const v1::Schedule& after, ScheduleMetrics* metrics) {
  for (const v1::ScheduleRun& run : after.runs()) {
    if (!before.runs().empty() && MessageDifferencer::Equals(run, before.runs(0))) return;
    metrics->Ran(run.outcome());
  }
}

void PutSchedule(WriteBatch& batch, const ScheduleId& id, const ScheduleRecord& record) {
  PutRecord(batch, ScheduleKey(id.first, id.second), record);
}

}  // namespace

absl::Status ScheduleStore::Recover() {
  absl::MutexLock writing(&write_mutex_);
  absl::MutexLock lock(&mutex_);
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(*store_));
  for (const std::string& project : projects) SERIN_RETURN_IF_ERROR(RecoverProject(project));
  return absl::OkStatus();
}

absl::Status ScheduleStore::RecoverProject(const std::string& project) {
  absl::Status error;
  const auto visit = [&](absl::string_view key,
                         absl::string_view value) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    absl::StatusOr<ScheduleRecord> record = ParseRecord<ScheduleRecord>(key, value);
    const auto name = record.ok() ? ParseScheduleName("name", record->schedule().name())
                                  : absl::StatusOr<std::string>(record.status());
    error = name.status();
    if (!error.ok()) return false;
    metrics_->Added(record->schedule());
    schedules_[{project, *name}] = std::make_shared<const ScheduleRecord>(*std::move(record));
    return true;
  };
  SERIN_RETURN_IF_ERROR(store_->Scan(SchedulesPrefix(project), "", visit));
  return error;
}

absl::StatusOr<SchedulePtr> ScheduleStore::Add(const ScheduleId& id, ScheduleRecord record) {
  absl::MutexLock writing(&write_mutex_);
  if (const absl::StatusOr<SchedulePtr> there = Find(id); there.ok()) {
    const bool repeated =
        !record.request_id().empty() && record.request_id() == (*there)->request_id();
    if (repeated) return there;
    return absl::AlreadyExistsError(absl::StrCat(ScheduleName(id.second), " exists already"));
  }
  SERIN_RETURN_IF_ERROR(CheckRoom(id.first));
  record.mutable_schedule()->set_name(ScheduleName(id.second));
  WriteBatch batch;
  PutSchedule(batch, id, record);
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  return Remember(id, std::move(record));
}

absl::StatusOr<SchedulePtr> ScheduleStore::Find(const ScheduleId& id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = schedules_.find(id);
  if (found == schedules_.end()) return ResourceNotFound(ScheduleName(id.second));
  return found->second;
}

std::vector<SchedulePtr> ScheduleStore::List(absl::string_view project, absl::string_view after,
                                             size_t count) const {
  std::vector<SchedulePtr> page;
  absl::MutexLock lock(&mutex_);
  auto it = schedules_.upper_bound({std::string(project), std::string(after)});
  for (; it != schedules_.end() && it->first.first == project && page.size() < count; ++it) {
    page.push_back(it->second);
  }
  return page;
}

std::map<ScheduleId, SchedulePtr> ScheduleStore::All() const {
  absl::MutexLock lock(&mutex_);
  return schedules_;
}

absl::StatusOr<SchedulePtr> ScheduleStore::Replace(const ScheduleId& id, const SchedulePtr& seen,
                                                   ScheduleRecord changed) {
  absl::MutexLock writing(&write_mutex_);
  SERIN_RETURN_IF_ERROR(CheckUnchanged(id, seen));
  WriteBatch batch;
  PutSchedule(batch, id, changed);
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  return Remember(id, std::move(changed));
}

absl::StatusOr<v1::Job> ScheduleStore::ReplaceWithJob(const ScheduleId& id, const SchedulePtr& seen,
                                                      const NewJob& wanted, ChangedFn changed) {
  absl::MutexLock writing(&write_mutex_);
  SERIN_RETURN_IF_ERROR(CheckUnchanged(id, seen));
  std::optional<ScheduleRecord> record;
  const auto also_write = [&](const v1::Job& job, WriteBatch& batch) {
    record = changed(job);
    PutSchedule(batch, id, *record);
  };
  SERIN_ASSIGN_OR_RETURN(v1::Job job, jobs_->Create(id.first, wanted, also_write));
  if (record) Remember(id, *std::move(record));
  return job;
}

absl::Status ScheduleStore::Delete(const ScheduleId& id) {
  absl::MutexLock writing(&write_mutex_);
  SERIN_RETURN_IF_ERROR(Find(id).status());
  WriteBatch batch;
  batch.DeleteKey(ScheduleKey(id.first, id.second));
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  absl::MutexLock lock(&mutex_);
  metrics_->Removed(schedules_.at(id)->schedule());
  schedules_.erase(id);
  return absl::OkStatus();
}

absl::Status ScheduleStore::CheckUnchanged(const ScheduleId& id, const SchedulePtr& seen) const {
  SERIN_ASSIGN_OR_RETURN(const SchedulePtr now, Find(id));
  if (now == seen) return absl::OkStatus();
  return absl::AbortedError(
      absl::StrCat(ScheduleName(id.second), " was changed at the same time; try again"));
}

absl::Status ScheduleStore::CheckRoom(const std::string& project) const {
  const size_t count = List(project, "", kMaxSchedulesPerProject).size();
  if (count < static_cast<size_t>(kMaxSchedulesPerProject)) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the project has ", count, " schedules, as many as it may; delete some first"));
}

SchedulePtr ScheduleStore::Remember(const ScheduleId& id, ScheduleRecord record) {
  auto remembered = std::make_shared<const ScheduleRecord>(std::move(record));
  absl::MutexLock lock(&mutex_);
  SchedulePtr& known = schedules_[id];
  if (known != nullptr) {
    metrics_->Removed(known->schedule());
    CountNewRuns(known->schedule(), remembered->schedule(), metrics_);
  }
  metrics_->Added(remembered->schedule());
  known = remembered;
  return remembered;
}

}  // namespace serin
