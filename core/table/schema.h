#ifndef SERIN_CORE_TABLE_SCHEMA_H_
#define SERIN_CORE_TABLE_SCHEMA_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Longest name of a column, in bytes.
inline constexpr size_t kMaxColumnNameLength = 256;

// Names and types of the columns, in order.
v1::Schema SchemaOf(const Table& table);

// A table with these columns and no rows.
Table EmptyTable(const v1::Schema& schema);

// The column of this name, or null.
const v1::ColumnSchema* FindColumn(const v1::Schema& schema, absl::string_view name);

// The first names, for an error message: "a, b, c and 12 more". Bounded, as errors travel in HTTP/2
// headers, which have to stay below 8 KB.
std::string ListColumnNames(const v1::Schema& schema);

// The type as people write it: number, integer, category, boolean, timestamp, text.
absl::string_view TypeName(v1::ColumnType type);

// As models see them, to whom integers are numbers.
v1::Schema ModelSchemaOf(v1::Schema schema);

// Checks names (present, not too long, unique) and types of a schema that a user gives; a type may
// be left open. Errors are InvalidField relative to the schema, such as `columns[2].name`.
absl::Status ValidateSchema(const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_SCHEMA_H_
