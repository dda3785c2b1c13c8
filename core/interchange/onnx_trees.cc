#include "core/interchange/onnx_trees.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/onnx_tree_ensemble.h"
#include "core/interchange/tree_outputs.h"

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;

absl::Status SetBase(const OnnxNode& node, int outputs, TreeEnsemble* ensemble) {
  std::vector<float> base = node.Floats("base_values");
  if (base.empty()) base.resize(outputs, 0);
  if (base.size() != static_cast<size_t>(outputs)) {
    return node.Unimplemented(
        absl::StrCat(base.size(), " base_values for ", outputs, " outputs is not supported"));
  }
  ensemble->set_output_count(outputs);
  ensemble->mutable_base_scores()->Assign(base.begin(), base.end());
  return absl::OkStatus();
}

absl::Status UnknownTransform(const OnnxNode& node, absl::string_view transform) {
  return node.Unimplemented(
      absl::StrCat("post_transform ", QuoteForError(transform), " is not supported here"));
}

// Two classes of which the leaves have one number: the second's log odds, or its probability.
absl::Status LinkOneOutput(const OnnxNode& node, const std::string& transform, int output,
                           TreeEnsemble* ensemble) {
  for (Tree& tree : *ensemble->mutable_trees()) {
    if (tree.output() == output) tree.set_output(0);
  }
  SERIN_RETURN_IF_ERROR(SetBase(node, 1, ensemble));
  if (transform == "LOGISTIC") return absl::OkStatus();
  if (transform != "NONE") return UnknownTransform(node, transform);
  const std::vector<float> weights = node.Floats("class_weights");
  if (std::any_of(weights.begin(), weights.end(), [](float weight) { return weight < 0; })) {
    return node.Unimplemented("weights below 0 without post_transform are not supported");
  }
  ensemble->set_link(TreeEnsemble::LINK_PROBABILITY);
  return absl::OkStatus();
}

absl::Status LinkClasses(const OnnxNode& node, const std::string& transform, int classes,
                         TreeEnsemble* ensemble) {
  SERIN_RETURN_IF_ERROR(SetBase(node, classes, ensemble));
  if (transform == "SOFTMAX") {
    if (classes == 2) SubtractFirstOfTwoOutputs(ensemble);
    return absl::OkStatus();
  }
  if (transform != "NONE") return UnknownTransform(node, transform);
  ensemble->set_link(TreeEnsemble::LINK_PROBABILITY);
  if (classes > 2) return absl::OkStatus();
  // The first class's probability is what is left.
  TreeEnsemble second;
  for (Tree& tree : *ensemble->mutable_trees()) {
    if (tree.output() != 1) continue;
    tree.set_output(0);
    *second.add_trees() = std::move(tree);
  }
  second.set_output_count(1);
  second.add_base_scores(ensemble->base_scores(1));
  second.set_link(TreeEnsemble::LINK_PROBABILITY);
  ensemble->Swap(&second);
  return absl::OkStatus();
}

absl::StatusOr<OnnxScores> ReadClassifier(const OnnxNode& node, const OnnxColumns& inputs) {
  OnnxScores scores;
  scores.inputs = inputs;
  scores.predictor.set_task(v1::TASK_CLASSIFICATION);
  scores.classes = node.ClassLabels();
  scores.class_count = static_cast<int>(scores.classes.size());
  if (scores.class_count < 2) return node.Invalid("has fewer than two class labels");
  SERIN_ASSIGN_OR_RETURN(OnnxEnsemble ensemble, ReadOnnxEnsemble(node, "class"));
  const std::set<int>& outputs = ensemble.outputs;
  const std::string transform = node.Text("post_transform", "NONE");
  TreeEnsemble* const trees = scores.predictor.mutable_trees();
  trees->Swap(&ensemble.trees);
  const bool one_number = scores.class_count == 2 && outputs.size() == 1;
  SERIN_RETURN_IF_ERROR(one_number ? LinkOneOutput(node, transform, *outputs.begin(), trees)
                                   : LinkClasses(node, transform, scores.class_count, trees));
  return scores;
}

absl::StatusOr<OnnxScores> ReadRegressor(const OnnxNode& node, const OnnxColumns& inputs) {
  if (node.Integer("n_targets", 1) != 1) return node.Unimplemented("has more than one target");
  OnnxScores scores;
  scores.inputs = inputs;
  scores.predictor.set_task(v1::TASK_REGRESSION);
  SERIN_ASSIGN_OR_RETURN(OnnxEnsemble ensemble, ReadOnnxEnsemble(node, "target"));
  scores.predictor.mutable_trees()->Swap(&ensemble.trees);
  SERIN_RETURN_IF_ERROR(SetBase(node, 1, scores.predictor.mutable_trees()));
  const std::string transform = node.Text("post_transform", "NONE");
  if (transform == "LOGISTIC") {
    scores.predictor.mutable_trees()->set_link(TreeEnsemble::LINK_LOGISTIC);
  } else if (transform != "NONE") {
    return UnknownTransform(node, transform);
  }
  return scores;
}

}  // namespace

absl::StatusOr<OnnxScores> ReadOnnxTrees(const OnnxNode& node, const OnnxColumns& inputs) {
  for (const char* name : {"nodes_values_as_tensor", "base_values_as_tensor"}) {
    if (node.Has(name)) return node.Unimplemented("numbers in double precision are not supported");
  }
  return absl::EndsWith(node.op(), "Classifier") ? ReadClassifier(node, inputs)
                                                 : ReadRegressor(node, inputs);
}

}  // namespace serin
