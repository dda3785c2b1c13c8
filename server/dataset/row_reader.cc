#include "server/dataset/row_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/storage/records.h"
#include "core/table/segment.h"
#include "core/table/wire.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"

namespace serin {
namespace {

using internal::v1::Segment;

absl::Status CheckNotNegative(absl::string_view field, int64_t value) {
  if (value >= 0) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must not be negative, is ", value));
}

// The row behind the last one wanted.
int64_t EndRow(int64_t row_count, const v1::ReadRowsRequest& request) {
  const int64_t available = row_count - std::min(request.offset(), row_count);
  if (request.limit() == 0 || request.limit() > available) return row_count;
  return request.offset() + request.limit();
}

}  // namespace

absl::StatusOr<std::unique_ptr<RowReader>> RowReader::Open(const Store& store,
                                                           absl::string_view project,
                                                           const v1::ReadRowsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  SERIN_RETURN_IF_ERROR(CheckNotNegative("offset", request.offset()));
  SERIN_RETURN_IF_ERROR(CheckNotNegative("limit", request.limit()));
  std::unique_ptr<StoreReader> snapshot = store.NewSnapshot();
  SERIN_ASSIGN_OR_RETURN(internal::v1::DatasetVersionRecord version,
                         FindVersion(*snapshot, project, ref));
  std::unique_ptr<RowReader> reader(
      new RowReader(std::move(snapshot), std::string(project), std::move(version), request));
  SERIN_RETURN_IF_ERROR(reader->ChooseColumns(request));
  SERIN_RETURN_IF_ERROR(reader->SeekTo(reader->next_row_));
  return reader;
}

RowReader::RowReader(std::unique_ptr<StoreReader> snapshot, std::string project,
                     internal::v1::DatasetVersionRecord version, const v1::ReadRowsRequest& request)
    : snapshot_(std::move(snapshot)),
      project_(std::move(project)),
      version_(std::move(version)),
      next_row_(request.offset()),
      end_row_(EndRow(version_.version().row_count(), request)) {}

absl::Status RowReader::ChooseColumns(const v1::ReadRowsRequest& request) {
  if (request.columns().empty()) {
    for (int i = 0; i < version_.version().schema().columns_size(); ++i) columns_.push_back(i);
  }
  for (int i = 0; i < request.columns_size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const int column, ColumnIndex(i, request.columns(i)));
    columns_.push_back(column);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> RowReader::ColumnIndex(int position, const std::string& name) const {
  const std::string field = absl::StrCat("columns[", position, "]");
  const auto& columns = version_.version().schema().columns();
  const auto column = std::find_if(columns.begin(), columns.end(),
                                   [&](const auto& column) { return column.name() == name; });
  if (column == columns.end()) {
    return InvalidField(
        field, absl::StrCat(version_.version().name(), " has no column ", QuoteForError(name)));
  }
  const int index = static_cast<int>(column - columns.begin());
  if (std::find(columns_.begin(), columns_.end(), index) == columns_.end()) return index;
  return InvalidField(field, absl::StrCat("must be named once only, is ", QuoteForError(name)));
}

// Halves the segments until it has the one with this row.
absl::Status RowReader::SeekTo(int64_t row) {
  int32_t begin = 0;
  int32_t end = row == 0 || row >= end_row_ ? 1 : version_.segment_count();
  while (end - begin > 1) {
    const int32_t middle = begin + (end - begin) / 2;
    SERIN_ASSIGN_OR_RETURN(const Segment segment, ReadSegment(middle));
    (segment.first_row() <= row ? begin : end) = middle;
  }
  next_segment_ = begin;
  return absl::OkStatus();
}

absl::StatusOr<Segment> RowReader::ReadSegment(int32_t index) const {
  auto segment = GetRecord<Segment>(*snapshot_, SegmentKey(project_, version_.storage_id(), index));
  if (!absl::IsNotFound(segment.status())) return segment;
  return absl::DataLossError(
      absl::StrCat(version_.version().name(), ": segment ", index, " of its rows is not there"));
}

absl::StatusOr<std::optional<v1::ReadRowsResponse>> RowReader::Next() {
  if (next_row_ >= end_row_) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(const Segment segment, ReadSegment(next_segment_++));
  SERIN_ASSIGN_OR_RETURN(v1::ReadRowsResponse response, Cut(segment));
  next_row_ += response.row_count();
  return response;
}

// The wanted rows and columns of a segment that has next_row_.
absl::StatusOr<v1::ReadRowsResponse> RowReader::Cut(const Segment& segment) const {
  const int64_t segment_end = segment.first_row() + segment.row_count();
  if (next_row_ < segment.first_row() || next_row_ >= segment_end) {
    return absl::DataLossError(absl::StrCat(version_.version().name(), ": row ", next_row_,
                                            " is not in the segment that should have it"));
  }
  const int64_t end = std::min(end_row_, segment_end);
  v1::ReadRowsResponse response;
  response.set_first_row(next_row_);
  response.set_row_count(static_cast<int32_t>(end - next_row_));
  for (const int index : columns_) {
    SERIN_ASSIGN_OR_RETURN(const ColumnData column,
                           DecodeColumn(segment, version_.version().schema(), index));
    *response.add_columns() =
        ToWire(column, next_row_ - segment.first_row(), end - segment.first_row());
  }
  return response;
}

}  // namespace serin
