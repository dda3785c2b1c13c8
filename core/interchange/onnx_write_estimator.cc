#include "core/interchange/onnx_write_estimator.h"

#include <vector>

#include "core/interchange/onnx_write_network.h"
#include "core/interchange/onnx_write_trees.h"

namespace serin {
namespace {

// -w and w of two classes, whose shares are the logistic function of their scores.
std::vector<float> Mirrored(const google::protobuf::RepeatedField<double>& numbers) {
  std::vector<float> both;
  for (const double number : numbers) both.push_back(static_cast<float>(-number));
  for (const double number : numbers) both.push_back(static_cast<float>(number));
  return both;
}

void WriteLinear(const internal::v1::Predictor& predictor, const std::string& inputs,
                 OnnxWriter* writer) {
  const auto& weights = predictor.linear().weights();
  const auto& intercepts = predictor.linear().intercepts();
  if (predictor.task() == v1::TASK_REGRESSION) {
    OnnxNodeWriter node =
        writer->Node("LinearRegressor", {inputs}, {std::string(kOnnxVariable)}, /*ml=*/true);
    node.Floats("coefficients", {weights.begin(), weights.end()});
    node.Floats("intercepts", {intercepts.begin(), intercepts.end()});
    return;
  }
  const bool two = predictor.classes_size() == 2;
  OnnxNodeWriter node =
      writer->Node("LinearClassifier", {inputs},
                   {std::string(kOnnxLabel), std::string(kOnnxProbability)}, /*ml=*/true);
  node.Floats("coefficients",
              two ? Mirrored(weights) : std::vector<float>(weights.begin(), weights.end()));
  node.Floats("intercepts", two ? Mirrored(intercepts)
                                : std::vector<float>(intercepts.begin(), intercepts.end()));
  node.Strings("classlabels_strings", predictor.classes());
  node.Text("post_transform", two ? "LOGISTIC" : "SOFTMAX");
}

}  // namespace

absl::Status WriteOnnxEstimator(const internal::v1::Predictor& predictor, const std::string& inputs,
                                OnnxWriter* writer) {
  switch (predictor.estimator_case()) {
    case internal::v1::Predictor::kLinear:
      WriteLinear(predictor, inputs, writer);
      return absl::OkStatus();
    case internal::v1::Predictor::kTrees:
      return WriteOnnxTrees(predictor, inputs, writer);
    case internal::v1::Predictor::kMlp:
      WriteOnnxNetwork(predictor, inputs, writer);
      return absl::OkStatus();
    default:
      return absl::UnimplementedError(
          "ONNX: only linear models, trees and multilayer perceptrons can be exported");
  }
}

}  // namespace serin
