#ifndef SERIN_CORE_TABLE_TABLE_H_
#define SERIN_CORE_TABLE_TABLE_H_

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "serin/v1/table.pb.h"

namespace serin {

// The values of one column. Of the representations the type says which is used:
//   NUMBER, BOOLEAN (0 or 1), TIMESTAMP (seconds since the Unix epoch): `numbers`, NaN = missing;
//   INTEGER: `integers`, kMissingInteger = missing;
//   CATEGORY, TEXT: `codes`, indexes into `dictionary`, kMissingCode = missing.
struct ColumnData {
  static constexpr int32_t kMissingCode = -1;
  // The one 64-bit number that is no value of an INTEGER column.
  static constexpr int64_t kMissingInteger = std::numeric_limits<int64_t>::min();

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
  std::vector<int64_t> integers = {};

  bool is_string() const { return IsString(type); }
  bool is_integer() const { return type == v1::COLUMN_TYPE_INTEGER; }
  size_t size() const {
    if (is_string()) return codes.size();
    return is_integer() ? integers.size() : numbers.size();
  }
  bool missing(size_t row) const {
    if (is_string()) return codes[row] == kMissingCode;
    return is_integer() ? integers[row] == kMissingInteger : std::isnan(numbers[row]);
  }
  // The value as a number, NaN where missing; not of string columns. Integers beyond 2^53 are
  // rounded.
  double number(size_t row) const {
    if (!is_integer()) return numbers[row];
    return missing(row) ? std::numeric_limits<double>::quiet_NaN()
                        : static_cast<double>(integers[row]);
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
