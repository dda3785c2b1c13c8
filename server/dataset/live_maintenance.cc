#include "server/dataset/live_maintenance.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/keys.h"
#include "core/storage/records.h"
#include "core/table/column_chunk.h"
#include "core/table/segment.h"
#include "core/table/table_appender.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/dataset_storage.h"
#include "server/dataset/merge_plan.h"

namespace serin {
namespace {

using internal::v1::AppendedRowsRecord;
using internal::v1::AppendRequestRecord;
using internal::v1::DatasetRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::SegmentRecord;

constexpr int32_t kLiveVersion = 1;
// Dropped by one step.
constexpr int kMaxDroppedPieces = 100;
constexpr int kMaxForgottenRequests = 1000;
constexpr absl::Duration kReclaimInterval = absl::Minutes(1);

// A live dataset as it is.
struct LiveRecords {
  DatasetRecord dataset;
  DatasetVersionRecord version;
};

// Nothing where it is there no more, or another dataset has its name that is not live.
absl::StatusOr<std::optional<LiveRecords>> FindLive(const StoreReader& store,
                                                    const std::string& project,
                                                    const std::string& dataset) {
  auto record = GetRecord<DatasetRecord>(store, DatasetKey(project, dataset));
  if (absl::IsNotFound(record.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(record.status());
  if (!record->dataset().live()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(DatasetVersionRecord version,
                         FindVersion(store, project, {.id = dataset, .version = kLiveVersion}));
  return LiveRecords{*std::move(record), std::move(version)};
}

bool KeepsAll(const v1::Retention& retention) {
  return !retention.has_max_age() && retention.max_bytes() == 0 && retention.max_rows() == 0;
}

// Rows of a segment of so many columns: it is decoded as a whole, and is not to take more memory
// than one of an upload.
int64_t MaxSegmentRows(int columns) {
  const auto rows = static_cast<int64_t>(kSegmentBytes / sizeof(double)) / std::max(columns, 1);
  return std::clamp<int64_t>(rows, 1, kMaxSegmentRows);
}

// Visits records in order of their keys until `visit` returns false.
template <typename Record>
absl::Status ForEachRecord(
    const StoreReader& store, const std::string& prefix, absl::string_view start,
    absl::FunctionRef<bool(absl::string_view key, absl::string_view value, const Record&)> visit) {
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(
      store.Scan(prefix, start, [&](absl::string_view key, absl::string_view value) {
        const auto record = ParseRecord<Record>(key, value);
        parsed = record.status();
        return parsed.ok() && visit(key, value, *record);
      }));
  return parsed;
}

// Drops pieces of a live dataset from its beginning, within one batch.
class OldRows {
 public:
  OldRows(const StoreReader& store, const std::string& project, const v1::Retention& retention,
          absl::Time now, DatasetVersionRecord* record, WriteBatch* batch)
      : store_(store),
        project_(project),
        retention_(retention),
        now_(now),
        record_(record),
        version_(*record->mutable_version()),
        batch_(batch) {}

  // Returns whether there was something to drop.
  absl::StatusOr<bool> Drop() {
    SERIN_RETURN_IF_ERROR(ForEachRecord<SegmentRecord>(
        store_, SegmentPrefix(project_, record_->storage_id()), "",
        [&](absl::string_view key, absl::string_view, const SegmentRecord& segment) {
          return DropSegment(key, segment);
        }));
    if (!kept_) {
      SERIN_RETURN_IF_ERROR(ForEachRecord<AppendedRowsRecord>(
          store_, AppendedPrefix(project_, record_->storage_id()), "",
          [&](absl::string_view key, absl::string_view value, const AppendedRowsRecord& rows) {
            return DropAppended(key, static_cast<int64_t>(value.size()), rows);
          }));
    }
    return dropped_ > 0;
  }

  int64_t dropped_rows() const { return dropped_rows_; }
  // The chunks of what was dropped, from the first to before the last.
  int32_t chunks_begin() const { return chunks_begin_; }
  int32_t chunks_end() const { return chunks_end_; }

 private:
  bool DropSegment(absl::string_view key, const SegmentRecord& segment) {
    if (!Count(FromProto(segment.append_time()), segment.row_count(), segment.stored_bytes())) {
      return false;
    }
    batch_->DeleteKey(std::string(key));
    if (dropped_ == 1) chunks_begin_ = segment.first_chunk();
    chunks_end_ = segment.first_chunk() + segment.column_count() + 1;
    for (int32_t chunk = segment.first_chunk(); chunk < chunks_end_; ++chunk) {
      batch_->DeleteKey(ChunkKey(project_, record_->storage_id(), chunk));
    }
    return true;
  }

  bool DropAppended(absl::string_view key, int64_t bytes, const AppendedRowsRecord& rows) {
    if (!Count(FromProto(rows.append_time()), rows.row_count(), bytes)) return false;
    batch_->DeleteKey(std::string(key));
    return true;
  }

  // Takes a piece off the dataset, where it is to be dropped; else it and all behind it stay.
  bool Count(absl::Time appended, int64_t rows, int64_t bytes) {
    const int64_t rows_left = version_.row_count() - rows;
    const int64_t bytes_left = version_.stored_bytes() - bytes;
    const bool old = retention_.has_max_age() && now_ - appended > MaxAge();
    const bool large = retention_.max_bytes() > 0 && bytes_left >= retention_.max_bytes();
    const bool many = retention_.max_rows() > 0 && rows_left >= retention_.max_rows();
    kept_ = dropped_ == kMaxDroppedPieces || (!old && !large && !many);
    if (kept_) return false;
    ++dropped_;
    dropped_rows_ += rows;
    version_.set_first_row(version_.first_row() + rows);
    version_.set_row_count(rows_left);
    version_.set_stored_bytes(bytes_left);
    return true;
  }

  absl::Duration MaxAge() const {
    return absl::Seconds(retention_.max_age().seconds()) +
           absl::Nanoseconds(retention_.max_age().nanos());
  }

  const StoreReader& store_;
  const std::string& project_;
  const v1::Retention& retention_;
  const absl::Time now_;
  DatasetVersionRecord* const record_;
  v1::DatasetVersion& version_;
  WriteBatch* const batch_;
  int dropped_ = 0;
  int64_t dropped_rows_ = 0;
  int32_t chunks_begin_ = 0;
  int32_t chunks_end_ = 0;
  bool kept_ = false;
};

// Requests are remembered as long as rows that they appended. Of those whose rows begin at `from`
// or behind, forgets some and returns where to go on.
absl::StatusOr<int64_t> ForgetRequests(const StoreReader& store, const std::string& project,
                                       const std::string& dataset,
                                       const DatasetVersionRecord& record, int64_t from,
                                       WriteBatch* batch) {
  int forgotten = 0;
  absl::Status status;
  const auto forget = [&](absl::string_view key, absl::string_view,
                          const AppendRequestRecord& request) {
    const auto first_row = ParseKeyRow(key);
    status = first_row.status();
    if (!status.ok() || forgotten == kMaxForgottenRequests) return false;
    if (*first_row + request.row_count() > record.version().first_row()) return false;
    batch->DeleteKey(std::string(key));
    batch->DeleteKey(RequestKey(project, dataset, request.request_id()));
    ++forgotten;
    from = *first_row + 1;
    return true;
  };
  SERIN_RETURN_IF_ERROR(ForEachRecord<AppendRequestRecord>(
      store, AppendRequestPrefix(project, record.storage_id()),
      AppendRequestKey(project, record.storage_id(), from), forget));
  SERIN_RETURN_IF_ERROR(status);
  return from;
}

// What was appended to a live dataset, without the rows: the first pieces, up to those that make a
// segment together.
struct AppendedRows {
  std::vector<int64_t> first_rows;
  std::vector<AppendedPiece> pieces;
};

absl::StatusOr<AppendedRows> ListAppended(const StoreReader& store, const std::string& project,
                                          const DatasetVersionRecord& record, int64_t max_rows) {
  AppendedRows appended;
  absl::Status status;
  int64_t end = record.version().first_row() + record.version().row_count();
  int64_t bytes = 0;
  const std::string prefix = AppendedPrefix(project, record.storage_id());
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
    const auto row = ParseKeyRow(key);
    status = row.status();
    if (!status.ok()) return false;
    const bool enough =
        !appended.pieces.empty() && (*row - appended.first_rows.front() >= max_rows ||
                                     bytes >= static_cast<int64_t>(kSegmentBytes));
    if (enough) {
      end = *row;
      return false;
    }
    appended.first_rows.push_back(*row);
    appended.pieces.push_back({0, static_cast<int64_t>(value.size())});
    bytes += static_cast<int64_t>(value.size());
    return true;
  }));
  SERIN_RETURN_IF_ERROR(status);
  for (size_t i = 0; i < appended.pieces.size(); ++i) {
    const int64_t next = i + 1 < appended.pieces.size() ? appended.first_rows[i + 1] : end;
    appended.pieces[i].rows = next - appended.first_rows[i];
  }
  return appended;
}

// Rows that are about to become one piece.
struct MergedRows {
  std::vector<std::string> keys;  // Of what they are made of.
  Table rows;
  int64_t first_row = 0;
  google::protobuf::Timestamp append_time;
  int64_t bytes = 0;  // On disk, before.
};

absl::Status AddRows(const AppendedRowsRecord& record, const v1::Schema& schema,
                     TableAppender& rows) {
  Table table;
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (i >= record.chunks_size()) return absl::DataLossError("appended rows lack a column");
    SERIN_ASSIGN_OR_RETURN(ColumnData column, DecodeChunk(record.chunks(i), schema.columns(i),
                                                          static_cast<size_t>(record.row_count())));
    table.columns.push_back(std::move(column));
  }
  rows.Append(table, 0, table.row_count());
  return absl::OkStatus();
}

absl::StatusOr<MergedRows> ReadPieces(const StoreReader& store, const std::string& project,
                                      const DatasetVersionRecord& version,
                                      const AppendedRows& appended, const MergePlan& plan) {
  MergedRows merged;
  TableAppender rows;
  merged.first_row = appended.first_rows[plan.begin];
  for (size_t i = plan.begin; i < plan.end; ++i) {
    merged.keys.push_back(AppendedKey(project, version.storage_id(), appended.first_rows[i]));
    SERIN_ASSIGN_OR_RETURN(const auto record,
                           GetRecord<AppendedRowsRecord>(store, merged.keys.back()));
    SERIN_RETURN_IF_ERROR(AddRows(record, version.version().schema(), rows));
    merged.append_time = record.append_time();
    merged.bytes += appended.pieces[i].bytes;
  }
  merged.rows = rows.Take();
  return merged;
}

// Puts the rows where what they are made of was: as a segment.
int64_t PutSegment(const std::string& project, const MergedRows& merged, EncodedSegment encoded,
                   DatasetVersionRecord* version, WriteBatch* batch) {
  SegmentRecord segment;
  segment.set_first_row(merged.first_row);
  segment.set_row_count(static_cast<int32_t>(merged.rows.row_count()));
  segment.set_column_count(static_cast<int32_t>(encoded.chunks.size()));
  segment.set_first_chunk(version->next_chunk());
  *segment.mutable_append_time() = merged.append_time;
  encoded.chunks.push_back(encoded.statistics.SerializeAsString());
  int64_t bytes = 0;
  for (std::string& chunk : encoded.chunks) {
    bytes += static_cast<int64_t>(chunk.size());
    batch->PutValue(ChunkKey(project, version->storage_id(), version->next_chunk()),
                    std::move(chunk));
    version->set_next_chunk(version->next_chunk() + 1);
  }
  segment.set_stored_bytes(bytes);
  PutRecord(*batch, SegmentKey(project, version->storage_id(), version->next_segment()), segment);
  version->set_next_segment(version->next_segment() + 1);
  return bytes;
}

// The same: as a larger piece.
int64_t PutAppended(const MergedRows& merged, EncodedSegment encoded, WriteBatch* batch) {
  AppendedRowsRecord record;
  record.set_first_row(merged.first_row);
  record.set_row_count(static_cast<int32_t>(merged.rows.row_count()));
  *record.mutable_append_time() = merged.append_time;
  for (std::string& chunk : encoded.chunks) record.add_chunks(std::move(chunk));
  std::string value = record.SerializeAsString();
  const auto bytes = static_cast<int64_t>(value.size());
  batch->PutValue(merged.keys.front(), std::move(value));
  return bytes;
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
  int64_t dropped_rows = 0;
  int32_t chunks_begin = 0;
  int32_t chunks_end = 0;
  int64_t forgotten_until = 0;
  const auto plan = [&]() -> absl::StatusOr<WriteBatch> {
    WriteBatch batch;
    const Store& store = catalog_->store();
    SERIN_ASSIGN_OR_RETURN(std::optional<LiveRecords> found,
                           FindLive(store, live.project, live.dataset));
    if (!found) return batch;
    DatasetVersionRecord& record = found->version;
    storage_id = record.storage_id();
    OldRows old_rows(store, live.project, found->dataset.dataset().retention(), clock_->Now(),
                     &record, &batch);
    SERIN_ASSIGN_OR_RETURN(const bool any, old_rows.Drop());
    if (any) PutRecord(batch, VersionKey(live.project, live.dataset, kLiveVersion), record);
    dropped_rows = old_rows.dropped_rows();
    chunks_begin = old_rows.chunks_begin();
    chunks_end = old_rows.chunks_end();
    SERIN_ASSIGN_OR_RETURN(forgotten_until,
                           ForgetRequests(store, live.project, live.dataset, record,
                                          progress_[storage_id].forgotten_until, &batch));
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(plan));
  if (storage_id.empty()) return false;
  metrics_->rows_dropped().Increment(static_cast<double>(dropped_rows));
  Progress& progress = progress_[storage_id];
  if (chunks_end > 0) {
    if (progress.freed_begin == progress.freed_end) progress.freed_begin = chunks_begin;
    progress.freed_end = chunks_end;
  }
  GiveSpaceBack(live, storage_id, progress);
  const bool forgot = std::exchange(progress.forgotten_until, forgotten_until) < forgotten_until;
  return dropped_rows > 0 || forgot;
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
                         FindLive(*snapshot, live.project, live.dataset));
  if (!found) return false;
  const DatasetVersionRecord& version = found->version;
  const int64_t end = version.version().first_row() + version.version().row_count();
  Progress& progress = progress_[version.storage_id()];
  // Where the disk is full, what there is stays as it is.
  if (progress.merged_until == end || !CheckDiskHasRoom(store, 0).ok()) return false;

