#include "server/proxy/json/oip_tensor.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/proxy/json/json_text.h"

namespace serin {
namespace {

using nlohmann::json;

constexpr int64_t kMaxElements = int64_t{1} << 26;
constexpr std::array<absl::string_view, 11> kNumberTypes = {"UINT8", "UINT16", "UINT32", "UINT64",
                                                            "INT8",  "INT16",  "INT32",  "INT64",
                                                            "FP16",  "FP32",   "FP64"};

absl::StatusOr<std::string> TextOf(const json& input, const char* member,
                                   const std::string& where) {
  const auto it = input.find(member);
  if (it != input.end() && it->is_string()) return it->get<std::string>();
  return InvalidField(absl::StrCat(where, ".", member), "must be a string");
}

absl::StatusOr<OipTensor::Kind> KindOf(absl::string_view datatype, const std::string& where) {
  if (datatype == "BYTES") return OipTensor::Kind::kStrings;
  if (datatype == "BOOL") return OipTensor::Kind::kBooleans;
  for (absl::string_view number : kNumberTypes) {
    if (datatype == number) return OipTensor::Kind::kNumbers;
  }
  return InvalidField(absl::StrCat(where, ".datatype"),
                      absl::StrCat("must be BOOL, BYTES, FP64 or another datatype of the Open "
                                   "Inference Protocol, is ",
                                   QuoteForError(datatype)));
}

absl::Status TakeShape(const json& input, OipTensor* tensor) {
  const std::string where = absl::StrCat(tensor->where, ".shape");
  const auto shape = input.find("shape");
  const bool fits =
      shape != input.end() && shape->is_array() && !shape->empty() && shape->size() <= 2;
  if (!fits) return InvalidField(where, "must be [rows], [rows, 1] or [rows, features]");
  for (const json& size : *shape) {
    if (size.is_number_unsigned() && size.get<uint64_t>() <= kMaxElements) continue;
    return InvalidField(
        where, absl::StrCat("must hold numbers from 0 to ", kMaxElements, " without fraction"));
  }
  tensor->rows = (*shape)[0].get<int64_t>();
  tensor->columns = shape->size() == 2 ? (*shape)[1].get<int64_t>() : 1;
  tensor->is_matrix = tensor->columns != 1;
  return absl::OkStatus();
}

bool IsOfKind(const json& value, OipTensor::Kind kind) {
  switch (kind) {
    case OipTensor::Kind::kStrings:
      return value.is_string();
    case OipTensor::Kind::kBooleans:
      return value.is_boolean();
    case OipTensor::Kind::kNumbers:
      return value.is_number();
  }
  return false;
}

// Nested lists are no deeper than the parser allowed.
absl::Status Flatten(const json& data, const std::string& datatype, OipTensor* tensor) {
  for (const json& value : data) {
    if (value.is_array()) {
      SERIN_RETURN_IF_ERROR(Flatten(value, datatype, tensor));
      continue;
    }
    if (!value.is_null() && !IsOfKind(value, tensor->kind)) {
      return InvalidField(
          absl::StrCat(tensor->where, ".data[", tensor->data.size(), "]"),
          absl::StrCat("must be of datatype ", datatype, ", is ", JsonTypeName(value)));
    }
    tensor->data.push_back(value);
  }
  return absl::OkStatus();
}

absl::Status TakeData(const json& input, const std::string& datatype, OipTensor* tensor) {
  const std::string where = absl::StrCat(tensor->where, ".data");
  const auto data = input.find("data");
  if (data == input.end() || !data->is_array()) {
    return InvalidField(where, "must be a list (binary tensors are not supported)");
  }
  SERIN_RETURN_IF_ERROR(Flatten(*data, datatype, tensor));
  // Neither factor is above 2^26.
  const int64_t expected = tensor->rows * tensor->columns;
  if (static_cast<int64_t>(tensor->data.size()) == expected) return absl::OkStatus();
  return InvalidField(where,
                      absl::StrCat("must have ", expected, " elements, as the shape says, has ",
                                   tensor->data.size()));
}

}  // namespace

absl::StatusOr<OipTensor> ParseOipTensor(const json& input, const std::string& where) {
  OipTensor tensor;
  tensor.where = where;
  if (!input.is_object()) {
    return InvalidField(where, absl::StrCat("must be an object, is ", JsonTypeName(input)));
  }
  SERIN_ASSIGN_OR_RETURN(tensor.name, TextOf(input, "name", where));
  SERIN_ASSIGN_OR_RETURN(const std::string datatype, TextOf(input, "datatype", where));
  SERIN_ASSIGN_OR_RETURN(tensor.kind, KindOf(datatype, where));
  SERIN_RETURN_IF_ERROR(TakeShape(input, &tensor));
  SERIN_RETURN_IF_ERROR(TakeData(input, datatype, &tensor));
  return tensor;
}

v1::Column ColumnOf(const OipTensor& tensor, int64_t column, const std::string& feature,
                    v1::ColumnType type) {
  v1::Column out;
  out.set_name(feature);
  for (int64_t row = 0; row < tensor.rows; ++row) {
    const json& value = tensor.data[row * tensor.columns + column];
    const bool missing = value.is_null();
    if (missing) out.add_missing_rows(static_cast<uint32_t>(row));
    if (tensor.kind == OipTensor::Kind::kStrings) {
      out.mutable_strings()->add_values(missing ? "" : value.get_ref<const std::string&>());
    } else if (tensor.kind == OipTensor::Kind::kBooleans) {
      out.mutable_booleans()->add_values(!missing && value.get<bool>());
    } else if (type == v1::COLUMN_TYPE_BOOLEAN) {
      out.mutable_booleans()->add_values(!missing && value.get<double>() != 0);
    } else {
      out.mutable_numbers()->add_values(missing ? 0 : value.get<double>());
    }
  }
  return out;
}

std::string OipDatatypeOf(v1::ColumnType type) {
  switch (type) {
    case v1::COLUMN_TYPE_BOOLEAN:
      return "BOOL";
    case v1::COLUMN_TYPE_CATEGORY:
    case v1::COLUMN_TYPE_TEXT:
      return "BYTES";
    default:
      return "FP64";
  }
}

}  // namespace serin
