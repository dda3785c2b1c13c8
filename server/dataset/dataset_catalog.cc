#include "server/dataset/dataset_catalog.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/profile/table_profiler.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/dataset_storage.h"

namespace serin {
namespace {

using internal::v1::DatasetRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::RequestRecord;

// The records below a prefix; a function of those is told about each.
template <typename Record>
absl::Status ForEachRecord(const StoreReader& store, const std::string& prefix,
                           absl::FunctionRef<void(const Record&)> visit) {
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
    const auto record = ParseRecord<Record>(key, value);
    parsed = record.status();
    if (parsed.ok()) visit(*record);
    return parsed.ok();
  }));
  return parsed;
}

absl::Status DeleteBelow(const StoreReader& store, const std::string& prefix, WriteBatch& batch) {
  return store.Scan(prefix, "", [&](absl::string_view key, absl::string_view) {
    batch.DeleteKey(std::string(key));
    return true;
  });
}

v1::Dataset NewDataset(const VersionTarget& target, absl::Time now) {
  v1::Dataset dataset;
  dataset.set_name(DatasetName(target.dataset));
  *dataset.mutable_create_time() = ToProto(now);
  dataset.set_description(target.description);
  dataset.mutable_labels()->insert(target.labels.begin(), target.labels.end());
  return dataset;
}

}  // namespace

DatasetCatalog::DatasetCatalog(Store* store, const Clock* clock, IdGenerator* ids,
                               prometheus::Gauge* bytes)
    : store_(store), clock_(clock), ids_(ids), bytes_(bytes) {}

absl::Status DatasetCatalog::Recover() {
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(*store_));
  int64_t bytes = 0;
  for (const std::string& project : projects) {
    SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> pending,
                           ListPendingStorage(*store_, project));
    for (const std::string& storage_id : pending) {
      SERIN_RETURN_IF_ERROR(FreeNow(project, storage_id));
    }
    const auto count = [&](const DatasetRecord& record) { bytes += record.source_bytes(); };
    SERIN_RETURN_IF_ERROR(ForEachRecord<DatasetRecord>(*store_, DatasetPrefix(project), count));
  }
  bytes_->Set(static_cast<double>(bytes));
  return absl::OkStatus();
}

absl::StatusOr<DatasetCatalog::Committed> DatasetCatalog::Commit(
    VersionDraft draft, absl::FunctionRef<bool()> cancelled) {
  absl::MutexLock lock(&commit_mutex_);
  const VersionTarget& target = draft.target;
  SERIN_ASSIGN_OR_RETURN(std::optional<v1::DatasetVersion> earlier,
                         FindRequest(target.project, target.dataset, target.request_id));
  if (earlier) return Committed{*std::move(earlier), false};
  if (cancelled()) return absl::CancelledError("the caller has gone away");
  SERIN_ASSIGN_OR_RETURN(v1::DatasetVersion version, WriteVersion(std::move(draft)));
  bytes_->Increment(static_cast<double>(version.source_bytes()));
  return Committed{std::move(version), true};
}

absl::Status DatasetCatalog::Change(absl::FunctionRef<absl::StatusOr<WriteBatch>()> plan) {
  absl::MutexLock lock(&commit_mutex_);
  SERIN_ASSIGN_OR_RETURN(const WriteBatch batch, plan());
  return batch.empty() ? absl::OkStatus() : store_->Write(batch);
}

absl::StatusOr<v1::DatasetVersion> DatasetCatalog::WriteVersion(VersionDraft draft) {
  const VersionTarget& target = draft.target;
  SERIN_ASSIGN_OR_RETURN(const DatasetRecord dataset, DatasetFor(draft));
  DatasetVersionRecord record;
  record.set_storage_id(draft.storage_id);
  record.set_request_id(target.request_id);
  v1::DatasetVersion& version = *record.mutable_version();
  version = std::move(draft.version);
  version.set_version(dataset.last_version());
  version.set_name(DatasetVersionName(target.dataset, dataset.last_version()));
  *version.mutable_create_time() = dataset.dataset().update_time();
  draft.profile.set_dataset_version(version.name());

  WriteBatch batch = std::move(draft.batch);
  PutRecord(batch, DatasetKey(target.project, target.dataset), dataset);
  PutRecord(batch, VersionKey(target.project, target.dataset, version.version()), record);
  PutRecord(batch, ProfileKey(target.project, draft.storage_id), draft.profile);
  if (!target.request_id.empty()) {
    RequestRecord request;
    request.set_name(version.name());
    PutRecord(batch, RequestKey(target.project, target.dataset, target.request_id), request);
  }
  ClaimStorage(batch, target.project, draft.storage_id);
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  return std::move(version);
}