  const int64_t max_rows = MaxSegmentRows(version.version().schema().columns_size());
  SERIN_ASSIGN_OR_RETURN(const AppendedRows appended,
                         ListAppended(*snapshot, live.project, version, max_rows));
  const std::optional<MergePlan> plan = PlanMerge(appended.pieces, max_rows);
  if (!plan) {
    progress.merged_until = end;
    return false;
  }
  SERIN_ASSIGN_OR_RETURN(const MergedRows merged,
                         ReadPieces(*snapshot, live.project, version, appended, *plan));
  EncodedSegment encoded = EncodeSegment(merged.rows, 0, merged.rows.row_count());
  bool swapped = false;
  const auto swap = [&]() -> absl::StatusOr<WriteBatch> {
    WriteBatch batch;
    SERIN_ASSIGN_OR_RETURN(std::optional<LiveRecords> now,
                           FindLive(store, live.project, live.dataset));
    if (!now) return batch;
    DatasetVersionRecord& record = now->version;
    if (record.storage_id() != version.storage_id()) return batch;  // Deleted and made anew.
    for (const std::string& key : merged.keys) batch.DeleteKey(key);
    const int64_t bytes =
        plan->makes_segment ? PutSegment(live.project, merged, std::move(encoded), &record, &batch)
                            : PutAppended(merged, std::move(encoded), &batch);
    v1::DatasetVersion& out = *record.mutable_version();
    out.set_stored_bytes(out.stored_bytes() - merged.bytes + bytes);
    PutRecord(batch, VersionKey(live.project, live.dataset, kLiveVersion), record);
    swapped = true;
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(swap));
  if (swapped) metrics_->merges(plan->makes_segment).Increment();
  return true;
}

}  // namespace serin
