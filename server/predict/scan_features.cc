#include "server/predict/scan_features.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "core/base/utf8.h"
#include "core/table/value_parser.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/decode_rows.h"
#include "server/predict/find_feature.h"
#include "server/predict/string_codes.h"
#include "server/predict/wire_fields.h"

namespace serin {
namespace {

using google::protobuf::Value;

constexpr uint8_t kRowTag =
    WireFields::Tag(v1::PredictRequest::kRowsFieldNumber, WireFields::kBytes);
constexpr uint8_t kFeatureTag = WireFields::Tag(v1::Row::kFeaturesFieldNumber, WireFields::kBytes);
// Of an entry of a map.
constexpr uint8_t kNameTag = WireFields::Tag(1, WireFields::kBytes);
constexpr uint8_t kValueTag = WireFields::Tag(2, WireFields::kBytes);

constexpr uint8_t kNullTag = WireFields::Tag(Value::kNullValueFieldNumber, WireFields::kVarint);
constexpr uint8_t kNumberTag =
    WireFields::Tag(Value::kNumberValueFieldNumber, WireFields::kFixed64);
constexpr uint8_t kStringTag = WireFields::Tag(Value::kStringValueFieldNumber, WireFields::kBytes);
constexpr uint8_t kBoolTag = WireFields::Tag(Value::kBoolValueFieldNumber, WireFields::kVarint);

void AppendMissing(ColumnData& column) {
  if (column.is_string()) {
    column.codes.push_back(ColumnData::kMissingCode);
  } else {
    column.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
  }
}

bool AppendNumber(double number, ColumnData& column) {
  const bool fits = column.type == v1::COLUMN_TYPE_NUMBER      ? std::isfinite(number)
                    : column.type == v1::COLUMN_TYPE_TIMESTAMP ? IsTimestamp(number)
                                                               : false;
  if (fits) column.numbers.push_back(number);
  return fits;
}

bool AppendBool(bool value, ColumnData& column) {
  if (column.type != v1::COLUMN_TYPE_BOOLEAN) return false;
  column.numbers.push_back(value ? 1 : 0);
  return true;
}

// Where there are many DecodeRows has an index of them.
bool AppendString(absl::string_view text, ColumnData& column) {
  if (!column.is_string() || column.dictionary.size() >= StringCodes::kFew) return false;
  if (!IsUtf8(text)) return false;
  column.codes.push_back(StringCodes(&column.dictionary).CodeOf(TrimValue(text)));
  return true;
}

// Appends a google.protobuf.Value that is not a list or an object.
bool AppendValue(absl::string_view value, ColumnData& column) {
  WireFields fields(value);
  if (fields.TakeTag(kNumberTag)) {
    double number = 0;
    return fields.TakeDouble(&number) && fields.done() && AppendNumber(number, column);
  }
  if (fields.TakeTag(kStringTag)) {
    absl::string_view text;
    return fields.TakeBytes(&text) && fields.done() && AppendString(text, column);
  }
  bool bit = false;
  if (fields.TakeTag(kBoolTag)) {
    return fields.TakeBool(&bit) && fields.done() && AppendBool(bit, column);
  }
  if (!fields.TakeTag(kNullTag) || !fields.TakeBool(&bit) || !fields.done()) return false;
  AppendMissing(column);
  return true;
}

// Appends row `row`. It has every feature if it has as many as there are, none of them twice.
bool ScanRow(absl::string_view bytes, size_t row, const FeatureIndex& features, Table* table) {
  WireFields fields(bytes);
  for (size_t i = 0; i < features.size(); ++i) {
    absl::string_view entry;
    absl::string_view name;
    absl::string_view value;
    if (!fields.TakeTag(kFeatureTag) || !fields.TakeBytes(&entry)) return false;
    WireFields parts(entry);
    if (!parts.TakeTag(kNameTag) || !parts.TakeBytes(&name)) return false;
    if (!parts.TakeTag(kValueTag) || !parts.TakeBytes(&value) || !parts.done()) return false;
    const auto feature = FindFeature(features, i, name);
    if (!feature) return false;
    ColumnData& column = table->columns[*feature];
    if (column.size() != row || !AppendValue(value, column)) return false;
  }
  return fields.done();
}

}  // namespace

bool ScanFeatures(absl::string_view rows, const FeatureIndex& features, Table* table) {
  WireFields fields(rows);
  for (size_t row = 0; row < kMaxPredictRows && !fields.done(); ++row) {
    absl::string_view bytes;
    if (!fields.TakeTag(kRowTag) || !fields.TakeBytes(&bytes)) return false;
    if (!ScanRow(bytes, row, features, table)) return false;
  }
  return fields.done();
}

}  // namespace serin
