#include "core/interchange/onnx_model.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/bounded_parse.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/onnx_graph.h"
#include "core/interchange/onnx_pipeline.h"
#include "onnx/onnx_pb.h"

namespace serin {
namespace {

constexpr size_t kMaxProducerBytes = 256;

// Gives numbers that may be missing a value where the estimator cannot do without. True if there
// was one.
bool FillGaps(internal::v1::Predictor* predictor) {
  if (predictor->has_trees()) return false;
  bool filled = false;
  for (auto& transform : *predictor->mutable_pipeline()->mutable_columns()) {
    if (!transform.has_numeric() || transform.numeric().has_fill()) continue;
    transform.mutable_numeric()->set_fill(transform.numeric().offset());
    filled = true;
  }
  return filled;
}

absl::Status NameClasses(const OnnxScores& scores, internal::v1::Predictor* predictor) {
  if (scores.class_count == 0) return absl::OkStatus();
  NumberClasses(scores.class_count, predictor);
  if (scores.classes.empty()) return absl::OkStatus();
  if (scores.classes.size() != static_cast<size_t>(scores.class_count)) {
    return absl::InvalidArgumentError(absl::StrCat("ONNX model: ", scores.classes.size(),
                                                   " labels for ", scores.class_count, " classes"));
  }
  predictor->mutable_classes()->Assign(scores.classes.begin(), scores.classes.end());
  return absl::OkStatus();
}

std::string ProducerOf(const onnx::ModelProto& model) {
  if (model.producer_name().empty() || !IsUtf8(model.producer_name()) ||
      !IsUtf8(model.producer_version())) {
    return "onnx";
  }
  const std::string name = absl::StrCat(model.producer_name(), " ", model.producer_version());
  return std::string(Utf8Prefix(name, kMaxProducerBytes));
}

}  // namespace

bool LooksLikeOnnx(absl::string_view file) {
  // The field's tag, and a version from 1 to 31.
  return file.size() > 2 && file[0] == 0x08 && file[1] > 0 && file[1] < 32;
}

absl::StatusOr<ImportedModel> ImportOnnx(absl::string_view file) {
  onnx::ModelProto proto;
  if (const absl::Status parsed = ParseBounded(file, &proto); !parsed.ok()) {
    return absl::Status(parsed.code(), absl::StrCat("ONNX model: the file ", parsed.message()));
  }
  SERIN_ASSIGN_OR_RETURN(OnnxGraph graph, ReadOnnxGraph(proto.graph()));
  ImportedModel model;
  model.producer = ProducerOf(proto);
  model.predictor = std::move(graph.scores.predictor);
  *model.predictor.mutable_features() = std::move(graph.features);
  SERIN_ASSIGN_OR_RETURN(const std::vector<int> outputs,
                         MakeOnnxPipeline(graph.scores.inputs, &model.predictor));
  SERIN_RETURN_IF_ERROR(UsePipelineOutputs(outputs, &model.predictor));
  SERIN_RETURN_IF_ERROR(NameClasses(graph.scores, &model.predictor));
  if (FillGaps(&model.predictor)) {
    model.warnings.push_back(
        "the file does not say what stands for missing values: they count as the value that the "
        "model's scaling makes 0 of");
  }
  return model;
}

}  // namespace serin
