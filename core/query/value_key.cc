#include "core/query/value_key.h"

#include <variant>

#include "absl/hash/hash.h"
#include "core/query/timestamp_text.h"

namespace serin {
namespace {

uint64_t KeyOf(double number) { return absl::HashOf(number == 0 ? 0.0 : number); }

}  // namespace

uint64_t KeyOfText(const std::string& text) {
  const std::optional<double> number = NumberInText(text);
  return number ? KeyOf(*number) : absl::HashOf(text);
}

uint64_t KeyOfNumber(const ColumnData& data, size_t row) {
  if (data.type == v1::COLUMN_TYPE_TIMESTAMP) return absl::HashOf(MicrosOf(data.numbers[row]));
  return KeyOf(data.number(row));
}

std::optional<uint64_t> KeyOfValue(v1::ColumnType type, const SqlValue& value) {
  const auto* const text = std::get_if<std::string>(&value);
  if (type == v1::COLUMN_TYPE_TIMESTAMP) {
    if (text == nullptr) return std::nullopt;
    const std::optional<double> seconds = ParseTimestampText(*text);
    if (!seconds) return std::nullopt;
    return absl::HashOf(MicrosOf(*seconds));
  }
  if (!IsNumericInSql(type)) {
    if (text == nullptr) return std::nullopt;
    return KeyOfText(*text);
  }
  if (const auto* const number = std::get_if<double>(&value)) return KeyOf(*number);
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return KeyOf(static_cast<double>(*integer));
  }
  return std::nullopt;
}

}  // namespace serin
