#include "tests/integration/generated_table.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace serin {
namespace {

constexpr absl::string_view kWords[] = {
    "",      " ",          "NA",      "null",   "?",       "NaN",    "a",     "Na",
    "  b  ", "5",          "-0",      "007",    "1e999",   "0x10",   "1,000", "1.5",
    "true",  "TRUE",       "\t",      "-",      "'",       "\"",     "\"\"",  "''",
    "a,b",   "c;d",        "e\tf",    "g|h",    "i\nj",    "k\r\nl", "m\rn",  "\\",
    "\\n",   "#",          "é",       "日本",   "🌸",       "o\"p",   "'q'",   "\"r\"",
    "s\"\"", "2026-02-30", "e\u0301", "\u2028", "\ufeffx", "a b  c"};

std::string GenerateValue(std::mt19937_64& random) {
  std::string value;
  const int parts = std::uniform_int_distribution<int>(0, 3)(random);
  for (int i = 0; i < parts; ++i) {
    const size_t word = std::uniform_int_distribution<size_t>(0, std::size(kWords) - 1)(random);
    absl::StrAppend(&value, kWords[word]);
  }
  return value;
}

std::string WriteField(const std::string& value, const CsvStyle& style) {
  const std::string special = absl::StrCat(std::string({style.delimiter, style.quote}), "\r\n");
  if (!style.quote_all && value.find_first_of(special) == std::string::npos) return value;
  std::string field(1, style.quote);
  for (const char c : value) field.append(c == style.quote ? 2 : 1, c);
  return field + style.quote;
}

std::string LineEnd(const CsvStyle& style, size_t line) {
  if (style.line_end != "mixed") return style.line_end;
  constexpr absl::string_view kEnds[] = {"\n", "\r\n", "\r"};
  return std::string(kEnds[line % std::size(kEnds)]);
}

}  // namespace

GeneratedRows GenerateRows(int rows, int columns, uint64_t seed) {
  std::mt19937_64 random(seed);
  GeneratedRows table(rows);
  for (auto& row : table) {
    for (int i = 0; i < columns; ++i) row.push_back(GenerateValue(random));
  }
  return table;
}

std::string WriteCsv(const GeneratedRows& rows, const CsvStyle& style) {
  std::string csv = style.byte_order_mark ? "\ufeff" : "";
  for (size_t i = 0; i < rows[0].size(); ++i) {
    absl::StrAppend(&csv, i == 0 ? "" : std::string(1, style.delimiter), "c", i);
  }
  for (size_t row = 0; row < rows.size(); ++row) {
    csv += LineEnd(style, row);
    for (size_t i = 0; i < rows[row].size(); ++i) {
      absl::StrAppend(&csv, i == 0 ? "" : std::string(1, style.delimiter),
                      WriteField(rows[row][i], style));
    }
  }
  return style.final_line_end ? csv + LineEnd(style, rows.size()) : csv;
}

}  // namespace serin
