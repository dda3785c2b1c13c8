#ifndef SERIN_CORE_INTERCHANGE_ONNX_WRITE_NETWORK_H_
#define SERIN_CORE_INTERCHANGE_ONNX_WRITE_NETWORK_H_

#include <string>

#include "core/interchange/onnx_writer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A multilayer perceptron over the value `inputs`: MatMul, Add and the activation of each layer,
// and what makes labels of the last.
void WriteOnnxNetwork(const internal::v1::Predictor& predictor, const std::string& inputs,
                      OnnxWriter* writer);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_WRITE_NETWORK_H_
