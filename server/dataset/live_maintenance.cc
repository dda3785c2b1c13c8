#include "server/dataset/live_maintenance.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/keys.h"
#include "core/storage/record_scan.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_storage.h"
#include "server/dataset/live_merge.h"
#include "server/dataset/live_records.h"
#include "server/dataset/live_retention.h"

namespace serin {
namespace {

using internal::v1::DatasetRecord;
using internal::v1::DatasetVersionRecord;

constexpr absl::Duration kReclaimInterval = absl::Minutes(1);

// Nothing where it is there no more, or another dataset has its name that is not live.
absl::StatusOr<std::optional<LiveRecords>> FindStillLive(const StoreReader& store,
                                                         const std::string& project,
                                                         const std::string& dataset) {
  auto found = FindLive(store, project, dataset);
  if (absl::IsFailedPrecondition(found.status())) return std::nullopt;
  return found;
}

}  // namespace

absl::StatusOr<bool> LiveMaintenance::Step() {
  SERIN_ASSIGN_OR_RETURN(const std::vector<Live> all, ListLive());
  // Of datasets that are gone nothing need be known; of the others it is found again.
  if (progress_.size() > 2 * all.size()) progress_.clear();
  bool more = false;
  absl::Status error;
  for (const Live& live : all) {
    const absl::StatusOr<bool> changed = Maintain(live);
    if (changed.ok()) {
      more |= *changed;
    } else if (error.ok()) {
      error = absl::Status(changed.status().code(),
                           absl::StrCat(DatasetName(live.dataset), " of project ", live.project,
                                        ": ", changed.status().message()));
    }
  }
  if (!error.ok()) return error;
  return more;
}

absl::StatusOr<bool> LiveMaintenance::Maintain(const Live& live) {
  SERIN_ASSIGN_OR_RETURN(const bool dropped, DropOldRows(live));
  SERIN_ASSIGN_OR_RETURN(const bool merged, MergeAppended(live));
  return dropped || merged;
}

absl::StatusOr<std::vector<LiveMaintenance::Live>> LiveMaintenance::ListLive() const {
  const Store& store = catalog_->store();
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(store));
  std::vector<Live> all;
  for (const std::string& project : projects) {
    absl::Status status;
    SERIN_RETURN_IF_ERROR(ForEachRecord<DatasetRecord>(
        store, DatasetPrefix(project), "",
        [&](absl::string_view, absl::string_view, const DatasetRecord& record) {
          if (!record.dataset().live()) return true;
          const auto id = ParseDatasetName("name", record.dataset().name());
          status = id.status();
          if (id.ok()) all.push_back({project, *id, KeepsAll(record.dataset().retention())});
          return status.ok();
        }));
    SERIN_RETURN_IF_ERROR(status);
  }
  return all;
}

// The retention is the one that the dataset has within the batch: since it was listed another one
// may have been asked for, or another dataset made with its name.
absl::StatusOr<bool> LiveMaintenance::DropOldRows(const Live& live) {
  if (live.keeps_all) return false;
  std::string storage_id;
  DroppedRows dropped;
  int64_t forgotten_until = 0;
  const auto plan = [&]() -> absl::StatusOr<WriteBatch> {
    WriteBatch batch;
    const Store& store = catalog_->store();
    SERIN_ASSIGN_OR_RETURN(std::optional<LiveRecords> found,
                           FindStillLive(store, live.project, live.dataset));
    if (!found) return batch;
    DatasetVersionRecord& record = found->version;
    storage_id = record.storage_id();
    SERIN_ASSIGN_OR_RETURN(dropped,
                           DropOldPieces(store, live.project, found->dataset.dataset().retention(),
                                         clock_->Now(), &record, &batch));
    if (dropped.pieces > 0) {
      PutRecord(batch, VersionKey(live.project, live.dataset, kLiveVersion), record);
    }
    SERIN_ASSIGN_OR_RETURN(forgotten_until,
                           ForgetRequests(store, live.project, live.dataset, record,
                                          progress_[storage_id].forgotten_until, &batch));
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(plan));
  if (storage_id.empty()) return false;
  metrics_->rows_dropped().Increment(static_cast<double>(dropped.rows));
  Progress& progress = progress_[storage_id];
  if (dropped.chunks_end > 0) {
    if (progress.freed_begin == progress.freed_end) progress.freed_begin = dropped.chunks_begin;
    progress.freed_end = dropped.chunks_end;
  }
  GiveSpaceBack(live, storage_id, progress);
  const bool forgot = std::exchange(progress.forgotten_until, forgotten_until) < forgotten_until;
  return dropped.rows > 0 || forgot;
}

// Not for every piece that is dropped: each time the store rewrites what lies beside it.
void LiveMaintenance::GiveSpaceBack(const Live& live, const std::string& storage_id,
                                    Progress& progress) {
  const absl::Time now = clock_->Now();
  if (progress.freed_begin == progress.freed_end || now - progress.freed < kReclaimInterval) return;
  catalog_->NoteFreed(live.project, storage_id, progress.freed_begin, progress.freed_end);
  progress.freed_begin = progress.freed_end;
  progress.freed = now;
}

absl::StatusOr<bool> LiveMaintenance::MergeAppended(const Live& live) {
  const Store& store = catalog_->store();
  const auto snapshot = store.NewSnapshot();
  SERIN_ASSIGN_OR_RETURN(const std::optional<LiveRecords> found,
                         FindStillLive(*snapshot, live.project, live.dataset));
  if (!found) return false;
  const DatasetVersionRecord& version = found->version;
  const int64_t end = version.version().first_row() + version.version().row_count();
  Progress& progress = progress_[version.storage_id()];
  // Where the disk is full, what there is stays as it is.
  if (progress.merged_until == end || !CheckDiskHasRoom(store, 0).ok()) return false;

  SERIN_ASSIGN_OR_RETURN(std::optional<MergedRows> merged,
                         ReadMerge(*snapshot, live.project, version));
  if (!merged) {
    progress.merged_until = end;
    return false;
  }
  const bool makes_segment = merged->makes_segment;
  bool swapped = false;
  const auto swap = [&]() -> absl::StatusOr<WriteBatch> {
    WriteBatch batch;
    SERIN_ASSIGN_OR_RETURN(std::optional<LiveRecords> now,
                           FindStillLive(store, live.project, live.dataset));
    if (!now) return batch;
    DatasetVersionRecord& record = now->version;
    if (record.storage_id() != version.storage_id()) return batch;  // Deleted and made anew.
    PutMerge(live.project, *std::move(merged), &record, &batch);
    PutRecord(batch, VersionKey(live.project, live.dataset, kLiveVersion), record);
    swapped = true;
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(swap));
  if (swapped) metrics_->merges(makes_segment).Increment();
  return true;
}

}  // namespace serin
