#ifndef SERIN_CORE_TABLE_CSV_WRITER_H_
#define SERIN_CORE_TABLE_CSV_WRITER_H_

#include <cstddef>
#include <string>

#include "core/table/table.h"
#include "serin/v1/table.pb.h"

// Tables as CSV files: RFC 4180 with comma and LF, UTF-8. Numbers have as many digits as it takes
// to read the same ones back; a missing value is nothing between its commas, an empty string `""`.
// A row of one column that is missing is `""` too, as readers skip empty lines.

namespace serin {

// The record with the names of the columns.
void AppendCsvHeader(const v1::Schema& schema, std::string* out);

// Rows [begin, end) of a table, a record each.
void AppendCsvRows(const Table& table, size_t begin, size_t end, std::string* out);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_CSV_WRITER_H_
