#include "server/predict/decode_features.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "google/protobuf/struct.pb.h"
#include "server/predict/decode_rows.h"
#include "server/predict/string_codes.h"

namespace serin {
namespace {

using google::protobuf::Value;
using Rows = google::protobuf::RepeatedPtrField<v1::Row>;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// What is wrong with a value; the caller knows the field that it stands in.
absl::Status Wrong(absl::string_view description) {
  return absl::InvalidArgumentError(description);
}

absl::string_view KindOf(const Value& value) {
  switch (value.kind_case()) {
    case Value::kNullValue:
      return "null";
    case Value::kNumberValue:
      return "a number";
    case Value::kStringValue:
      return "a string";
    case Value::kBoolValue:
      return "true or false";
    case Value::kStructValue:
      return "an object";
    case Value::kListValue:
      return "a list";
    case Value::KIND_NOT_SET:
      break;
  }
  return "not set";
}

absl::string_view WantedFor(v1::ColumnType type) {
  switch (type) {
    case v1::COLUMN_TYPE_NUMBER:
      return "a number";
    case v1::COLUMN_TYPE_BOOLEAN:
      return "true or false";
    case v1::COLUMN_TYPE_TIMESTAMP:
      return "a string in ISO 8601 or a number of seconds since 1970-01-01T00:00:00Z";
    default:
      return "a string";
  }
}

absl::StatusOr<double> FiniteNumber(double number) {
  if (std::isfinite(number)) return number;
  return Wrong(absl::StrCat("must be a finite number, or null for a missing value, is ", number));
}

absl::StatusOr<double> TimestampFrom(double seconds) {
  if (IsTimestamp(seconds)) return seconds;
  return Wrong(absl::StrCat(
      "must be seconds since 1970-01-01T00:00:00Z, in the years 1 to 9999, is ", seconds));
}

absl::StatusOr<double> TimestampFrom(const std::string& text) {
  const auto seconds = ParseTimestamp(TrimValue(text));
  if (seconds) return *seconds;
  return Wrong(
      absl::StrCat("must be a timestamp such as 2026-11-21T09:30:00Z, is ", QuoteForError(text)));
}

// Fills one column of the table, a row at a time.
class ColumnFiller {
 public:
  // The column is empty and has its type.
  explicit ColumnFiller(ColumnData* column) : column_(*column), codes_(&column->dictionary) {}

  absl::Status Append(const Value& value) {
    if (column_.is_string()) return AppendString(value);
    SERIN_ASSIGN_OR_RETURN(const double number, NumberFrom(value));
    column_.numbers.push_back(number);
    return absl::OkStatus();
  }

 private:
  absl::Status WrongKind(const Value& value) const {
    return Wrong(absl::StrCat("must be ", WantedFor(column_.type),
                              ", or null for a missing value; is ", KindOf(value)));
  }

  absl::StatusOr<double> NumberFrom(const Value& value) const {
    const v1::ColumnType type = column_.type;
    switch (value.kind_case()) {
      case Value::kNullValue:
        return kMissing;
      case Value::kNumberValue:
        if (type == v1::COLUMN_TYPE_NUMBER) return FiniteNumber(value.number_value());
        if (type == v1::COLUMN_TYPE_TIMESTAMP) return TimestampFrom(value.number_value());
        break;
      case Value::kBoolValue:
        if (type == v1::COLUMN_TYPE_BOOLEAN) return value.bool_value() ? 1.0 : 0.0;
        break;
      case Value::kStringValue:
        if (type == v1::COLUMN_TYPE_TIMESTAMP) return TimestampFrom(value.string_value());
        break;
      default:
        break;
    }
    return WrongKind(value);
  }

  absl::Status AppendString(const Value& value) {
    if (value.kind_case() == Value::kNullValue) {
      column_.codes.push_back(ColumnData::kMissingCode);
      return absl::OkStatus();
    }
    if (value.kind_case() != Value::kStringValue) return WrongKind(value);
    column_.codes.push_back(codes_.CodeOf(TrimValue(value.string_value())));
    return absl::OkStatus();
  }

  ColumnData& column_;
  StringCodes codes_;
};

// rows[3].features["petal_width"]
std::string FeaturePath(int row, absl::string_view name) {
  return absl::StrCat("rows[", row, "].features[\"",
                      absl::Utf8SafeCHexEscape(Utf8Prefix(name, kMaxColumnNameLength)), "\"]");
}

// The first name that is no feature, in order of names, so that the error is always the same one.
absl::Status CheckKnown(int row, const v1::Row& values, const FeatureIndex& features) {
  const std::string* unknown = nullptr;
  for (const auto& [name, value] : values.features()) {
    if (features.Find(name)) continue;
    if (unknown == nullptr || name < *unknown) unknown = &name;
  }
  if (unknown == nullptr) return absl::OkStatus();
  return InvalidField(FeaturePath(row, *unknown), features.WhyUnknown(*unknown));
}

absl::Status AbsentFeature(int row, const v1::ColumnSchema& feature) {
  return InvalidField(FeaturePath(row, feature.name()),
                      absl::StrCat("is absent; must be ", WantedFor(feature.type()),
                                   ", or null for a missing value"));
}

absl::Status CheckValue(int row, const v1::ColumnSchema& feature, const Value& value) {
  ColumnData column;
  column.type = feature.type();
  const absl::Status appended = ColumnFiller(&column).Append(value);
  if (appended.ok()) return appended;
  return InvalidField(FeaturePath(row, feature.name()), appended.message());
}

// What is wrong with a row; of several things always the same one, for a map has no order.
absl::Status FaultOf(int row, const v1::Row& values, const FeatureIndex& features) {
  SERIN_RETURN_IF_ERROR(CheckKnown(row, values, features));
  for (size_t i = 0; i < features.size(); ++i) {
    const auto it = values.features().find(features[i].name());
    if (it == values.features().end()) return AbsentFeature(row, features[i]);
    SERIN_RETURN_IF_ERROR(CheckValue(row, features[i], it->second));
  }
  return absl::OkStatus();
}

absl::Status AppendRow(int row, const v1::Row& values, const FeatureIndex& features,
                       std::vector<ColumnFiller>& columns) {
  // A row of the right size without a stranger has every feature once.
  if (values.features().size() != features.size()) return FaultOf(row, values, features);
  for (const auto& [name, value] : values.features()) {
    const auto feature = features.Find(name);
    if (!feature || !columns[*feature].Append(value).ok()) return FaultOf(row, values, features);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DecodeFeatures(const Rows& rows, const FeatureIndex& features, Table* table) {
  const size_t row_count = static_cast<size_t>(rows.size());
  if (row_count > kMaxPredictRows) {
    return InvalidField(
        "rows", absl::StrCat("must be at most ", kMaxPredictRows, " rows, are ", row_count));
  }
  std::vector<ColumnFiller> columns;
  columns.reserve(features.size());
  for (ColumnData& column : table->columns) columns.emplace_back(&column);
  for (int row = 0; row < rows.size(); ++row) {
    SERIN_RETURN_IF_ERROR(AppendRow(row, rows[row], features, columns));
  }
  return absl::OkStatus();
}

}  // namespace serin
