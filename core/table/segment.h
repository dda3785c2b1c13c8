#ifndef SERIN_CORE_TABLE_SEGMENT_H_
#define SERIN_CORE_TABLE_SEGMENT_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/table.pb.h"

// Runs of rows as they are stored (serin.internal.v1.Segment).

namespace serin {

// Rows [begin, end) of a table. Each segment has dictionaries of its own.
internal::v1::Segment EncodeSegment(const Table& table, size_t begin, size_t end);

// Column number `index` of a segment of a table that has this schema. DATA_LOSS, naming the
// column, where the segment does not hold as many values of the right kind as it has rows.
absl::StatusOr<ColumnData> DecodeColumn(const internal::v1::Segment& segment,
                                        const v1::Schema& schema, int index);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_SEGMENT_H_
