#include "core/table/csv_writer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

// Spaces at an end would be no part of the value.
bool NeedsQuotes(absl::string_view text) {
  return text.empty() || text.front() == ' ' || text.back() == ' ' || text.front() == '\t' ||
         text.back() == '\t' || text.find_first_of(",\"\r\n") != text.npos;
}

void AppendField(absl::string_view text, std::string* out) {
  if (!NeedsQuotes(text)) {
    out->append(text.data(), text.size());
    return;
  }
  *out += '"';
  for (const char c : text) {
    if (c == '"') *out += '"';
    *out += c;
  }
  *out += '"';
}

void AppendValue(const ColumnData& column, size_t row, std::string* out) {
  if (column.missing(row)) return;
  if (column.is_string()) {
    AppendField(column.dictionary[column.codes[row]], out);
  } else if (column.is_integer()) {
    absl::StrAppend(out, column.integers[row]);
  } else {
    *out += FormatValue(column.type, column.numbers[row]);
  }
}

void AppendRow(const Table& table, size_t row, std::string* out) {
  const size_t begin = out->size();
  for (const ColumnData& column : table.columns) {
    if (&column != table.columns.data()) *out += ',';
    AppendValue(column, row, out);
  }
  if (out->size() == begin) *out += "\"\"";
  *out += '\n';
}

}  // namespace

void AppendCsvHeader(const v1::Schema& schema, std::string* out) {
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (i > 0) *out += ',';
    AppendField(schema.columns(i).name(), out);
  }
  *out += '\n';
}

void AppendCsvRows(const Table& table, size_t begin, size_t end, std::string* out) {
  for (size_t row = begin; row < end; ++row) AppendRow(table, row, out);
}

}  // namespace serin
