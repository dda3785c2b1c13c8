#include "core/interchange/onnx_inputs.h"

#include <memory>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/imported_model.h"

namespace serin {
namespace {

using internal::v1::ColumnTransform;

absl::StatusOr<v1::ColumnType> TypeOf(const onnx::ValueInfoProto& input) {
  switch (input.type().tensor_type().elem_type()) {
    case onnx::TensorProto::STRING:
      return v1::COLUMN_TYPE_CATEGORY;
    case onnx::TensorProto::BOOL:
      return v1::COLUMN_TYPE_BOOLEAN;
    case onnx::TensorProto::FLOAT:
    case onnx::TensorProto::DOUBLE:
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::INT64:
      return v1::COLUMN_TYPE_NUMBER;
    default:
      return absl::UnimplementedError(absl::StrCat("ONNX model: input ",
                                                   QuoteForError(input.name()),
                                                   " is no tensor of numbers, booleans or texts"));
  }
}

// The last of two dimensions; an input with one dimension is one column.
absl::StatusOr<int> WidthOf(const onnx::ValueInfoProto& input) {
  const onnx::TensorShapeProto& shape = input.type().tensor_type().shape();
  if (shape.dim_size() == 1) return 1;
  if (shape.dim_size() == 2 && shape.dim(1).dim_value() > 0 &&
      shape.dim(1).dim_value() <= kMaxImportedFeatures) {
    return static_cast<int>(shape.dim(1).dim_value());
  }
  return absl::InvalidArgumentError(absl::StrCat("ONNX model: input ", QuoteForError(input.name()),
                                                 " must have the shape rows x columns, with 1 to ",
                                                 kMaxImportedFeatures,
                                                 " columns given as a number"));
}

OnnxColumns AddFeatures(const std::string& prefix, bool alone, v1::ColumnType type, int width,
                        v1::Schema* features) {
  auto transform = std::make_shared<ColumnTransform>();
  if (type != v1::COLUMN_TYPE_CATEGORY) transform->mutable_numeric()->set_scale(1);
  OnnxColumns columns;
  for (int i = 0; i < width; ++i) {
    columns.push_back({features->columns_size(), transform, 0});
    v1::ColumnSchema& column = *features->add_columns();
    column.set_name(width == 1 ? prefix : absl::StrCat(alone ? "" : prefix + "_", "f", i));
    column.set_type(type);
  }
  return columns;
}

}  // namespace

absl::StatusOr<std::vector<std::pair<std::string, OnnxColumns>>> ReadOnnxInputs(
    const onnx::GraphProto& graph, v1::Schema* features) {
  absl::flat_hash_set<std::string> constants;
  for (const onnx::TensorProto& tensor : graph.initializer()) constants.insert(tensor.name());
  std::vector<const onnx::ValueInfoProto*> inputs;
  for (const onnx::ValueInfoProto& input : graph.input()) {
    if (!constants.contains(input.name())) inputs.push_back(&input);
  }
  std::vector<std::pair<std::string, OnnxColumns>> read;
  for (const onnx::ValueInfoProto* input : inputs) {
    SERIN_ASSIGN_OR_RETURN(const v1::ColumnType type, TypeOf(*input));
    SERIN_ASSIGN_OR_RETURN(const int width, WidthOf(*input));
    if (features->columns_size() + width > kMaxImportedFeatures) {
      return absl::InvalidArgumentError(
          absl::StrCat("ONNX model: has more than ", kMaxImportedFeatures, " features"));
    }
    read.emplace_back(input->name(),
                      AddFeatures(input->name(), inputs.size() == 1, type, width, features));
  }
  return read;
}

}  // namespace serin
