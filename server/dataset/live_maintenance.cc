#include "server/dataset/live_maintenance.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/keys.h"
#include "core/storage/records.h"
#include "core/table/column_chunk.h"
#include "core/table/segment.h"
#include "core/table/table_appender.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
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

absl::StatusOr<DatasetVersionRecord> FindLiveVersion(const StoreReader& store,
                                                     const std::string& project,
                                                     const std::string& dataset) {
  return FindVersion(store, project, {.id = dataset, .version = kLiveVersion});
}

// Visits records in order of their keys until `visit` returns false.
template <typename Record>
absl::Status ForEachRecord(
    const StoreReader& store, const std::string& prefix,
    absl::FunctionRef<bool(absl::string_view key, absl::string_view value, const Record&)> visit) {
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
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

  // Returns the number of pieces dropped.
  absl::StatusOr<int> Drop() {
    SERIN_RETURN_IF_ERROR(ForEachRecord<SegmentRecord>(
        store_, SegmentPrefix(project_, record_->storage_id()),
        [&](absl::string_view key, absl::string_view, const SegmentRecord& segment) {
          return DropSegment(key, segment);
        }));
    if (!kept_) {
      SERIN_RETURN_IF_ERROR(ForEachRecord<AppendedRowsRecord>(
          store_, AppendedPrefix(project_, record_->storage_id()),
          [&](absl::string_view key, absl::string_view value, const AppendedRowsRecord& rows) {
            return DropAppended(key, static_cast<int64_t>(value.size()), rows);
          }));
    }
    return dropped_;
  }

 private:
  bool DropSegment(absl::string_view key, const SegmentRecord& segment) {
    if (!Count(FromProto(segment.append_time()), segment.row_count(), segment.stored_bytes())) {
      return false;
    }
    batch_->DeleteKey(std::string(key));
    for (int32_t i = 0; i <= segment.column_count(); ++i) {
      batch_->DeleteKey(ChunkKey(project_, record_->storage_id(), segment.first_chunk() + i));
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
  bool kept_ = false;
};

// Requests are remembered as long as rows that they appended.
absl::Status ForgetRequests(const StoreReader& store, const std::string& project,
                            const std::string& dataset, const DatasetVersionRecord& record,
                            WriteBatch* batch) {
  int forgotten = 0;
  absl::Status status;
  SERIN_RETURN_IF_ERROR(ForEachRecord<AppendRequestRecord>(
      store, AppendRequestPrefix(project, record.storage_id()),
      [&](absl::string_view key, absl::string_view, const AppendRequestRecord& request) {
        const auto first_row = ParseKeyRow(key);
        status = first_row.status();
        if (!status.ok() || forgotten++ == kMaxForgottenRequests) return false;
        if (*first_row + request.row_count() > record.version().first_row()) return false;
        batch->DeleteKey(std::string(key));
        batch->DeleteKey(RequestKey(project, dataset, request.request_id()));
        return true;
      }));
  return status;
}

// What was appended to a live dataset, without the rows.
struct AppendedRows {
  std::vector<int64_t> first_rows;
  std::vector<AppendedPiece> pieces;
};

absl::StatusOr<AppendedRows> ListAppended(const StoreReader& store, const std::string& project,
                                          const DatasetVersionRecord& record) {
  AppendedRows appended;
  absl::Status status;
  const std::string prefix = AppendedPrefix(project, record.storage_id());
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
    const auto row = ParseKeyRow(key);
    status = row.status();
    if (!status.ok()) return false;
    appended.first_rows.push_back(*row);
    appended.pieces.push_back({0, static_cast<int64_t>(value.size())});
    return true;
  }));
  SERIN_RETURN_IF_ERROR(status);
  const int64_t end = record.version().first_row() + record.version().row_count();
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
  bool more = false;
  for (const Live& live : all) {
    SERIN_ASSIGN_OR_RETURN(const bool dropped, DropOldRows(live));
    SERIN_ASSIGN_OR_RETURN(const bool merged, MergeAppended(live));
    more |= dropped || merged;
  }
  return more;
}

