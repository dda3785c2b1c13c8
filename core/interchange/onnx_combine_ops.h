#ifndef SERIN_CORE_INTERCHANGE_ONNX_COMBINE_OPS_H_
#define SERIN_CORE_INTERCHANGE_ONNX_COMBINE_OPS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_values.h"

// Operators of several values.

namespace serin {

// UNIMPLEMENTED where the node's axis, `fallback` if it has none, is that of the rows.
absl::Status CheckIsAlongColumns(const OnnxNode& node, int64_t fallback);

// Concat and FeatureVectorizer: columns of features one behind the other; or both shares of two
// classes, 1 - p and p.
absl::StatusOr<SharedOnnxValue> CombineColumns(const OnnxNode& node, OnnxValues* values);

// Add, Sub, Mul and Div by a constant, in either order where that makes no difference: of columns a
// scaling, Add of a network its biases. And 1 - p, the share of the first of two classes.
absl::StatusOr<SharedOnnxValue> CombineWithConstant(const OnnxNode& node, OnnxValues* values);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_COMBINE_OPS_H_
