#ifndef SERIN_CORE_INTERCHANGE_ONNX_TENSOR_H_
#define SERIN_CORE_INTERCHANGE_ONNX_TENSOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "onnx/onnx_pb.h"

namespace serin {

// The numbers of a tensor with its shape, and its texts where it holds those.
struct OnnxTensor {
  std::vector<int64_t> shape;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

// INVALID_ARGUMENT where shape and data disagree; RESOURCE_EXHAUSTED over 2^26 elements;
// UNIMPLEMENTED for data outside of the file and for other elements than 32 and 64 bit floats and
// integers, booleans and strings.
absl::StatusOr<OnnxTensor> ReadOnnxTensor(const onnx::TensorProto& tensor);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_TENSOR_H_
