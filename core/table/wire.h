#ifndef SERIN_CORE_TABLE_WIRE_H_
#define SERIN_CORE_TABLE_WIRE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "core/table/dictionary_index.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

// Columns as they travel between programs (serin.v1.Column).

namespace serin {

// How many values a column has, those of missing rows included; 0 where it says of no kind.
size_t RowCountOf(const v1::Column& column);

// Rows [begin, end) of a column.
v1::Column ToWire(const ColumnData& column, size_t begin, size_t end);

// Appends `row_count` rows to `out`, whose type says what `column` must hold (a NUMBER column takes
// integers too); its name is not looked at. Errors are InvalidField relative to `column`, naming
// the row where one is at fault
// (`numbers`: "row 3 must be finite, is inf"); `out` is then unchanged.
absl::Status AppendWire(const v1::Column& column, size_t row_count, ColumnData* out);
// The same for who appends often: `index` is of out's dictionary, and not looked at where it has
// none. The one above makes one anew, of all strings that there are.
absl::Status AppendWire(const v1::Column& column, size_t row_count, ColumnData* out,
                        DictionaryIndex* index);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_WIRE_H_
