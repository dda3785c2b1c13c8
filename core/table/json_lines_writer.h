#ifndef SERIN_CORE_TABLE_JSON_LINES_WRITER_H_
#define SERIN_CORE_TABLE_JSON_LINES_WRITER_H_

#include <cstddef>
#include <string>

#include "core/table/table.h"

namespace serin {

// Appends rows [begin, end) of a table as JSON Lines (https://jsonlines.org): an object a line,
// columns in order. Numbers have as many digits as it takes to read the same ones back, timestamps
// are strings of ISO 8601, missing values null.
void AppendJsonLines(const Table& table, size_t begin, size_t end, std::string* out);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_JSON_LINES_WRITER_H_
