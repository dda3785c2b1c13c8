#ifndef SERIN_CORE_QUERY_VALUE_KEY_H_
#define SERIN_CORE_QUERY_VALUE_KEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/query/sql_value.h"
#include "core/table/table.h"

// Hashes by which values that SQLite may hold to be equal are found: 1 and 1.0, 0 and -0, '1' and
// '1.0' (which are equal as soon as one side is a number) have the same.

namespace serin {

// The key that a value has in a column of this type. Nothing where a key cannot tell: for NULL, for
// what equals no value of the column (text against numbers), and for numbers against text.
std::optional<uint64_t> KeyOfValue(v1::ColumnType type, const SqlValue& value);

// The key of a string of a column, and of a row of a column without strings, that has a value.
uint64_t KeyOfText(const std::string& text);
uint64_t KeyOfNumber(const ColumnData& data, size_t row);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_VALUE_KEY_H_
