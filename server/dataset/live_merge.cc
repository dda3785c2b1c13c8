#include "server/dataset/live_merge.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/table/column_chunk.h"
#include "core/table/table_appender.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/merge_plan.h"

namespace serin {
namespace {

using internal::v1::AppendedRowsRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::SegmentRecord;

// Rows of a segment of so many columns: it is decoded as a whole, and is not to take more memory
// than one of an upload.
int64_t MaxSegmentRows(int columns) {
  const auto rows = static_cast<int64_t>(kSegmentBytes / sizeof(double)) / std::max(columns, 1);
  return std::clamp<int64_t>(rows, 1, kMaxSegmentRows);
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

absl::Status AddRows(const AppendedRowsRecord& record, const v1::Schema& schema,
                     TableAppender& rows) {
  Table table;
  const auto row_count = static_cast<size_t>(record.row_count());
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (i >= record.chunks_size()) {  // Older than the column.
      table.columns.push_back(MissingColumn(schema.columns(i), row_count));
      continue;
    }
    SERIN_ASSIGN_OR_RETURN(ColumnData column,
                           DecodeChunk(record.chunks(i), schema.columns(i), row_count));
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
  const Table table = rows.Take();
  merged.makes_segment = plan.makes_segment;
  merged.row_count = static_cast<int64_t>(table.row_count());
  merged.encoded = EncodeSegment(table, 0, table.row_count());
  return merged;
}

// Puts the rows where what they are made of was: as a segment.
int64_t PutSegment(const std::string& project, MergedRows merged, DatasetVersionRecord* version,
                   WriteBatch* batch) {
  SegmentRecord segment;
  segment.set_first_row(merged.first_row);
  segment.set_row_count(static_cast<int32_t>(merged.row_count));
  segment.set_column_count(static_cast<int32_t>(merged.encoded.chunks.size()));
  segment.set_first_chunk(version->next_chunk());
  *segment.mutable_append_time() = merged.append_time;
  merged.encoded.chunks.push_back(merged.encoded.statistics.SerializeAsString());
  int64_t bytes = 0;
  for (std::string& chunk : merged.encoded.chunks) {
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
int64_t PutAppended(MergedRows merged, WriteBatch* batch) {
  AppendedRowsRecord record;
  record.set_first_row(merged.first_row);
  record.set_row_count(static_cast<int32_t>(merged.row_count));
  *record.mutable_append_time() = merged.append_time;
  for (std::string& chunk : merged.encoded.chunks) record.add_chunks(std::move(chunk));
  std::string value = record.SerializeAsString();
  const auto bytes = static_cast<int64_t>(value.size());
  batch->PutValue(merged.keys.front(), std::move(value));
  return bytes;
}

}  // namespace

absl::StatusOr<std::optional<MergedRows>> ReadMerge(const StoreReader& store,
                                                    const std::string& project,
                                                    const DatasetVersionRecord& version) {
  const int64_t max_rows = MaxSegmentRows(version.version().schema().columns_size());
  SERIN_ASSIGN_OR_RETURN(const AppendedRows appended,
                         ListAppended(store, project, version, max_rows));
  const std::optional<MergePlan> plan = PlanMerge(appended.pieces, max_rows);
  if (!plan) return std::nullopt;
  return ReadPieces(store, project, version, appended, *plan);
}

void PutMerge(const std::string& project, MergedRows merged, DatasetVersionRecord* version,
              WriteBatch* batch) {
  for (const std::string& key : merged.keys) batch->DeleteKey(key);
  const int64_t before = merged.bytes;
  const int64_t bytes = merged.makes_segment
                            ? PutSegment(project, std::move(merged), version, batch)
                            : PutAppended(std::move(merged), batch);
  v1::DatasetVersion& out = *version->mutable_version();
  out.set_stored_bytes(out.stored_bytes() - before + bytes);
}

}  // namespace serin
