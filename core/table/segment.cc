#include "core/table/segment.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/table/column_chunk.h"

namespace serin {
namespace {

using internal::v1::ColumnStatistics;
using internal::v1::SegmentStatistics;

// Strings that are listed in the statistics of a segment: at most so many, together so long.
constexpr size_t kListedStrings = 16;
constexpr size_t kListedBytes = 256;

template <typename Value, typename IsMissing>
void DescribeValues(const Value* begin, const Value* end, IsMissing is_missing,
                    ColumnStatistics& out) {
  Value min = std::numeric_limits<Value>::max();
  Value max = std::numeric_limits<Value>::lowest();
  int64_t missing = 0;
  for (const Value* value = begin; value != end; ++value) {
    if (is_missing(*value)) {
      ++missing;
      continue;
    }
    min = std::min(min, *value);
    max = std::max(max, *value);
  }
  out.set_missing(missing);
  if (missing == end - begin) return;
  out.set_min(static_cast<double>(min));
  out.set_max(static_cast<double>(max));
}

// The codes in use, unless there are too many to be listed.
bool CollectCodes(const ColumnData& column, size_t begin, size_t end, std::vector<int32_t>& codes) {
  for (size_t row = begin; row < end; ++row) {
    const int32_t code = column.codes[row];
    if (code == ColumnData::kMissingCode) continue;
    if (std::find(codes.begin(), codes.end(), code) != codes.end()) continue;
    if (codes.size() == kListedStrings) return false;
    codes.push_back(code);
  }
  return true;
}

void DescribeStrings(const ColumnData& column, size_t begin, size_t end, ColumnStatistics& out) {
  out.set_missing(std::count(column.codes.begin() + begin, column.codes.begin() + end,
                             ColumnData::kMissingCode));
  std::vector<int32_t> codes;
  if (!CollectCodes(column, begin, end, codes)) return;
  size_t bytes = 0;
  for (const int32_t code : codes) bytes += column.dictionary[static_cast<size_t>(code)].size();
  if (bytes > kListedBytes) return;
  for (const int32_t code : codes) out.add_strings(column.dictionary[static_cast<size_t>(code)]);
  out.set_strings_complete(true);
}

ColumnStatistics Describe(const ColumnData& column, size_t begin, size_t end) {
  ColumnStatistics out;
  if (column.is_string()) {
    DescribeStrings(column, begin, end, out);
  } else if (column.is_integer()) {
    const int64_t* const values = column.integers.data();
    const auto missing = [](int64_t value) { return value == ColumnData::kMissingInteger; };
    DescribeValues(values + begin, values + end, missing, out);
  } else {
    const double* const values = column.numbers.data();
    const auto missing = [](double value) { return std::isnan(value); };
    DescribeValues(values + begin, values + end, missing, out);
  }
  return out;
}

bool MayMatchColumn(const ColumnStatistics& column, const ColumnPredicate& predicate) {
  if (predicate.equals) {
    const auto& strings = column.strings();
    return !column.strings_complete() ||
           std::find(strings.begin(), strings.end(), *predicate.equals) != strings.end();
  }
  // Of integers beyond 2^53 too: rounding them keeps their order.
  return !column.has_min() || (column.max() >= predicate.min && column.min() <= predicate.max);
}

// About what each row takes in memory.
std::vector<size_t> RowBytes(const Table& rows) {
  std::vector<size_t> bytes(rows.row_count(), 0);
  for (const ColumnData& column : rows.columns) {
    for (size_t row = 0; row < bytes.size(); ++row) {
      const bool text = column.is_string() && !column.missing(row);
      bytes[row] += sizeof(double) + (text ? column.dictionary[column.codes[row]].size() : 0);
    }
  }
  return bytes;
}

}  // namespace

EncodedSegment EncodeSegment(const Table& rows, size_t begin, size_t end) {
  EncodedSegment segment;
  for (const ColumnData& column : rows.columns) {
    segment.chunks.push_back(EncodeChunk(column, begin, end));
    *segment.statistics.add_columns() = Describe(column, begin, end);
  }
  return segment;
}

bool MayMatch(const SegmentStatistics& statistics, const std::vector<ColumnPredicate>& predicates) {
  return std::all_of(predicates.begin(), predicates.end(), [&](const ColumnPredicate& predicate) {
    return predicate.column >= statistics.columns_size() ||
           MayMatchColumn(statistics.columns(predicate.column), predicate);
  });
}

size_t TableBytes(const Table& table) {
  size_t bytes = 0;
  for (const ColumnData& column : table.columns) {
    bytes += column.numbers.size() * sizeof(double) + column.integers.size() * sizeof(int64_t) +
             column.codes.size() * sizeof(int32_t);
    for (const std::string& text : column.dictionary) bytes += sizeof(text) + text.size();
  }
  return bytes;
}

bool MakesASegment(const Table& table) {
  const size_t bytes = TableBytes(table);
  const bool large_enough = table.row_count() >= kMaxSegmentRows / 2 || bytes >= kSegmentBytes / 2;
  return large_enough && table.row_count() <= kMaxSegmentRows && bytes <= 2 * kSegmentBytes;
}

std::vector<size_t> SegmentEnds(const Table& rows) {
  const std::vector<size_t> row_bytes = RowBytes(rows);
  std::vector<size_t> ends;
  size_t begin = 0;
  size_t bytes = 0;
  for (size_t row = 0; row < row_bytes.size(); ++row) {
    const bool full = bytes + row_bytes[row] > kSegmentBytes || row - begin == kMaxSegmentRows;
    if (full && row > begin) {
      ends.push_back(row);
      begin = row;
      bytes = 0;
    }
    bytes += row_bytes[row];
  }
  if (begin < row_bytes.size()) ends.push_back(row_bytes.size());
  return ends;
}

}  // namespace serin
