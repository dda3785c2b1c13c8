#include "core/table/json_lines_writer.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

// RFC 8259, section 7; the text is UTF-8 and stays it.
void AppendString(absl::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (c == '\n') {
      *out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(out, "\\u%04x", static_cast<int>(c));
    } else {
      *out += c;
    }
  }
  *out += '"';
}

void AppendValue(const ColumnData& column, size_t row, std::string* out) {
  if (column.missing(row)) {
    *out += "null";
  } else if (column.is_string()) {
    AppendString(column.dictionary[column.codes[row]], out);
  } else if (column.is_integer()) {
    absl::StrAppend(out, column.integers[row]);
  } else if (column.type == v1::COLUMN_TYPE_TIMESTAMP) {
    AppendString(FormatTimestamp(column.numbers[row]), out);
  } else {
    *out += FormatValue(column.type, column.numbers[row]);
  }
}

// What stands before the value of each column: `{"a":`, `,"b":`, ...
std::vector<std::string> Openings(const Table& table) {
  std::vector<std::string> openings;
  for (const ColumnData& column : table.columns) {
    std::string opening = openings.empty() ? "{" : ",";
    AppendString(column.name, &opening);
    openings.push_back(opening + ":");
  }
  return openings;
}

}  // namespace

void AppendJsonLines(const Table& table, size_t begin, size_t end, std::string* out) {
  const std::vector<std::string> openings = Openings(table);
  for (size_t row = begin; row < end; ++row) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      *out += openings[i];
      AppendValue(table.columns[i], row, out);
    }
    *out += "}\n";
  }
}

}  // namespace serin
