#include "core/interchange/onnx_graph.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/onnx_inputs.h"
#include "core/interchange/onnx_network_ops.h"
#include "core/interchange/onnx_operators.h"
#include "core/interchange/onnx_values.h"

namespace serin {
namespace {

absl::Status SetInputs(const onnx::GraphProto& graph, OnnxValues* values, v1::Schema* features) {
  SERIN_ASSIGN_OR_RETURN(auto inputs, ReadOnnxInputs(graph, features));
  for (auto& [name, columns] : inputs) {
    SERIN_ASSIGN_OR_RETURN(SharedOnnxValue value, values->Share<OnnxColumns>(std::move(columns)));
    values->Set(name, std::move(value));
  }
  return absl::OkStatus();
}

absl::Status SetOutputs(const onnx::NodeProto& proto, OnnxValues* values, v1::Schema* features) {
  const OnnxNode node(&proto);
  const absl::StatusOr<SharedOnnxValue> value = EvaluateOnnxNode(node, values, features);
  if (absl::IsResourceExhausted(value.status())) return value.status();
  // Of the outputs of classifiers, label and scores, either stands for the scores.
  for (const std::string& output : proto.output()) values->Set(output, value);
  return absl::OkStatus();
}

absl::StatusOr<OnnxScores> Answer(const onnx::GraphProto& graph, OnnxValues* values) {
  if (graph.output().empty()) return absl::InvalidArgumentError("ONNX model: has no output");
  const std::string& name = graph.output(graph.output_size() > 1 ? 1 : 0).name();
  SERIN_ASSIGN_OR_RETURN(const SharedOnnxValue value, values->Find(name));
  if (const auto* network = std::get_if<OnnxNetwork>(value.get())) return EndRegression(*network);
  const auto* scores = std::get_if<OnnxScores>(value.get());
  if (scores == nullptr) {
    return absl::UnimplementedError(absl::StrCat("ONNX model: output ", QuoteForError(name),
                                                 " is not what an estimator answers"));
  }
  if (!scores->complement) return *scores;
  return absl::UnimplementedError("ONNX model: the answer is the first class's share alone");
}

}  // namespace

absl::StatusOr<OnnxGraph> ReadOnnxGraph(const onnx::GraphProto& graph) {
  OnnxGraph read;
  OnnxValues values(graph);
  SERIN_RETURN_IF_ERROR(SetInputs(graph, &values, &read.features));
  for (const onnx::NodeProto& node : graph.node()) {
    SERIN_RETURN_IF_ERROR(SetOutputs(node, &values, &read.features));
  }
  SERIN_ASSIGN_OR_RETURN(read.scores, Answer(graph, &values));
  return read;
}

}  // namespace serin
