#include "core/query/sql_value.h"

#include <sqlite3.h>

#include "absl/strings/ascii.h"
#include "core/table/value_parser.h"

namespace serin {

SqlValue ReadSqlValue(sqlite3_value* value, bool numeric) {
  switch (numeric ? sqlite3_value_numeric_type(value) : sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return int64_t{sqlite3_value_int64(value)};
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_TEXT: {
      const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      return text == nullptr ? std::string() : std::string(text, sqlite3_value_bytes(value));
    }
    case SQLITE_BLOB:
      return BlobValue();
    default:
      return NullValue();
  }
}

std::optional<double> NumberInText(absl::string_view text) {
  return ParseNumber(absl::StripAsciiWhitespace(text));
}

bool IsNumericInSql(v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_NUMBER || type == v1::COLUMN_TYPE_INTEGER ||
         type == v1::COLUMN_TYPE_BOOLEAN;
}

}  // namespace serin
