#ifndef SERIN_CORE_TABLE_COLUMN_CHUNK_H_
#define SERIN_CORE_TABLE_COLUMN_CHUNK_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

// Values of one column for a run of rows as bytes (FORMAT.md): checksummed, and encoded in the way
// that takes fewest bytes of those that are quick to read.

namespace serin {

// No chunk has more rows.
inline constexpr size_t kMaxChunkRows = 1 << 20;

// Rows [begin, end) of a column, at most kMaxChunkRows. A chunk of strings has a dictionary of its
// own.
std::string EncodeChunk(const ColumnData& column, size_t begin, size_t end);

// The column again, of the type that `column` says: the one that it was written with, or one that
// it has become since (INTEGER a NUMBER, CATEGORY a TEXT or the reverse, no value at all anything).
// DATA_LOSS, saying what is wrong, where the bytes are not `row_count` rows of such a column as
// they were written.
absl::StatusOr<ColumnData> DecodeChunk(absl::string_view chunk, const v1::ColumnSchema& column,
                                       size_t row_count);

// A column whose value is missing in all rows.
ColumnData MissingColumn(const v1::ColumnSchema& column, size_t row_count);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_COLUMN_CHUNK_H_
