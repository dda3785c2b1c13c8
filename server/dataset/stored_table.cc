#include "server/dataset/stored_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/table/segment.h"
#include "core/table/table_appender.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"

namespace serin {

using internal::v1::Segment;

class StoredTable::Cursor : public TableCursor {
 public:
  Cursor(const StoredTable* table, ReadPlan plan)
      : table_(table), plan_(std::move(plan)), next_row_(std::max<int64_t>(plan_.first_row, 0)) {
    const int64_t rows = table_->row_count();
    end_row_ = plan_.row_limit < rows - next_row_ ? next_row_ + plan_.row_limit : rows;
  }

  absl::StatusOr<const TableBatch*> Next() override {
    while (next_row_ < end_row_) {
      SERIN_ASSIGN_OR_RETURN(const Segment segment, table_->ReadSegment(next_segment_++));
      const int64_t segment_end = segment.first_row() + segment.row_count();
      if (segment_end <= next_row_) continue;
      SERIN_RETURN_IF_ERROR(Cut(segment, std::min(segment_end, end_row_)));
      next_row_ += batch_.row_count;
      return &batch_;
    }
    return nullptr;
  }

 private:
  // Rows from next_row_ to `end`.
  absl::Status Cut(const Segment& segment, int64_t end) {
    Table rows;
    for (const int column : plan_.columns) {
      SERIN_ASSIGN_OR_RETURN(rows.columns.emplace_back(),
                             DecodeColumn(segment, table_->schema(), column));
    }
    TableAppender cut;
    if (!rows.columns.empty()) {
      cut.Append(rows, next_row_ - segment.first_row(), end - segment.first_row());
    }
    batch_ = TableBatch{next_row_, end - next_row_, cut.Take()};
    return absl::OkStatus();
  }

  const StoredTable* const table_;
  const ReadPlan plan_;
  int64_t next_row_;
  int64_t end_row_;
  int32_t next_segment_ = 0;
  TableBatch batch_;
};

StoredTable::StoredTable(std::unique_ptr<StoreReader> snapshot, absl::string_view project,
                         internal::v1::DatasetVersionRecord record)
    : snapshot_(std::move(snapshot)), project_(project), record_(std::move(record)) {}

absl::StatusOr<Segment> StoredTable::ReadSegment(int32_t index) const {
  auto segment = GetRecord<Segment>(*snapshot_, SegmentKey(project_, record_.storage_id(), index));
  if (!absl::IsNotFound(segment.status())) return segment;
  return absl::DataLossError(
      absl::StrCat(version().name(), ": segment ", index, " of its rows is not there"));
}

absl::StatusOr<std::unique_ptr<TableCursor>> StoredTable::Read(ReadPlan plan) const {
  return std::make_unique<Cursor>(this, std::move(plan));
}

absl::StatusOr<std::shared_ptr<const StoredTable>> OpenTable(const Store& store,
                                                             absl::string_view project,
                                                             const VersionedRef& ref) {
  std::unique_ptr<StoreReader> snapshot = store.NewSnapshot();
  SERIN_ASSIGN_OR_RETURN(internal::v1::DatasetVersionRecord record,
                         FindVersion(*snapshot, project, ref));
  return std::shared_ptr<const StoredTable>(
      new StoredTable(std::move(snapshot), project, std::move(record)));
}

}  // namespace serin
