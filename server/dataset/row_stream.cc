#include "server/dataset/row_stream.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/table/wire.h"
#include "server/dataset/column_choice.h"

namespace serin {
namespace {

constexpr size_t kMessageBytes = 1 << 20;

absl::Status CheckNotNegative(absl::string_view field, int64_t value) {
  if (value >= 0) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must not be negative, is ", value));
}

absl::StatusOr<ReadPlan> PlanFor(const StoredTable& table, const v1::ReadRowsRequest& request) {
  ReadPlan plan;
  plan.first_row = request.offset();
  if (request.limit() > 0) plan.row_limit = request.limit();
  SERIN_ASSIGN_OR_RETURN(plan.columns, ChooseColumns(table.version(), request.columns()));
  return plan;
}

// About what each row takes on the wire.
std::vector<uint32_t> RowBytes(const TableBatch& batch) {
  constexpr uint32_t kStringOverhead = 2;
  std::vector<uint32_t> bytes(static_cast<size_t>(batch.row_count), 0);
  for (const ColumnData& column : batch.table.columns) {
    for (size_t row = 0; row < bytes.size(); ++row) {
      const bool text = column.is_string() && !column.missing(row);
      bytes[row] +=
          text ? column.dictionary[column.codes[row]].size() + kStringOverhead : sizeof(double);
    }
  }
  return bytes;
}

}  // namespace

RowStream::RowStream(std::shared_ptr<const StoredTable> table, std::unique_ptr<TableCursor> cursor)
    : table_(std::move(table)), cursor_(std::move(cursor)) {}

absl::StatusOr<std::unique_ptr<RowStream>> RowStream::Open(const Store& store,
                                                           absl::string_view project,
                                                           const v1::ReadRowsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  SERIN_RETURN_IF_ERROR(CheckNotNegative("offset", request.offset()));
  SERIN_RETURN_IF_ERROR(CheckNotNegative("limit", request.limit()));
  SERIN_ASSIGN_OR_RETURN(auto table, OpenTable(store, project, ref));
  SERIN_ASSIGN_OR_RETURN(ReadPlan plan, PlanFor(*table, request));
  SERIN_ASSIGN_OR_RETURN(auto cursor, table->Read(std::move(plan)));
  return std::unique_ptr<RowStream>(new RowStream(std::move(table), std::move(cursor)));
}

absl::StatusOr<std::optional<v1::ReadRowsResponse>> RowStream::Next() {
  if (batch_ == nullptr) {
    SERIN_ASSIGN_OR_RETURN(batch_, cursor_->Next());
    if (batch_ == nullptr) return std::nullopt;
    row_bytes_ = RowBytes(*batch_);
    next_row_ = 0;
  }
  const size_t begin = next_row_;
  for (size_t bytes = 0; next_row_ < row_bytes_.size(); ++next_row_) {
    bytes += row_bytes_[next_row_];
    if (bytes > kMessageBytes && next_row_ > begin) break;
  }
  v1::ReadRowsResponse response;
  response.set_first_row(table_->version().first_row() + batch_->first_row +
                         static_cast<int64_t>(begin));
  response.set_row_count(static_cast<int32_t>(next_row_ - begin));
  for (const ColumnData& column : batch_->table.columns) {
    *response.add_columns() = ToWire(column, begin, next_row_);
  }
  if (next_row_ == row_bytes_.size()) batch_ = nullptr;
  return response;
}

}  // namespace serin
