#include "server/dataset/stored_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/storage/records.h"
#include "core/table/column_chunk.h"
#include "core/table/segment.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"

namespace serin {
namespace {

using internal::v1::AppendedRowsRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::SegmentRecord;

int64_t EndOf(const SegmentRecord& segment) { return segment.first_row() + segment.row_count(); }

template <typename Record>
absl::StatusOr<std::vector<Record>> ReadRecords(const StoreReader& store,
                                                const std::string& prefix) {
  std::vector<Record> records;
  absl::Status parsed;
  SERIN_RETURN_IF_ERROR(store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
    auto record = ParseRecord<Record>(key, value);
    parsed = record.status();
    if (parsed.ok()) records.push_back(*std::move(record));
    return parsed.ok();
  }));
  SERIN_RETURN_IF_ERROR(parsed);
  return records;
}

// As if the rows were segments.
void AddAppended(const std::vector<AppendedRowsRecord>& appended,
                 std::vector<SegmentRecord>& segments) {
  for (const AppendedRowsRecord& rows : appended) {
    SegmentRecord& segment = segments.emplace_back();
    segment.set_first_row(rows.first_row());
    segment.set_row_count(rows.row_count());
    segment.set_column_count(rows.chunks_size());
  }
}

absl::Status CheckSegments(const DatasetVersionRecord& record,
                           const std::vector<SegmentRecord>& segments) {
  int64_t row = 0;
  for (const SegmentRecord& segment : segments) {
    if (segment.first_row() != row || segment.row_count() <= 0) break;
    row = EndOf(segment);
  }
  if (row == record.version().row_count()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(record.version().name(), ": its rows from ", row, " on are not there"));
}

// Drops all values but those of rows [begin, end).
template <typename Value>
void Cut(int64_t begin, int64_t end, std::vector<Value>& values) {
  if (values.empty()) return;
  values.erase(values.begin() + end, values.end());
  values.erase(values.begin(), values.begin() + begin);
}

void CutColumn(int64_t begin, int64_t end, ColumnData& column) {
  Cut(begin, end, column.numbers);
  Cut(begin, end, column.integers);
  Cut(begin, end, column.codes);
}

}  // namespace

class StoredTable::Cursor : public TableCursor {
 public:
  Cursor(const StoredTable* table, ReadPlan plan)
      : table_(table), plan_(std::move(plan)), next_row_(std::max<int64_t>(plan_.first_row, 0)) {
    const int64_t rows = table_->row_count();
    end_row_ = plan_.row_limit < rows - next_row_ ? next_row_ + plan_.row_limit : rows;
    segment_ = std::partition_point(
        table_->segments_.begin(), table_->segments_.end(),
        [&](const SegmentRecord& segment) { return EndOf(segment) <= next_row_; });
  }

  absl::StatusOr<const TableBatch*> Next() override {
    while (next_row_ < end_row_) {
      const SegmentRecord& segment = *segment_++;
      SERIN_ASSIGN_OR_RETURN(const bool matches, table_->MayHaveMatches(segment, plan_.predicates));
      const int64_t begin = std::exchange(next_row_, std::min(EndOf(segment), end_row_));
      if (!matches) continue;
      SERIN_RETURN_IF_ERROR(ReadRows(segment, begin, next_row_));
      return &batch_;
    }
    return nullptr;
  }

 private:
  absl::Status ReadRows(const SegmentRecord& segment, int64_t begin, int64_t end) {
    batch_ = TableBatch{begin, end - begin, {}};
    for (const int index : plan_.columns) {
      SERIN_ASSIGN_OR_RETURN(ColumnData column, table_->ReadColumn(segment, index));
      if (end - begin < segment.row_count()) {
        CutColumn(begin - segment.first_row(), end - segment.first_row(), column);
      }
      batch_.table.columns.push_back(std::move(column));
    }
    return absl::OkStatus();
  }

  const StoredTable* const table_;
  const ReadPlan plan_;
  int64_t next_row_;
  int64_t end_row_;
  std::vector<SegmentRecord>::const_iterator segment_;  // The one with next_row_.
  TableBatch batch_;
};

StoredTable::StoredTable(std::unique_ptr<StoreReader> snapshot, absl::string_view project,
                         DatasetVersionRecord record, std::vector<SegmentRecord> segments,
                         std::vector<AppendedRowsRecord> appended)
    : snapshot_(std::move(snapshot)),
      project_(project),
      record_(std::move(record)),
      segments_(std::move(segments)),
      appended_(std::move(appended)) {}

