#ifndef SERIN_CORE_TABLE_SEGMENT_H_
#define SERIN_CORE_TABLE_SEGMENT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "core/table/table_source.h"
#include "serin/internal/v1/records.pb.h"

// Runs of rows as they are stored: a chunk for each column, and statistics that tell which runs a
// query need not look at.

namespace serin {

inline constexpr size_t kMaxSegmentRows = 64 << 10;
inline constexpr size_t kSegmentBytes = 8 << 20;

struct EncodedSegment {
  std::vector<std::string> chunks;  // In order of the columns; column_chunk.h.
  internal::v1::SegmentStatistics statistics;
};

// Rows [begin, end) of a table.
EncodedSegment EncodeSegment(const Table& rows, size_t begin, size_t end);

// Whether a segment may have a row that matches all predicates.
bool MayMatch(const internal::v1::SegmentStatistics& statistics,
              const std::vector<ColumnPredicate>& predicates);

// About what a table takes in memory.
size_t TableBytes(const Table& table);

// Whether a table is neither too small nor too large to be one segment.
bool MakesASegment(const Table& table);

// Where to cut rows into segments: the end row of each. At most kMaxSegmentRows and about
// kSegmentBytes in memory each, one row at least.
std::vector<size_t> SegmentEnds(const Table& rows);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_SEGMENT_H_
