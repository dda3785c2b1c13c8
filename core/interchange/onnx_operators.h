#ifndef SERIN_CORE_INTERCHANGE_ONNX_OPERATORS_H_
#define SERIN_CORE_INTERCHANGE_ONNX_OPERATORS_H_

#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_values.h"
#include "serin/v1/table.pb.h"

namespace serin {

// What a node makes of its inputs: the values that they are among `values` say which operator it
// can be. `features` are those of the model, whose types an encoding of categories changes.
//
// INVALID_ARGUMENT, UNIMPLEMENTED and RESOURCE_EXHAUSTED name the operator and the node.
absl::StatusOr<SharedOnnxValue> EvaluateOnnxNode(const OnnxNode& node, OnnxValues* values,
                                                 v1::Schema* features);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_OPERATORS_H_
