#ifndef SERIN_CORE_QUERY_SQL_VALUE_H_
#define SERIN_CORE_QUERY_SQL_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "serin/v1/table.pb.h"

struct sqlite3_value;

// Values as SQLite hands them over, and its rules of types (https://sqlite.org/datatype3.html).

namespace serin {

struct NullValue {};
struct BlobValue {};
using SqlValue = std::variant<NullValue, int64_t, double, std::string, BlobValue>;

// Reads a value; text that looks like a number is one where `numeric`, as SQLite has it when the
// other side is a numeric column.
SqlValue ReadSqlValue(sqlite3_value* value, bool numeric);

// True for NUMBER, INTEGER and BOOLEAN: the columns that are numbers in SQL.
bool IsNumericInSql(v1::ColumnType type);

// The number that text looks like to SQLite, spaces around it or not; nothing for other text.
std::optional<double> NumberInText(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_SQL_VALUE_H_
