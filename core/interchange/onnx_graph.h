#ifndef SERIN_CORE_INTERCHANGE_ONNX_GRAPH_H_
#define SERIN_CORE_INTERCHANGE_ONNX_GRAPH_H_

#include "absl/status/statusor.h"
#include "core/interchange/onnx_value.h"

namespace serin {

// A graph, gone through once.
struct OnnxGraph {
  v1::Schema features;
  OnnxScores scores;
};

// Goes through a graph, in its order, with columns of features in place of rows. What cannot be
// said of a value is an error only where the answer needs it: the labels, which Serin makes itself,
// may be computed by any operator. The answer is the second output of a graph that has several.
absl::StatusOr<OnnxGraph> ReadOnnxGraph(const onnx::GraphProto& graph);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_GRAPH_H_
