#ifndef SERIN_CORE_TABLE_TABLE_H_
#define SERIN_CORE_TABLE_TABLE_H_

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "serin/v1/table.pb.h"

namespace serin {

// The values of one column. Of the two representations the type says which is used:
//   NUMBER, BOOLEAN (0 or 1), TIMESTAMP (seconds since the Unix epoch): `numbers`, NaN = missing;
//   CATEGORY, TEXT: `codes`, indexes into `dictionary`, kMissingCode = missing.
struct ColumnData {
  static constexpr int32_t kMissingCode = -1;

  // True for the types held in `codes`.
  static bool IsString(v1::ColumnType type) {
    return type == v1::COLUMN_TYPE_CATEGORY || type == v1::COLUMN_TYPE_TEXT;
  }

  std::string name;
  v1::ColumnType type = v1::COLUMN_TYPE_UNSPECIFIED;
  std::vector<double> numbers;
  std::vector<int32_t> codes;
  // Unique strings, in the order in which they first appear; each is used by at least one row in
  // a table that was just read, but not necessarily in one that was cut from it.
  std::vector<std::string> dictionary;

  bool is_string() const { return IsString(type); }
  size_t size() const { return is_string() ? codes.size() : numbers.size(); }
  bool missing(size_t row) const {
    return is_string() ? codes[row] == kMissingCode : std::isnan(numbers[row]);
  }
};

// Columns of equal length, with unique names. A plain value: whoever holds it non-const may change
// it, and concurrent reading is safe.
struct Table {
  std::vector<ColumnData> columns;

  size_t row_count() const { return columns.empty() ? 0 : columns[0].size(); }
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_TABLE_H_
