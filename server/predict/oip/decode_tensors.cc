#include "server/predict/oip/decode_tensors.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "server/predict/oip/input_tensor.h"
#include "server/predict/oip/tensor_column.h"

namespace serin {
namespace {

using inference::ModelInferRequest;

std::string Quoted(absl::string_view name) { return QuoteForError(name, kMaxColumnNameLength); }

bool IsMatrix(const ModelInferRequest& request, const FeatureIndex& features) {
  if (request.inputs_size() != 1 || request.inputs(0).shape_size() != 2) return false;
  return request.inputs(0).shape(1) != 1 || !features.Find(request.inputs(0).name());
}

absl::StatusOr<Table> DecodeMatrix(const ModelInferRequest& request, const FeatureIndex& features) {
  SERIN_ASSIGN_OR_RETURN(const InputTensor tensor, ReadInputTensor(request, 0));
  if (tensor.columns != features.size()) {
    return InvalidField(
        "inputs[0].shape",
        absl::StrCat("must be [rows, ", features.size(),
                     "], one column for each of the model's features, has ", tensor.columns));
  }
  Table table;
  table.columns.reserve(features.size());
  for (size_t f = 0; f < features.size(); ++f) {
    SERIN_ASSIGN_OR_RETURN(ColumnData column, ColumnOf(tensor, f, features[f]));
    table.columns.push_back(std::move(column));
  }
  return table;
}

// Where a tensor's values belong: the feature of its name, if that has none yet.
absl::StatusOr<size_t> FeatureOf(const ModelInferRequest& request, int index,
                                 const FeatureIndex& features, const std::vector<bool>& given) {
  const std::string& name = request.inputs(index).name();
  const std::string where = absl::StrCat("inputs[", index, "].name");
  const auto feature = features.Find(name);
  if (!feature) {
    return InvalidField(where, absl::StrCat(Quoted(name), ": ", features.WhyUnknown(name)));
  }
  if (given[*feature]) return InvalidField(where, absl::StrCat(Quoted(name), " is given already"));
  return *feature;
}

absl::Status CheckIsColumn(const InputTensor& tensor, size_t row_count) {
  if (tensor.columns != 1) {
    return InvalidField(absl::StrCat(tensor.where, ".shape"),
                        "must be [rows] or [rows, 1] where there is one tensor for each feature");
  }
  if (tensor.rows == row_count) return absl::OkStatus();
  return InvalidField(
      absl::StrCat(tensor.where, ".shape"),
      absl::StrCat("must have ", row_count, " rows as inputs[0] has, has ", tensor.rows));
}

absl::Status CheckComplete(const FeatureIndex& features, const std::vector<bool>& given) {
  for (size_t f = 0; f < given.size(); ++f) {
    if (given[f]) continue;
    return InvalidField("inputs", absl::StrCat("must have one for each feature, lack ",
                                               Quoted(features[f].name())));
  }
  return absl::OkStatus();
}

absl::StatusOr<Table> DecodeColumns(const ModelInferRequest& request,
                                    const FeatureIndex& features) {
  Table table;
  table.columns.resize(features.size());
  std::vector<bool> given(features.size(), false);
  size_t row_count = 0;
  for (int i = 0; i < request.inputs_size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const size_t feature, FeatureOf(request, i, features, given));
    SERIN_ASSIGN_OR_RETURN(const InputTensor tensor, ReadInputTensor(request, i));
    if (i == 0) row_count = tensor.rows;
    SERIN_RETURN_IF_ERROR(CheckIsColumn(tensor, row_count));
    SERIN_ASSIGN_OR_RETURN(table.columns[feature], ColumnOf(tensor, 0, features[feature]));
    given[feature] = true;
  }
  SERIN_RETURN_IF_ERROR(CheckComplete(features, given));
  return table;
}

}  // namespace

Datatype DatatypeFor(v1::ColumnType type) {
  if (ColumnData::IsString(type)) return Datatype::kBytes;
  return type == v1::COLUMN_TYPE_BOOLEAN ? Datatype::kBool : Datatype::kFp64;
}

absl::StatusOr<Table> DecodeTensors(const ModelInferRequest& request,
                                    const FeatureIndex& features) {
  if (request.inputs().empty()) {
    return InvalidField("inputs",
                        "must have one tensor for each feature, or one matrix [rows, features]");
  }
  return IsMatrix(request, features) ? DecodeMatrix(request, features)
                                     : DecodeColumns(request, features);
}

}  // namespace serin
