#include "core/interchange/onnx_linear.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

using internal::v1::LinearEstimator;

// outputs x inputs weights, and an intercept for each output.
struct Rows {
  std::vector<float> weights;
  std::vector<float> intercepts;
  size_t inputs;

  size_t count() const { return weights.size() / inputs; }
};

absl::StatusOr<Rows> ReadRows(const OnnxNode& node, size_t inputs) {
  Rows rows = {node.Floats("coefficients"), node.Floats("intercepts"), inputs};
  if (inputs == 0 || rows.weights.empty() || rows.weights.size() % inputs != 0) {
    return node.Invalid(
        absl::StrCat(rows.weights.size(), " coefficients for ", inputs, " columns"));
  }
  if (rows.intercepts.empty()) rows.intercepts.resize(rows.count(), 0);
  if (rows.intercepts.size() != rows.count()) {
    return node.Invalid(
        absl::StrCat(rows.intercepts.size(), " intercepts for ", rows.count(), " outputs"));
  }
  return rows;
}

void AddRow(const Rows& rows, size_t row, LinearEstimator* linear) {
  const auto first = rows.weights.begin() + static_cast<ptrdiff_t>(row * rows.inputs);
  linear->mutable_weights()->Add(first, first + static_cast<ptrdiff_t>(rows.inputs));
  linear->add_intercepts(rows.intercepts[row]);
}

// The second row less the first.
void AddDifference(const Rows& rows, LinearEstimator* linear) {
  for (size_t i = 0; i < rows.inputs; ++i) {
    linear->add_weights(static_cast<double>(rows.weights[rows.inputs + i]) - rows.weights[i]);
  }
  linear->add_intercepts(static_cast<double>(rows.intercepts[1]) - rows.intercepts[0]);
}

// Whether the first row is the second with the other sign.
bool AreOpposite(const Rows& rows) {
  for (size_t i = 0; i < rows.inputs; ++i) {
    if (rows.weights[i] != -rows.weights[rows.inputs + i]) return false;
  }
  return rows.intercepts[0] == -rows.intercepts[1];
}

absl::Status ReadTwoClasses(const OnnxNode& node, const Rows& rows, const std::string& transform,
                            LinearEstimator* linear) {
  if (transform == "LOGISTIC" && (rows.count() == 1 || AreOpposite(rows))) {
    AddRow(rows, rows.count() - 1, linear);
    return absl::OkStatus();
  }
  if (transform == "SOFTMAX" && rows.count() == 2) {
    AddDifference(rows, linear);
    return absl::OkStatus();
  }
  return node.Unimplemented(absl::StrCat("post_transform ", QuoteForError(transform),
                                         " of these scores is not supported"));
}

absl::StatusOr<OnnxScores> ReadClassifier(const OnnxNode& node, const OnnxColumns& inputs) {
  OnnxScores scores;
  scores.inputs = inputs;
  scores.predictor.set_task(v1::TASK_CLASSIFICATION);
  scores.classes = node.ClassLabels();
  scores.class_count = static_cast<int>(scores.classes.size());
  SERIN_ASSIGN_OR_RETURN(const Rows rows, ReadRows(node, inputs.size()));
  const std::string transform = node.Text("post_transform", "NONE");
  LinearEstimator* const linear = scores.predictor.mutable_linear();
  if (scores.class_count == 2 && rows.count() <= 2) {
    SERIN_RETURN_IF_ERROR(ReadTwoClasses(node, rows, transform, linear));
    return scores;
  }
  if (scores.class_count < 3 || rows.count() != scores.classes.size()) {
    return node.Invalid(
        absl::StrCat(rows.count(), " rows of coefficients for ", scores.class_count, " classes"));
  }
  if (transform != "SOFTMAX") {
    return node.Unimplemented(absl::StrCat("post_transform ", QuoteForError(transform),
                                           " of more than two classes is not supported"));
  }
  for (size_t row = 0; row < rows.count(); ++row) AddRow(rows, row, linear);
  return scores;
}

absl::StatusOr<OnnxScores> ReadRegressor(const OnnxNode& node, const OnnxColumns& inputs) {
  if (node.Integer("targets", 1) != 1) return node.Unimplemented("has more than one target");
  if (node.Text("post_transform", "NONE") != "NONE") {
    return node.Unimplemented("a post_transform is not supported");
  }
  OnnxScores scores;
  scores.inputs = inputs;
  scores.predictor.set_task(v1::TASK_REGRESSION);
  SERIN_ASSIGN_OR_RETURN(const Rows rows, ReadRows(node, inputs.size()));
  if (rows.count() != 1) return node.Invalid("has not one coefficient per column");
  AddRow(rows, 0, scores.predictor.mutable_linear());
  return scores;
}

}  // namespace

absl::StatusOr<OnnxScores> ReadOnnxLinear(const OnnxNode& node, const OnnxColumns& inputs) {
  return absl::EndsWith(node.op(), "Classifier") ? ReadClassifier(node, inputs)
                                                 : ReadRegressor(node, inputs);
}

}  // namespace serin
