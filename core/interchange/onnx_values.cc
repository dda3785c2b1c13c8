#include "core/interchange/onnx_values.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {

OnnxValues::OnnxValues(const onnx::GraphProto& graph) {
  for (const onnx::TensorProto& tensor : graph.initializer()) constants_[tensor.name()] = &tensor;
}

absl::StatusOr<SharedOnnxValue> OnnxValues::Find(const std::string& name) {
  if (const auto found = values_.find(name); found != values_.end()) return found->second;
  const auto constant = constants_.find(name);
  if (constant == constants_.end()) {
    return absl::InvalidArgumentError(absl::StrCat("ONNX model: ", QuoteForError(name),
                                                   " is used and not made by any node before"));
  }
  absl::StatusOr<SharedOnnxValue> value = Share(ReadOnnxTensor(*constant->second));
  values_.emplace(name, value);
  return value;
}

absl::StatusOr<const OnnxTensor*> OnnxValues::Constant(const OnnxNode& node, int index) {
  if (node.proto().input_size() <= index) return node.Invalid("lacks an input");
  SERIN_ASSIGN_OR_RETURN(const SharedOnnxValue value, Find(node.proto().input(index)));
  const auto* tensor = std::get_if<OnnxTensor>(value.get());
  // Alive in values_.
  if (tensor != nullptr && tensor->texts.empty()) return tensor;
  return node.Unimplemented(absl::StrCat("input ", index, " must be a constant"));
}

absl::StatusOr<SharedOnnxValue> OnnxValues::Count(SharedOnnxValue value) {
  const size_t bytes = BytesOf(*value);
  if (bytes > kMaxOnnxBytes - bytes_) return TooLarge();
  bytes_ += bytes;
  return value;
}

absl::Status OnnxValues::TooLarge() {
  return absl::ResourceExhaustedError(
      absl::StrCat("ONNX model: its columns and weights take more than ", kMaxOnnxBytes, " bytes"));
}

}  // namespace serin