// The dataset as it is with one version more.
absl::StatusOr<DatasetRecord> DatasetCatalog::DatasetFor(const VersionDraft& draft) const {
  const VersionTarget& target = draft.target;
  const absl::Time now = clock_->Now();
  absl::StatusOr<DatasetRecord> record =
      GetRecord<DatasetRecord>(*store_, DatasetKey(target.project, target.dataset));
  if (!record.ok() && !absl::IsNotFound(record.status())) return record.status();
  DatasetRecord next = record.ok() ? *std::move(record) : DatasetRecord();
  SERIN_RETURN_IF_ERROR(CheckTakesVersions(next.dataset()));
  if (!next.has_dataset()) *next.mutable_dataset() = NewDataset(target, now);
  next.set_last_version(next.last_version() + 1);
  next.set_source_bytes(next.source_bytes() + draft.version.source_bytes());
  v1::Dataset& dataset = *next.mutable_dataset();
  dataset.set_latest_version(next.last_version());
  dataset.set_version_count(dataset.version_count() + 1);
  *dataset.mutable_update_time() = ToProto(now);
  return next;
}

absl::StatusOr<std::optional<v1::DatasetVersion>> DatasetCatalog::FindRequest(
    absl::string_view project, absl::string_view dataset, absl::string_view request_id) const {
  if (request_id.empty()) return std::nullopt;
  // Both records of one instant: a deletion removes them together.
  const std::unique_ptr<StoreReader> snapshot = store_->NewSnapshot();
  const auto request =
      GetRecord<RequestRecord>(*snapshot, RequestKey(project, dataset, request_id));
  if (absl::IsNotFound(request.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(request.status());
  if (request->appended()) return std::nullopt;
  v1::GetDatasetVersionRequest get;
  get.set_name(request->name());
  SERIN_ASSIGN_OR_RETURN(v1::DatasetVersion version, GetDatasetVersion(*snapshot, project, get));
  return version;
}

absl::Status DatasetCatalog::DeleteDataset(absl::string_view project, absl::string_view dataset) {
  absl::StatusOr<Removal> removal;
  {
    absl::MutexLock lock(&commit_mutex_);
    removal = PlanRemoval(project, dataset);
    SERIN_RETURN_IF_ERROR(Apply(removal));
  }
  FreeAll(project, *removal);
  return absl::OkStatus();
}

absl::Status DatasetCatalog::DeleteVersion(absl::string_view project, absl::string_view dataset,
                                           int32_t version) {
  absl::StatusOr<Removal> removal;
  {
    absl::MutexLock lock(&commit_mutex_);
    removal = PlanRemovalOf(project, dataset, version);
    SERIN_RETURN_IF_ERROR(Apply(removal));
  }
  FreeAll(project, *removal);
  return absl::OkStatus();
}

absl::Status DatasetCatalog::Apply(const absl::StatusOr<Removal>& removal) {
  SERIN_RETURN_IF_ERROR(removal.status());
  SERIN_RETURN_IF_ERROR(store_->Write(removal->batch));
  bytes_->Decrement(static_cast<double>(removal->source_bytes));
  return absl::OkStatus();
}

absl::StatusOr<v1::Dataset> DatasetCatalog::ChangeDataset(
    absl::string_view project, absl::string_view dataset,
    absl::FunctionRef<absl::Status(v1::Dataset&)> change) {
  absl::MutexLock lock(&commit_mutex_);
  SERIN_ASSIGN_OR_RETURN(DatasetRecord record, FindDataset(project, dataset));
  SERIN_RETURN_IF_ERROR(change(*record.mutable_dataset()));
  *record.mutable_dataset()->mutable_update_time() = ToProto(clock_->Now());
  WriteBatch batch;
  PutRecord(batch, DatasetKey(project, dataset), record);
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  return std::move(*record.mutable_dataset());
}

absl::StatusOr<DatasetRecord> DatasetCatalog::FindDataset(absl::string_view project,
                                                          absl::string_view dataset) const {
  auto record = GetRecord<DatasetRecord>(*store_, DatasetKey(project, dataset));
  if (absl::IsNotFound(record.status())) return ResourceNotFound(DatasetName(dataset));
  return record;
}

void DatasetCatalog::RemoveVersion(absl::string_view project, const DatasetVersionRecord& record,
                                   Removal& removal) {
  removal.storage_ids.push_back(record.storage_id());
  removal.source_bytes += record.version().source_bytes();
  removal.batch.DeleteKey(ProfileKey(project, record.storage_id()));
  DisownStorage(removal.batch, project, record.storage_id());
}

absl::StatusOr<DatasetCatalog::Removal> DatasetCatalog::PlanRemoval(
    absl::string_view project, absl::string_view dataset) const {
  const StoreReader& store = *store_;
  SERIN_RETURN_IF_ERROR(FindDataset(project, dataset).status());
  Removal removal;
  SERIN_RETURN_IF_ERROR(ForEachRecord<DatasetVersionRecord>(
      store, VersionPrefix(project, dataset),
      [&](const DatasetVersionRecord& record) { RemoveVersion(project, record, removal); }));
  SERIN_RETURN_IF_ERROR(DeleteBelow(store, VersionPrefix(project, dataset), removal.batch));
  SERIN_RETURN_IF_ERROR(DeleteBelow(store, RequestPrefix(project, dataset), removal.batch));
  removal.batch.DeleteKey(DatasetKey(project, dataset));
  return removal;
}

absl::StatusOr<DatasetCatalog::Removal> DatasetCatalog::PlanRemovalOf(absl::string_view project,
                                                                      absl::string_view dataset,
                                                                      int32_t version) const {
  const VersionedRef ref = {.id = std::string(dataset), .version = version};
  SERIN_ASSIGN_OR_RETURN(const DatasetVersionRecord record, FindVersion(*store_, project, ref));
  SERIN_ASSIGN_OR_RETURN(DatasetRecord changed, FindDataset(project, dataset));
  if (changed.dataset().version_count() == 1) return PlanRemoval(project, dataset);
  Removal removal;
  RemoveVersion(project, record, removal);
  removal.batch.DeleteKey(VersionKey(project, dataset, version));
  if (!record.request_id().empty()) {
    removal.batch.DeleteKey(RequestKey(project, dataset, record.request_id()));
  }
  v1::Dataset& out = *changed.mutable_dataset();
  if (out.latest_version() == version) {
    SERIN_ASSIGN_OR_RETURN(const int32_t latest,
                           LatestVersionBefore(*store_, project, dataset, version));
    out.set_latest_version(latest);
  }
  out.set_version_count(out.version_count() - 1);
  *out.mutable_update_time() = ToProto(clock_->Now());
  changed.set_source_bytes(changed.source_bytes() - removal.source_bytes);
  PutRecord(removal.batch, DatasetKey(project, dataset), changed);
  return removal;
}

void DatasetCatalog::FreeAll(absl::string_view project, const Removal& removal) {
  for (const std::string& storage_id : removal.storage_ids) Free(project, storage_id);
}

void DatasetCatalog::Free(absl::string_view project, absl::string_view storage_id) {
  // If it fails, the next Recover() does it. After a failed write it fails for certain, so it
  // cannot free the storage of a version that may turn out to be on disk.
  FreeNow(project, storage_id).IgnoreError();
}

absl::Status DatasetCatalog::FreeNow(absl::string_view project, absl::string_view storage_id) {
  SERIN_RETURN_IF_ERROR(FreeStorage(*store_, project, storage_id));
  NoteFreed(project, storage_id, 0, std::numeric_limits<int32_t>::max());
  return absl::OkStatus();
}

void DatasetCatalog::NoteFreed(absl::string_view project, absl::string_view storage_id,
                               int32_t begin, int32_t end) {
  FreedRange range{.first = ChunkKey(project, storage_id, begin),
                   .last = ChunkKey(project, storage_id, end - 1),
                   .snapshots = store_->SnapshotsTaken()};
  absl::MutexLock lock(&freed_mutex_);
  freed_.push_back(std::move(range));
}

void DatasetCatalog::ReclaimSpace() {
  std::vector<FreedRange> unseen;
  {
    absl::MutexLock lock(&freed_mutex_);
    const uint64_t released = store_->SnapshotsReleased();
    const auto seen =
        std::stable_partition(freed_.begin(), freed_.end(),
                              [&](const FreedRange& range) { return range.snapshots <= released; });
    std::move(freed_.begin(), seen, std::back_inserter(unseen));
    freed_.erase(freed_.begin(), seen);
  }
  for (const FreedRange& range : unseen) store_->Compact(range.first, range.last);
}

bool DatasetCatalog::HasSpaceToReclaim() const {
  absl::MutexLock lock(&freed_mutex_);
  const uint64_t released = store_->SnapshotsReleased();
  return std::any_of(freed_.begin(), freed_.end(),
                     [&](const FreedRange& range) { return range.snapshots <= released; });
}

}  // namespace serin
