#include "server/dataset/dataset_catalog.h"

#include <memory>
#include <utility>
#include <vector>

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/profile/table_profiler.h"
#include "core/storage/records.h"
#include "core/table/schema.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/segment_storage.h"

namespace serin {
namespace {

using internal::v1::DatasetRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::RequestRecord;

v1::DatasetVersion Describe(const NewVersion& version, const v1::Dataset& dataset) {
  v1::DatasetVersion out = version.description;
  out.set_version(dataset.latest_version());
  out.set_name(DatasetVersionName(version.dataset, dataset.latest_version()));
  *out.mutable_schema() = SchemaOf(version.table);
  out.set_row_count(static_cast<int64_t>(version.table.row_count()));
  *out.mutable_create_time() = dataset.update_time();
  return out;
}

// The records below a prefix; a function of those is told about each.
absl::Status ForEachVersion(const StoreReader& store, const std::string& prefix,
                            absl::FunctionRef<void(const DatasetVersionRecord&)> visit) {
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
    const auto record = ParseRecord<DatasetVersionRecord>(key, value);
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

}  // namespace

DatasetCatalog::DatasetCatalog(Store* store, const Clock* clock, IdGenerator* ids,
                               prometheus::Gauge* bytes)
    : store_(store), clock_(clock), ids_(ids), bytes_(bytes) {}

absl::Status DatasetCatalog::Recover() {
  SERIN_RETURN_IF_ERROR(FreeAllPending(*store_));
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(*store_));
  int64_t bytes = 0;
  for (const std::string& project : projects) {
    SERIN_RETURN_IF_ERROR(ForEachVersion(
        *store_, KeyPrefix({project, "dataset-version"}),
        [&](const DatasetVersionRecord& record) { bytes += record.version().source_bytes(); }));
  }
  bytes_->Set(static_cast<double>(bytes));
  return absl::OkStatus();
}

absl::StatusOr<v1::DatasetVersion> DatasetCatalog::AddVersion(absl::string_view project,
                                                              const NewVersion& version,
                                                              absl::FunctionRef<bool()> cancelled) {
  Draft draft{project, version, ids_->Next()};
  absl::StatusOr<Outcome> outcome = Add(draft, cancelled);
  // If freeing fails, the next Recover() does it. After a failed write it fails for certain, so it
  // cannot free segments of a version that may turn out to be on disk.
  if (!outcome.ok() || !outcome->segments_owned) {
    FreeSegments(*store_, project, draft.storage_id).IgnoreError();
  }
  SERIN_RETURN_IF_ERROR(outcome.status());
  return std::move(outcome->version);
}

absl::StatusOr<DatasetCatalog::Outcome> DatasetCatalog::Add(Draft& draft,
                                                            absl::FunctionRef<bool()> cancelled) {
  const v1::DatasetProfile profile = ProfileOf(draft.version.table);
  SERIN_ASSIGN_OR_RETURN(
      draft.segment_count,
      WriteSegments(*store_, draft.project, draft.storage_id, draft.version.table, cancelled));
  return Commit(draft, profile, cancelled);
}

absl::StatusOr<DatasetCatalog::Outcome> DatasetCatalog::Commit(
    const Draft& draft, const v1::DatasetProfile& profile, absl::FunctionRef<bool()> cancelled) {
  absl::MutexLock lock(&commit_mutex_);
  SERIN_ASSIGN_OR_RETURN(
      std::optional<v1::DatasetVersion> earlier,
      FindRequest(draft.project, draft.version.dataset, draft.version.request_id));
  if (earlier) return Outcome{*std::move(earlier), false};
  if (cancelled()) return absl::CancelledError("the caller has gone away");
  SERIN_ASSIGN_OR_RETURN(v1::DatasetVersion version, WriteVersion(draft, profile));
  bytes_->Increment(static_cast<double>(version.source_bytes()));
  return Outcome{std::move(version), true};
}

absl::StatusOr<v1::DatasetVersion> DatasetCatalog::WriteVersion(const Draft& draft,
                                                                v1::DatasetProfile profile) {
  const std::string& dataset_id = draft.version.dataset;
  DatasetRecord dataset;
  SERIN_ASSIGN_OR_RETURN(*dataset.mutable_dataset(),
                         DatasetWithNextVersion(draft.project, dataset_id));
  DatasetVersionRecord record;
  *record.mutable_version() = Describe(draft.version, dataset.dataset());
  record.set_storage_id(draft.storage_id);
  record.set_segment_count(draft.segment_count);
  profile.set_dataset_version(record.version().name());

  WriteBatch batch;
  PutRecord(batch, DatasetKey(draft.project, dataset_id), dataset);
  PutRecord(batch, VersionKey(draft.project, dataset_id, record.version().version()), record);
  PutRecord(batch, ProfileKey(draft.project, draft.storage_id), profile);
  if (!draft.version.request_id.empty()) {
    RequestRecord request;
    request.set_name(record.version().name());
    PutRecord(batch, RequestKey(draft.project, dataset_id, draft.version.request_id), request);
  }
  ClaimSegments(batch, draft.project, draft.storage_id);
  SERIN_RETURN_IF_ERROR(store_->Write(batch));
  return std::move(*record.mutable_version());
}

absl::StatusOr<v1::Dataset> DatasetCatalog::DatasetWithNextVersion(
    absl::string_view project, absl::string_view dataset) const {
  absl::StatusOr<DatasetRecord> record =
      GetRecord<DatasetRecord>(*store_, DatasetKey(project, dataset));
  if (!record.ok() && !absl::IsNotFound(record.status())) return record.status();
  v1::Dataset next = record.ok() ? record->dataset() : v1::Dataset();
  *next.mutable_update_time() = ToProto(clock_->Now());
  if (!record.ok()) {
    next.set_name(DatasetName(dataset));
    *next.mutable_create_time() = next.update_time();
  }
  next.set_latest_version(next.latest_version() + 1);
  next.set_version_count(next.version_count() + 1);
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
  v1::GetDatasetVersionRequest get;
  get.set_name(request->name());
  SERIN_ASSIGN_OR_RETURN(v1::DatasetVersion version, GetDatasetVersion(*snapshot, project, get));
  return version;
}

absl::Status DatasetCatalog::DeleteDataset(absl::string_view project, absl::string_view dataset) {
  SERIN_ASSIGN_OR_RETURN(const Removal removal, Remove(project, dataset));
  for (const std::string& storage_id : removal.storage_ids) {
    if (!FreeSegments(*store_, project, storage_id).ok()) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<DatasetCatalog::Removal> DatasetCatalog::PlanRemoval(
    absl::string_view project, absl::string_view dataset) const {
  const StoreReader& store = *store_;
  Removal removal;
  SERIN_RETURN_IF_ERROR(ForEachVersion(
      store, VersionPrefix(project, dataset), [&](const DatasetVersionRecord& record) {
        removal.storage_ids.push_back(record.storage_id());
        removal.source_bytes += record.version().source_bytes();
        removal.batch.DeleteKey(ProfileKey(project, record.storage_id()));
        DisownSegments(removal.batch, project, record.storage_id());
      }));
  SERIN_RETURN_IF_ERROR(DeleteBelow(store, VersionPrefix(project, dataset), removal.batch));
  SERIN_RETURN_IF_ERROR(DeleteBelow(store, RequestPrefix(project, dataset), removal.batch));
  removal.batch.DeleteKey(DatasetKey(project, dataset));
  return removal;
}

absl::StatusOr<DatasetCatalog::Removal> DatasetCatalog::Remove(absl::string_view project,
                                                               absl::string_view dataset) {
  absl::MutexLock lock(&commit_mutex_);
  const absl::Status exists = store_->Get(DatasetKey(project, dataset)).status();
  if (absl::IsNotFound(exists)) return ResourceNotFound(DatasetName(dataset));
  SERIN_RETURN_IF_ERROR(exists);
  SERIN_ASSIGN_OR_RETURN(Removal removal, PlanRemoval(project, dataset));
  SERIN_RETURN_IF_ERROR(store_->Write(removal.batch));
  bytes_->Decrement(static_cast<double>(removal.source_bytes));
  return removal;
}

}  // namespace serin
