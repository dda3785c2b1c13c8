#include "core/table/value_parser.h"

#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/table/number_scan.h"

namespace serin {
namespace {

constexpr std::array<absl::string_view, 9> kMissing = {"NA",   "na",   "NaN",  "nan", "NAN",
                                                       "null", "Null", "NULL", "?"};
constexpr size_t kLongestMissing = 4;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

absl::string_view TrimValue(absl::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool IsMissing(absl::string_view text) {
  if (text.empty()) return true;
  if (text.size() > kLongestMissing || absl::ascii_isdigit(text[0])) return false;
  for (const absl::string_view missing : kMissing) {
    if (text == missing) return true;
  }
  return false;
}

std::optional<double> ParseNumber(absl::string_view text) {
  double value = 0;
  return ScanNumber(text, &value) ? std::optional(value) : std::nullopt;
}

std::optional<int64_t> ParseInteger(absl::string_view text) {
  constexpr double kMaxExact = 1LL << 53;
  int64_t value = 0;
  if (ScanInteger(text, &value)) return value;
  double number = 0;
  const bool whole =
      ScanNumber(text, &number) && std::abs(number) <= kMaxExact && number == std::trunc(number);
  return whole ? std::optional(static_cast<int64_t>(number)) : std::nullopt;
}

std::optional<bool> ParseBoolean(absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "true")) return true;
  if (absl::EqualsIgnoreCase(text, "false")) return false;
  return std::nullopt;
}

std::string FormatNumber(double value) {
  char text[32];  // The longest, -2.2250738585072014e-308, has 24 characters.
  const auto [end, error] = std::to_chars(text, text + sizeof(text), value);
  return std::string(text, end);
}

std::string FormatValue(v1::ColumnType type, double value) {
  switch (type) {
    case v1::COLUMN_TYPE_BOOLEAN:
      return value != 0 ? "true" : "false";
    case v1::COLUMN_TYPE_TIMESTAMP:
      return FormatTimestamp(value);
    default:
      return FormatNumber(value);
  }
}

std::string FormatValue(const ColumnData& column, size_t row) {
  if (column.missing(row)) return "";
  if (column.is_string()) return column.dictionary[column.codes[row]];
  if (column.is_integer()) return absl::StrCat(column.integers[row]);
  return FormatValue(column.type, column.numbers[row]);
}

}  // namespace serin
