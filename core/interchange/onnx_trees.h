#ifndef SERIN_CORE_INTERCHANGE_ONNX_TREES_H_
#define SERIN_CORE_INTERCHANGE_ONNX_TREES_H_

#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_value.h"

namespace serin {

// ai.onnx.ml.TreeEnsembleClassifier and TreeEnsembleRegressor over `inputs`. A tree whose leaves
// have weights of several classes becomes one for each of them. Sums begin with the base values and
// add tree by tree in single precision.
//
// INVALID_ARGUMENT where the nodes form no trees; UNIMPLEMENTED for comparisons other than <, <=, >
// and >=, for several targets, and for transforms of the sums that are none of our links.
absl::StatusOr<OnnxScores> ReadOnnxTrees(const OnnxNode& node, const OnnxColumns& inputs);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_TREES_H_
