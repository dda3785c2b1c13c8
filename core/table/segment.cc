#include "core/table/segment.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace serin {
namespace {

using internal::v1::Segment;
using internal::v1::SegmentColumn;

void EncodeStrings(const ColumnData& column, size_t begin, size_t end, SegmentColumn& out) {
  absl::flat_hash_map<int32_t, int32_t> local_codes;
  for (size_t row = begin; row < end; ++row) {
    const int32_t code = column.codes[row];
    if (code == ColumnData::kMissingCode) {
      out.add_codes(ColumnData::kMissingCode);
      continue;
    }
    const auto [local, inserted] = local_codes.emplace(code, out.dictionary_size());
    if (inserted) out.add_dictionary(column.dictionary[code]);
    out.add_codes(local->second);
  }
}

SegmentColumn EncodeColumn(const ColumnData& column, size_t begin, size_t end) {
  SegmentColumn out;
  if (column.is_string()) {
    EncodeStrings(column, begin, end, out);
  } else if (column.is_integer()) {
    out.mutable_integers()->Add(column.integers.begin() + begin, column.integers.begin() + end);
  } else {
    out.mutable_numbers()->Add(column.numbers.begin() + begin, column.numbers.begin() + end);
  }
  return out;
}

bool CodesAreValid(const SegmentColumn& column) {
  for (const int32_t code : column.codes()) {
    if (code < ColumnData::kMissingCode || code >= column.dictionary_size()) return false;
  }
  return true;
}

absl::Status Damaged(const Segment& segment, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the segment of rows from ", segment.first_row(), " is damaged: ", what));
}

}  // namespace

Segment EncodeSegment(const Table& table, size_t begin, size_t end) {
  Segment segment;
  segment.set_first_row(static_cast<int64_t>(begin));
  segment.set_row_count(static_cast<int32_t>(end - begin));
  for (const ColumnData& column : table.columns) {
    *segment.add_columns() = EncodeColumn(column, begin, end);
  }
  return segment;
}

absl::StatusOr<ColumnData> DecodeColumn(const Segment& segment, const v1::Schema& schema,
                                        int index) {
  if (segment.columns_size() != schema.columns_size()) {
    return Damaged(segment, absl::StrCat("it has ", segment.columns_size(), " columns, not ",
                                         schema.columns_size()));
  }
  const SegmentColumn& column = segment.columns(index);
  ColumnData out;
  out.name = schema.columns(index).name();
  out.type = schema.columns(index).type();
  out.numbers.assign(column.numbers().begin(), column.numbers().end());
  out.integers.assign(column.integers().begin(), column.integers().end());
  out.codes.assign(column.codes().begin(), column.codes().end());
  out.dictionary.assign(column.dictionary().begin(), column.dictionary().end());
  const bool whole = out.size() == static_cast<size_t>(segment.row_count()) &&
                     out.numbers.size() + out.integers.size() + out.codes.size() == out.size() &&
                     CodesAreValid(column);
  if (!whole) return Damaged(segment, absl::StrCat("column '", out.name, "' does not fit"));
  return out;
}

}  // namespace serin
