#include "core/interchange/onnx_node.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

absl::Status InvalidTensor(const onnx::TensorProto& tensor, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("ONNX model: tensor ", QuoteForError(tensor.name()), ": ", what));
}

// The elements of raw_data, which are little-endian.
template <typename Element>
std::vector<double> FromBytes(const std::string& bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(Element));
  for (size_t i = 0; i < numbers.size(); ++i) {
    Element element;
    std::memcpy(&element, bytes.data() + i * sizeof(Element), sizeof(Element));
    numbers[i] = static_cast<double>(element);
  }
  return numbers;
}

template <typename Element, typename Repeated>
std::vector<double> Elements(const onnx::TensorProto& tensor, const Repeated& listed) {
  if (tensor.has_raw_data()) return FromBytes<Element>(tensor.raw_data());
  return {listed.begin(), listed.end()};
}

absl::Status ReadElements(const onnx::TensorProto& tensor, OnnxTensor* read) {
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      read->numbers = Elements<float>(tensor, tensor.float_data());
      return absl::OkStatus();
    case onnx::TensorProto::DOUBLE:
      read->numbers = Elements<double>(tensor, tensor.double_data());
      return absl::OkStatus();
    case onnx::TensorProto::INT32:
      read->numbers = Elements<int32_t>(tensor, tensor.int32_data());
      return absl::OkStatus();
    case onnx::TensorProto::INT64:
      read->numbers = Elements<int64_t>(tensor, tensor.int64_data());
      return absl::OkStatus();
    case onnx::TensorProto::BOOL:
      read->numbers = Elements<uint8_t>(tensor, tensor.int32_data());
      return absl::OkStatus();
    case onnx::TensorProto::STRING:
      read->texts.assign(tensor.string_data().begin(), tensor.string_data().end());
      return absl::OkStatus();
    default:
      return absl::UnimplementedError(absl::StrCat("ONNX model: tensor ",
                                                   QuoteForError(tensor.name()), ": element type ",
                                                   tensor.data_type(), " is not supported"));
  }
}

}  // namespace

const onnx::AttributeProto* OnnxNode::Find(absl::string_view name) const {
  for (const onnx::AttributeProto& attribute : node_->attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

int64_t OnnxNode::Integer(absl::string_view name, int64_t fallback) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? fallback : found->i();
}

float OnnxNode::Float(absl::string_view name, float fallback) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? fallback : found->f();
}

std::string OnnxNode::Text(absl::string_view name, absl::string_view fallback) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? std::string(fallback) : found->s();
}

std::vector<float> OnnxNode::Floats(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  if (found == nullptr) return {};
  return {found->floats().begin(), found->floats().end()};
}

std::vector<int64_t> OnnxNode::Integers(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  if (found == nullptr) return {};
  return {found->ints().begin(), found->ints().end()};
}

std::vector<std::string> OnnxNode::Strings(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  if (found == nullptr) return {};
  return {found->strings().begin(), found->strings().end()};
}

std::vector<std::string> OnnxNode::ClassLabels() const {
  std::vector<std::string> labels = Strings("classlabels_strings");
  if (!labels.empty()) return labels;
  for (const char* name : {"classlabels_int64s", "classlabels_ints"}) {
    for (const int64_t label : Integers(name)) labels.push_back(absl::StrCat(label));
  }
  return labels;
}

std::string OnnxNode::Prefix() const {
  return absl::StrCat("ONNX model: ", Utf8Prefix(op(), 100), " ", QuoteForError(node_->name()),
                      ": ");
}

absl::Status OnnxNode::Invalid(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(Prefix(), what));
}

absl::Status OnnxNode::Unimplemented(absl::string_view what) const {
  return absl::UnimplementedError(absl::StrCat(Prefix(), what));
}

absl::StatusOr<OnnxTensor> ReadOnnxTensor(const onnx::TensorProto& tensor) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    return absl::UnimplementedError("ONNX model: tensors in other files are not supported");
  }
  OnnxTensor read;
  size_t size = 1;
  for (const int64_t dimension : tensor.dims()) {
    // Nothing is larger than the file.
    if (dimension < 0 || dimension > (int64_t{1} << 30) || size > (size_t{1} << 30)) {
      return InvalidTensor(tensor, "has a dimension that cannot be");
    }
    size *= static_cast<size_t>(dimension);
    read.shape.push_back(dimension);
  }
  const absl::Status status = ReadElements(tensor, &read);
  if (!status.ok()) return status;
  if (read.size() == size) return read;
  return InvalidTensor(tensor,
                       absl::StrCat("has ", read.size(), " elements; its shape has ", size));
}

}  // namespace serin