absl::StatusOr<std::unique_ptr<TableCursor>> StoredTable::Read(ReadPlan plan) const {
  return std::make_unique<Cursor>(this, std::move(plan));
}

const AppendedRowsRecord* StoredTable::AppendedRowsOf(const SegmentRecord& segment) const {
  const int64_t row = version().first_row() + segment.first_row();
  if (appended_.empty() || row < appended_.front().first_row()) return nullptr;
  return &*std::partition_point(
      appended_.begin(), appended_.end(),
      [&](const AppendedRowsRecord& rows) { return rows.first_row() < row; });
}

absl::StatusOr<std::string> StoredTable::ReadChunk(const SegmentRecord& segment,
                                                   int32_t index) const {
  if (const AppendedRowsRecord* const rows = AppendedRowsOf(segment)) return rows->chunks(index);
  auto chunk = snapshot_->GetChecksummed(
      ChunkKey(project_, record_.storage_id(), segment.first_chunk() + index));
  if (absl::IsNotFound(chunk.status())) return absl::DataLossError("it is not there");
  return chunk;
}

absl::StatusOr<ColumnData> StoredTable::ReadColumn(const SegmentRecord& segment, int column) const {
  const auto row_count = static_cast<size_t>(segment.row_count());
  const v1::ColumnSchema& type = schema().columns(column);
  if (column >= segment.column_count()) return MissingColumn(type, row_count);
  const absl::StatusOr<std::string> chunk = ReadChunk(segment, column);
  absl::StatusOr<ColumnData> data =
      chunk.ok() ? DecodeChunk(*chunk, type, row_count) : chunk.status();
  if (data.ok()) return data;
  return absl::Status(
      data.status().code(),
      absl::StrCat(version().name(), ": column ", QuoteForError(type.name()), " of the rows from ",
                   segment.first_row(), " on cannot be read: ", data.status().message()));
}

absl::StatusOr<bool> StoredTable::MayHaveMatches(
    const SegmentRecord& segment, const std::vector<ColumnPredicate>& predicates) const {
  if (predicates.empty() || AppendedRowsOf(segment) != nullptr) return true;
  SERIN_ASSIGN_OR_RETURN(const std::string bytes, ReadChunk(segment, segment.column_count()));
  internal::v1::SegmentStatistics statistics;
  if (statistics.ParseFromString(bytes)) return MayMatch(statistics, predicates);
  return absl::DataLossError(absl::StrCat(version().name(), ": the statistics of the rows from ",
                                          segment.first_row(), " on are damaged"));
}

absl::StatusOr<v1::DatasetProfile> StoredTable::StoredProfile() const {
  auto profile =
      GetRecord<v1::DatasetProfile>(*snapshot_, ProfileKey(project_, record_.storage_id()));
  if (absl::IsNotFound(profile.status())) {
    return absl::NotFoundError(absl::StrCat(version().name(), " has no stored profile"));
  }
  return profile;
}

absl::StatusOr<std::shared_ptr<const StoredTable>> OpenTable(const Store& store,
                                                             absl::string_view project,
                                                             const VersionedRef& ref) {
  std::unique_ptr<StoreReader> snapshot = store.NewSnapshot();
  SERIN_ASSIGN_OR_RETURN(DatasetVersionRecord record, FindVersion(*snapshot, project, ref));
  SERIN_ASSIGN_OR_RETURN(
      std::vector<SegmentRecord> segments,
      ReadRecords<SegmentRecord>(*snapshot, SegmentPrefix(project, record.storage_id())));
  std::vector<AppendedRowsRecord> appended;
  if (record.version().live()) {
    SERIN_ASSIGN_OR_RETURN(appended, ReadRecords<AppendedRowsRecord>(
                                         *snapshot, AppendedPrefix(project, record.storage_id())));
    AddAppended(appended, segments);
    for (SegmentRecord& segment : segments) {
      segment.set_first_row(segment.first_row() - record.version().first_row());
    }
  }
  SERIN_RETURN_IF_ERROR(CheckSegments(record, segments));
  return std::shared_ptr<const StoredTable>(new StoredTable(
      std::move(snapshot), project, std::move(record), std::move(segments), std::move(appended)));
}

}  // namespace serin
