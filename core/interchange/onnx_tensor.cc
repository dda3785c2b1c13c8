#include "core/interchange/onnx_tensor.h"

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

// 512 MiB as numbers.
constexpr int kMaxElements = 1 << 26;

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

// As many as the shape says, which is what bounds them.
template <typename Element, typename Repeated>
absl::StatusOr<std::vector<double>> Elements(const onnx::TensorProto& tensor,
                                             const Repeated& listed, size_t count) {
  const bool raw = tensor.has_raw_data();
  const size_t there =
      raw ? tensor.raw_data().size() / sizeof(Element) : static_cast<size_t>(listed.size());
  if (there != count) {
    return InvalidTensor(tensor, absl::StrCat("has ", there, " elements; its shape has ", count));
  }
  if (raw) return FromBytes<Element>(tensor.raw_data());
  return std::vector<double>(listed.begin(), listed.end());
}

absl::StatusOr<std::vector<double>> NumbersOf(const onnx::TensorProto& tensor, size_t count) {
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      return Elements<float>(tensor, tensor.float_data(), count);
    case onnx::TensorProto::DOUBLE:
      return Elements<double>(tensor, tensor.double_data(), count);
    case onnx::TensorProto::INT32:
      return Elements<int32_t>(tensor, tensor.int32_data(), count);
    case onnx::TensorProto::INT64:
      return Elements<int64_t>(tensor, tensor.int64_data(), count);
    case onnx::TensorProto::BOOL:
      return Elements<uint8_t>(tensor, tensor.int32_data(), count);
    default:
      return absl::UnimplementedError(absl::StrCat("ONNX model: tensor ",
                                                   QuoteForError(tensor.name()), ": element type ",
                                                   tensor.data_type(), " is not supported"));
  }
}

absl::StatusOr<std::vector<std::string>> TextsOf(const onnx::TensorProto& tensor, size_t count) {
  const auto& texts = tensor.string_data();
  if (static_cast<size_t>(texts.size()) == count) {
    return std::vector<std::string>(texts.begin(), texts.end());
  }
  return InvalidTensor(tensor,
                       absl::StrCat("has ", texts.size(), " elements; its shape has ", count));
}

// Fills in the shape; returns how many elements it has.
absl::StatusOr<size_t> ReadShape(const onnx::TensorProto& tensor, OnnxTensor* read) {
  size_t count = 1;
  for (const int64_t size : tensor.dims()) {
    if (size < 0 || size > int64_t{kMaxElements}) {
      return InvalidTensor(tensor, "has a dimension that cannot be");
    }
    count *= static_cast<size_t>(size);
    if (count > size_t{kMaxElements}) {
      return absl::ResourceExhaustedError(
          absl::StrCat("ONNX model: tensor ", QuoteForError(tensor.name()), " has more than ",
                       kMaxElements, " elements"));
    }
    read->shape.push_back(size);
  }
  return count;
}

}  // namespace

absl::StatusOr<OnnxTensor> ReadOnnxTensor(const onnx::TensorProto& tensor) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) {
    return absl::UnimplementedError("ONNX model: tensors in other files are not supported");
  }
  OnnxTensor read;
  SERIN_ASSIGN_OR_RETURN(const size_t count, ReadShape(tensor, &read));
  if (tensor.data_type() == onnx::TensorProto::STRING) {
    SERIN_ASSIGN_OR_RETURN(read.texts, TextsOf(tensor, count));
  } else {
    SERIN_ASSIGN_OR_RETURN(read.numbers, NumbersOf(tensor, count));
  }
  return read;
}

}  // namespace serin
