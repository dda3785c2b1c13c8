#ifndef SERIN_CORE_INGEST_CONFORM_H_
#define SERIN_CORE_INGEST_CONFORM_H_

#include <cstddef>

#include "core/table/table.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Whether a column of type `from` can be made into one of type `to` without the text it was read
// from: the same type, no value at all (COLUMN_TYPE_UNSPECIFIED) to anything, INTEGER to NUMBER,
// CATEGORY to TEXT and back.
bool CanConform(v1::ColumnType from, v1::ColumnType to);

// Converts a column so. Requires CanConform.
void ConformColumn(v1::ColumnType type, ColumnData* column);

// Appends rows without a value.
void AppendMissingRows(size_t rows, ColumnData* column);

// Brings a batch of a TableReader to the final schema, of which its columns are a prefix: converts
// columns as above, and adds those that it lacks with no values. Requires CanConform of each.
void ConformBatch(const v1::Schema& schema, Table* batch);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_CONFORM_H_
