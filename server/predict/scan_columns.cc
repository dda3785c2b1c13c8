#include "server/predict/scan_columns.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/base/utf8.h"
#include "core/table/value_parser.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/decode_rows.h"
#include "server/predict/find_feature.h"
#include "server/predict/string_codes.h"
#include "server/predict/wire_fields.h"

namespace serin {
namespace {

constexpr uint8_t TagOf(int field) { return WireFields::Tag(field, WireFields::kBytes); }
constexpr uint8_t kColumnTag = TagOf(v1::PredictRequest::kColumnsFieldNumber);
constexpr uint8_t kNameTag = TagOf(v1::Column::kNameFieldNumber);
constexpr uint8_t kNumbersTag = TagOf(v1::Column::kNumbersFieldNumber);
constexpr uint8_t kStringsTag = TagOf(v1::Column::kStringsFieldNumber);
constexpr uint8_t kBooleansTag = TagOf(v1::Column::kBooleansFieldNumber);
// Of NumberValues, StringValues and BooleanValues.
constexpr uint8_t kValuesTag = TagOf(1);

// The only field of a message of packed values.
bool TakePacked(absl::string_view message, absl::string_view* values) {
  WireFields fields(message);
  return fields.TakeTag(kValuesTag) && fields.TakeBytes(values) && fields.done();
}

bool ScanNumbers(absl::string_view message, ColumnData& column) {
  absl::string_view values;
  if (!TakePacked(message, &values) || values.size() % sizeof(double) != 0) return false;
  const bool is_time = column.type == v1::COLUMN_TYPE_TIMESTAMP;
  column.numbers.reserve(values.size() / sizeof(double));
  for (size_t at = 0; at < values.size(); at += sizeof(double)) {
    double number;
    std::memcpy(&number, values.data() + at, sizeof(number));
    const bool fits = is_time ? IsTimestamp(number) : !std::isinf(number);
    if (!fits && !std::isnan(number)) return false;
    column.numbers.push_back(number);
  }
  return true;
}

bool ScanBooleans(absl::string_view message, ColumnData& column) {
  absl::string_view values;
  if (!TakePacked(message, &values)) return false;
  column.numbers.assign(values.begin(), values.end());
  return std::all_of(column.numbers.begin(), column.numbers.end(),
                     [](double x) { return x == 0 || x == 1; });
}

bool ScanStrings(absl::string_view message, ColumnData& column) {
  WireFields fields(message);
  StringCodes codes(&column.dictionary);
  absl::string_view text;
  while (fields.TakeTag(kValuesTag)) {
    if (!fields.TakeBytes(&text) || !IsUtf8(text)) return false;
    column.codes.push_back(codes.CodeOf(text));
  }
  return fields.done();
}

// The values of a column that has the type that they are for.
bool ScanValues(WireFields fields, ColumnData& column) {
  const bool is_boolean = column.type == v1::COLUMN_TYPE_BOOLEAN;
  const uint8_t tag = column.is_string() ? kStringsTag : is_boolean ? kBooleansTag : kNumbersTag;
  absl::string_view values;
  if (!fields.TakeTag(tag) || !fields.TakeBytes(&values) || !fields.done()) return false;
  if (column.is_string()) return ScanStrings(values, column);
  return is_boolean ? ScanBooleans(values, column) : ScanNumbers(values, column);
}

// `guess`: which feature it may be of.
bool ScanColumn(absl::string_view bytes, size_t guess, const FeatureIndex& features, Table* table) {
  WireFields fields(bytes);
  absl::string_view name;
  if (!fields.TakeTag(kNameTag) || !fields.TakeBytes(&name)) return false;
  const auto feature = FindFeature(features, guess, name);
  if (!feature) return false;
  ColumnData& column = table->columns[*feature];
  return column.size() == 0 && ScanValues(fields, column);
}

// At least one, and of all columns as many.
bool HasRows(const Table& table) {
  const size_t count = table.row_count();
  return count > 0 && count <= kMaxPredictRows &&
         std::all_of(table.columns.begin(), table.columns.end(),
                     [count](const ColumnData& column) { return column.size() == count; });
}

}  // namespace

// It has a column for every feature if it has as many as there are, none of them twice.
bool ScanColumns(absl::string_view columns, const FeatureIndex& features, Table* table) {
  WireFields fields(columns);
  for (size_t i = 0; i < features.size(); ++i) {
    absl::string_view column;
    if (!fields.TakeTag(kColumnTag) || !fields.TakeBytes(&column)) return false;
    if (!ScanColumn(column, i, features, table)) return false;
  }
  return fields.done() && HasRows(*table);
}

}  // namespace serin
