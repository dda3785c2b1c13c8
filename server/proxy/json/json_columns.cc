#include "server/proxy/json/json_columns.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/json_text.h"

namespace serin {
namespace {

using nlohmann::json;

const json& Scalar(const json& value) {
  return value.is_array() && value.size() == 1 ? value[0] : value;
}

// The first value that is there decides; a column without any counts as numbers.
json::value_t KindOf(const json& values) {
  for (const json& entry : values) {
    const json& value = Scalar(entry);
    if (value.is_boolean()) return json::value_t::boolean;
    if (value.is_string()) return json::value_t::string;
    if (!value.is_null()) break;
  }
  return json::value_t::number_float;
}

absl::Status CheckKind(const json& value, json::value_t kind, const std::string& where) {
  switch (kind) {
    case json::value_t::boolean:
      if (value.is_boolean()) return absl::OkStatus();
      return InvalidField(where, absl::StrCat("must be a truth value, as those before it are, is ",
                                              JsonTypeName(value)));
    case json::value_t::string:
      if (value.is_string()) return absl::OkStatus();
      return InvalidField(where, absl::StrCat("must be a string, as those before it are, is ",
                                              JsonTypeName(value)));
    default:
      if (value.is_number()) return absl::OkStatus();
      return InvalidField(where, absl::StrCat("must be a number, is ", JsonTypeName(value)));
  }
}

// A missing value has an entry too, which nobody reads.
void Append(const json& value, json::value_t kind, v1::Column* column) {
  const bool missing = value.is_null();
  if (kind == json::value_t::boolean) {
    column->mutable_booleans()->add_values(!missing && value.get<bool>());
  } else if (kind == json::value_t::string) {
    column->mutable_strings()->add_values(missing ? "" : value.get_ref<const std::string&>());
  } else {
    column->mutable_numbers()->add_values(missing ? 0 : value.get<double>());
  }
}

int LengthOf(const v1::Column& column) {
  return column.has_strings()    ? column.strings().values_size()
         : column.has_booleans() ? column.booleans().values_size()
                                 : column.numbers().values_size();
}

bool HasNoValue(const v1::Column& column) {
  return LengthOf(column) > 0 && column.missing_rows_size() == LengthOf(column);
}

google::protobuf::Value ValueAt(const v1::Column& column, int row) {
  google::protobuf::Value value;
  if (column.has_strings()) {
    value.set_string_value(column.strings().values(row));
  } else if (column.has_booleans()) {
    value.set_bool_value(column.booleans().values(row));
  } else {
    value.set_number_value(column.numbers().values(row));
  }
  return value;
}

// Rows that a shorter column does not reach lack its feature, and the server says so.
void WriteColumn(const v1::Column& column, v1::PredictRequest* request) {
  const int rows = std::min(LengthOf(column), request->rows_size());
  for (int row = 0; row < rows; ++row) {
    (*request->mutable_rows(row)->mutable_features())[column.name()] = ValueAt(column, row);
  }
  for (const uint32_t row : column.missing_rows()) {
    if (static_cast<int>(row) >= rows) break;
    (*request->mutable_rows(static_cast<int>(row))->mutable_features())[column.name()]
        .set_null_value(google::protobuf::NULL_VALUE);
  }
}

}  // namespace

void UseRowsForUntypedColumns(v1::PredictRequest* request) {
  const auto& columns = request->columns();
  if (std::none_of(columns.begin(), columns.end(), HasNoValue)) return;
  int rows = 0;
  for (const v1::Column& column : columns) rows = std::max(rows, LengthOf(column));
  for (int row = 0; row < rows; ++row) request->add_rows();
  for (const v1::Column& column : columns) WriteColumn(column, request);
  request->clear_columns();
}

absl::StatusOr<v1::Column> ColumnFromJson(const std::string& name, const json& values,
                                          const std::string& where) {
  v1::Column column;
  column.set_name(name);
  const json::value_t kind = KindOf(values);
  uint32_t row = 0;
  for (const json& entry : values) {
    const json& value = Scalar(entry);
    if (value.is_null()) {
      column.add_missing_rows(row);
    } else {
      SERIN_RETURN_IF_ERROR(CheckKind(value, kind, absl::StrCat(where, "[", row, "]")));
    }
    Append(value, kind, &column);
    ++row;
  }
  return column;
}

}  // namespace serin
