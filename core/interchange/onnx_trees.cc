#include "core/interchange/onnx_trees.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/imported_model.h"
#include "core/interchange/onnx_tree_nodes.h"
#include "core/interchange/tree_outputs.h"

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;

// So that a forest of many classes, whose trees are written once for each, stays within memory.
constexpr size_t kMaxNodes = size_t{1} << 24;

// What the leaves add: by tree and node, pairs of output and weight.
using LeafWeights =
    absl::flat_hash_map<std::pair<int64_t, int64_t>, std::vector<std::pair<int, float>>>;

// `prefix`: `class` or `target`, as in class_weights and target_weights.
absl::StatusOr<LeafWeights> ReadWeights(const OnnxNode& node, absl::string_view prefix,
                                        std::set<int>* outputs) {
  const auto trees = node.Integers(absl::StrCat(prefix, "_treeids"));
  const auto nodes = node.Integers(absl::StrCat(prefix, "_nodeids"));
  const auto ids = node.Integers(absl::StrCat(prefix, "_ids"));
  const auto weights = node.Floats(absl::StrCat(prefix, "_weights"));
  if (nodes.size() != trees.size() || ids.size() != trees.size() ||
      weights.size() != trees.size()) {
    return node.Invalid(absl::StrCat("its attributes ", prefix, "_... differ in length"));
  }
  LeafWeights leaves;
  for (size_t i = 0; i < trees.size(); ++i) {
    if (ids[i] < 0 || ids[i] >= kMaxImportedClasses) {
      return node.Invalid(absl::StrCat("has a weight for output ", ids[i]));
    }
    outputs->insert(static_cast<int>(ids[i]));
    leaves[{trees[i], nodes[i]}].emplace_back(static_cast<int>(ids[i]), weights[i]);
  }
  return leaves;
}

// Adds a tree for each output that its leaves have weights of.
absl::Status AddTree(const OnnxNode& node, int64_t number, const OnnxTree& tree,
                     const std::vector<int64_t>& ids, const LeafWeights& leaves, float share,
                     size_t* node_count, TreeEnsemble* ensemble) {
  std::map<int, Tree> trees;
  for (int i = 0; i < tree.nodes.left_children_size(); ++i) {
    if (tree.nodes.left_children(i) >= 0) continue;
    const auto found = leaves.find({number, ids[tree.sources[i]]});
    if (found == leaves.end()) continue;
    for (const auto& [output, weight] : found->second) {
      const auto [place, is_new] = trees.try_emplace(output, tree.nodes);
      if (is_new) *node_count += tree.sources.size();
      if (*node_count > kMaxNodes) return node.Unimplemented("has too many nodes and classes");
      place->second.set_output(output);
      place->second.set_thresholds(i, place->second.thresholds(i) + weight * share);
    }
  }
  for (auto& [output, made] : trees) *ensemble->add_trees() = std::move(made);
  return absl::OkStatus();
}

absl::StatusOr<TreeEnsemble> ReadEnsemble(const OnnxNode& node, absl::string_view prefix,
                                          std::set<int>* outputs) {
  SERIN_ASSIGN_OR_RETURN(const LeafWeights leaves, ReadWeights(node, prefix, outputs));
  SERIN_ASSIGN_OR_RETURN(const auto trees, ReadOnnxTreeNodes(node));
  const std::string aggregate = node.Text("aggregate_function", "SUM");
  if (aggregate != "SUM" && aggregate != "AVERAGE") {
    return node.Unimplemented(absl::StrCat("aggregate_function ", QuoteForError(aggregate)));
  }
  const float share =
      aggregate == "AVERAGE" && !trees.empty() ? 1.0F / static_cast<float>(trees.size()) : 1.0F;
  TreeEnsemble ensemble;
  const std::vector<int64_t> ids = node.Integers("nodes_nodeids");
  size_t node_count = 0;
  for (const auto& [number, tree] : trees) {
    SERIN_RETURN_IF_ERROR(AddTree(node, number, tree, ids, leaves, share, &node_count, &ensemble));
  }
  return ensemble;
}

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
  std::set<int> outputs;
  SERIN_ASSIGN_OR_RETURN(*scores.predictor.mutable_trees(), ReadEnsemble(node, "class", &outputs));
  const std::string transform = node.Text("post_transform", "NONE");
  TreeEnsemble* const trees = scores.predictor.mutable_trees();
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
  std::set<int> outputs;
  SERIN_ASSIGN_OR_RETURN(*scores.predictor.mutable_trees(), ReadEnsemble(node, "target", &outputs));
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
