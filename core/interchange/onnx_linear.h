#ifndef SERIN_CORE_INTERCHANGE_ONNX_LINEAR_H_
#define SERIN_CORE_INTERCHANGE_ONNX_LINEAR_H_

#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_value.h"

namespace serin {

// ai.onnx.ml.LinearClassifier and LinearRegressor over `inputs`. UNIMPLEMENTED for several targets,
// and for post_transforms that make no softmax, or logistic function of one margin, of the scores.
absl::StatusOr<OnnxScores> ReadOnnxLinear(const OnnxNode& node, const OnnxColumns& inputs);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_LINEAR_H_