absl::StatusOr<std::vector<LiveMaintenance::Live>> LiveMaintenance::ListLive() const {
  const Store& store = catalog_->store();
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(store));
  std::vector<Live> all;
  for (const std::string& project : projects) {
    absl::Status status;
    SERIN_RETURN_IF_ERROR(ForEachRecord<DatasetRecord>(
        store, DatasetPrefix(project),
        [&](absl::string_view, absl::string_view, const DatasetRecord& record) {
          if (!record.dataset().live()) return true;
          const auto id = ParseDatasetName("name", record.dataset().name());
          status = id.status();
          if (id.ok()) all.push_back({project, *id, record.dataset().retention()});
          return status.ok();
        }));
    SERIN_RETURN_IF_ERROR(status);
  }
  return all;
}

absl::StatusOr<bool> LiveMaintenance::DropOldRows(const Live& live) {
  const v1::Retention& retention = live.retention;
  if (!retention.has_max_age() && retention.max_bytes() == 0 && retention.max_rows() == 0) {
    return false;
  }
  int dropped = 0;
  const auto plan = [&]() -> absl::StatusOr<WriteBatch> {
    WriteBatch batch;
    const Store& store = catalog_->store();
    auto record = FindLiveVersion(store, live.project, live.dataset);
    if (absl::IsNotFound(record.status())) return batch;
    SERIN_RETURN_IF_ERROR(record.status());
    OldRows old_rows(store, live.project, retention, clock_->Now(), &*record, &batch);
    SERIN_ASSIGN_OR_RETURN(dropped, old_rows.Drop());
    if (dropped == 0) return batch;
    SERIN_RETURN_IF_ERROR(ForgetRequests(store, live.project, live.dataset, *record, &batch));
    PutRecord(batch, VersionKey(live.project, live.dataset, kLiveVersion), *record);
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(plan));
  return dropped > 0;
}

absl::StatusOr<bool> LiveMaintenance::MergeAppended(const Live& live) {
  const auto snapshot = catalog_->store().NewSnapshot();
  const auto version = FindLiveVersion(*snapshot, live.project, live.dataset);
  if (absl::IsNotFound(version.status())) return false;
  SERIN_RETURN_IF_ERROR(version.status());
  const int64_t end = version->version().first_row() + version->version().row_count();
  const auto known = merged_until_.find(version->storage_id());
  if (known != merged_until_.end() && known->second == end) return false;

  SERIN_ASSIGN_OR_RETURN(const AppendedRows appended,
                         ListAppended(*snapshot, live.project, *version));
  const std::optional<MergePlan> plan = PlanMerge(appended.pieces);
  if (!plan) {
    merged_until_[version->storage_id()] = end;
    return false;
  }
  SERIN_ASSIGN_OR_RETURN(const MergedRows merged,
                         ReadPieces(*snapshot, live.project, *version, appended, *plan));
  EncodedSegment encoded = EncodeSegment(merged.rows, 0, merged.rows.row_count());
  const auto swap = [&]() -> absl::StatusOr<WriteBatch> {
    WriteBatch batch;
    auto record = FindLiveVersion(catalog_->store(), live.project, live.dataset);
    if (absl::IsNotFound(record.status())) return batch;
    SERIN_RETURN_IF_ERROR(record.status());
    if (record->storage_id() != version->storage_id()) return batch;  // Deleted and made anew.
    for (const std::string& key : merged.keys) batch.DeleteKey(key);
    const int64_t bytes =
        plan->makes_segment ? PutSegment(live.project, merged, std::move(encoded), &*record, &batch)
                            : PutAppended(merged, std::move(encoded), &batch);
    v1::DatasetVersion& out = *record->mutable_version();
    out.set_stored_bytes(out.stored_bytes() - merged.bytes + bytes);
    PutRecord(batch, VersionKey(live.project, live.dataset, kLiveVersion), *record);
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(swap));
  return true;
}

}  // namespace serin
