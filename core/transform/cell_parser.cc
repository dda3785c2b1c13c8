#include "core/transform/cell_parser.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

// From here on a double is beyond every INTEGER.
constexpr double kIntegerEnd = 0x1p63;

std::optional<int64_t> IntegerOf(double number) {
  if (number != std::trunc(number) || std::abs(number) >= kIntegerEnd) return std::nullopt;
  return static_cast<int64_t>(number);
}

// As COLUMN_TYPE_TIMESTAMP says: the magnitude tells the unit.
std::optional<double> TimestampOfEpoch(double number) {
  const double magnitude = std::abs(number);
  const double unit = magnitude >= 1e17   ? 1e9
                      : magnitude >= 1e14 ? 1e6
                      : magnitude >= 1e11 ? 1e3
                                          : 1;
  const double seconds = number / unit;
  return IsTimestamp(seconds) ? std::optional(seconds) : std::nullopt;
}

std::optional<double> ParseInstant(absl::string_view text) {
  if (const std::optional<double> instant = ParseTimestamp(text)) return instant;
  const std::optional<double> number = ParseNumber(text);
  return number ? TimestampOfEpoch(*number) : std::nullopt;
}

}  // namespace

CellParser::CellParser(std::string name, v1::ColumnType type)
    : column_{.name = std::move(name), .type = type}, dictionary_(&column_.dictionary) {}

bool CellParser::Append(const ColumnData& from, size_t row) {
  if (from.missing(row)) {
    AppendMissing();
    return true;
  }
  if (from.is_string()) return AppendText(from.dictionary[static_cast<size_t>(from.codes[row])]);
  if (column_.is_string()) return AppendText(FormatValue(from, row));
  return from.is_integer() ? AppendInteger(from.integers[row]) : AppendNumber(from.numbers[row]);
}

bool CellParser::AppendText(absl::string_view text) {
  const auto append = [](auto value, auto* values) {
    if (value) values->push_back(*value);
    return value.has_value();
  };
  if (column_.is_string()) {
    column_.codes.push_back(dictionary_.Intern(text));
    return true;
  }
  text = TrimValue(text);
  if (IsMissing(text)) {
    AppendMissing();
    return true;
  }
  switch (column_.type) {
    case v1::COLUMN_TYPE_INTEGER:
      return append(ParseInteger(text), &column_.integers);
    case v1::COLUMN_TYPE_BOOLEAN:
      return append(ParseBoolean(text), &column_.numbers);
    case v1::COLUMN_TYPE_TIMESTAMP:
      return append(ParseInstant(text), &column_.numbers);
    default:
      return append(ParseNumber(text), &column_.numbers);
  }
}

bool CellParser::AppendNumber(double value) {
  if (column_.is_integer()) {
    const std::optional<int64_t> integer = IntegerOf(value);
    if (integer) column_.integers.push_back(*integer);
    return integer.has_value();
  }
  std::optional<double> number = value;
  if (column_.type == v1::COLUMN_TYPE_TIMESTAMP) number = TimestampOfEpoch(value);
  if (column_.type == v1::COLUMN_TYPE_BOOLEAN && value != 0 && value != 1) number.reset();
  if (number) column_.numbers.push_back(*number);
  return number.has_value();
}

bool CellParser::AppendInteger(int64_t value) {
  if (!column_.is_integer()) return AppendNumber(static_cast<double>(value));
  column_.integers.push_back(value);
  return true;
}

void CellParser::AppendMissing() {
  if (column_.is_string()) {
    column_.codes.push_back(ColumnData::kMissingCode);
  } else if (column_.is_integer()) {
    column_.integers.push_back(ColumnData::kMissingInteger);
  } else {
    column_.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace serin
