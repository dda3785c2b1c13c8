#ifndef SERIN_CORE_INTERCHANGE_ONNX_NETWORK_OPS_H_
#define SERIN_CORE_INTERCHANGE_ONNX_NETWORK_OPS_H_

#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_value.h"

// Operators of fully connected networks.

namespace serin {

// What a network without layers is of these columns.
OnnxNetwork NetworkOf(const OnnxColumns& columns);

// MatMul and Gemm by a constant: another layer, of inputs x outputs weights (with `transposed`,
// outputs x inputs).
absl::StatusOr<OnnxNetwork> AddLayer(const OnnxNode& node, const OnnxNetwork& network,
                                     const OnnxTensor& weights, bool transposed);

// Add of a constant, or the C of a Gemm: one for each output, or one for all.
absl::StatusOr<OnnxNetwork> AddBiases(const OnnxNode& node, const OnnxNetwork& network,
                                      const OnnxTensor& biases);

// Relu and Tanh. UNIMPLEMENTED where layers have different ones.
absl::StatusOr<OnnxNetwork> AddActivation(const OnnxNode& node, const OnnxNetwork& network);

// What a whole network answers: the value of a regression, or, behind Sigmoid or Softmax, the
// probabilities of two classes or more. A network of one layer is a linear model.
absl::StatusOr<OnnxScores> EndNetwork(const OnnxNode& node, const OnnxNetwork& network);
absl::StatusOr<OnnxScores> EndRegression(const OnnxNetwork& network);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_NETWORK_OPS_H_
