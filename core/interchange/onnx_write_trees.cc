#include "core/interchange/onnx_write_trees.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/interchange/onnx_write_estimator.h"

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;

// The attributes of a tree ensemble, an entry for each node or leaf.
struct Attributes {
  std::vector<int64_t> trees, ids, features, true_ids, false_ids, missing_true;
  std::vector<float> thresholds;
  std::vector<std::string> modes;
  std::vector<int64_t> leaf_trees, leaf_ids, leaf_outputs;
  std::vector<float> leaf_weights;

  void Add(int64_t number, const Tree& tree) {
    for (int node = 0; node < tree.left_children_size(); ++node) {
      const bool leaf = tree.left_children(node) < 0;
      trees.push_back(number);
      ids.push_back(node);
      features.push_back(tree.features(node));
      modes.emplace_back(leaf ? "LEAF" : "BRANCH_LT");
      thresholds.push_back(leaf ? 0 : tree.thresholds(node));
      true_ids.push_back(leaf ? 0 : tree.left_children(node));
      false_ids.push_back(leaf ? 0 : tree.right_children(node));
      missing_true.push_back(!leaf && tree.missing_left(node) ? 1 : 0);
      if (!leaf) continue;
      leaf_trees.push_back(number);
      leaf_ids.push_back(node);
      leaf_outputs.push_back(tree.output());
      leaf_weights.push_back(tree.thresholds(node));
    }
  }

  // `prefix`: class or target.
  void Write(const std::string& prefix, OnnxNodeWriter node) const {
    node.Integers("nodes_treeids", trees);
    node.Integers("nodes_nodeids", ids);
    node.Integers("nodes_featureids", features);
    node.Floats("nodes_values", thresholds);
    node.Strings("nodes_modes", modes);
    node.Integers("nodes_truenodeids", true_ids);
    node.Integers("nodes_falsenodeids", false_ids);
    node.Integers("nodes_missing_value_tracks_true", missing_true);
    node.Integers(prefix + "_treeids", leaf_trees);
    node.Integers(prefix + "_nodeids", leaf_ids);
    node.Integers(prefix + "_ids", leaf_outputs);
    node.Floats(prefix + "_weights", leaf_weights);
  }
};

void WriteClassifier(const internal::v1::Predictor& predictor, const Attributes& attributes,
                     const std::string& inputs, OnnxWriter* writer) {
  const TreeEnsemble& trees = predictor.trees();
  OnnxNodeWriter node =
      writer->Node("TreeEnsembleClassifier", {inputs},
                   {std::string(kOnnxLabel), std::string(kOnnxProbability)}, /*ml=*/true);
  node.Strings("classlabels_strings", predictor.classes());
  node.Floats("base_values", {trees.base_scores().begin(), trees.base_scores().end()});
  const bool shares = trees.link() == TreeEnsemble::LINK_PROBABILITY;
  const bool two = predictor.classes_size() == 2;
  node.Text("post_transform", shares ? "NONE" : (two ? "LOGISTIC" : "SOFTMAX"));
  attributes.Write("class", node);
}

void WriteRegressor(const TreeEnsemble& trees, const Attributes& attributes,
                    const std::string& inputs, OnnxWriter* writer) {
  const bool exponential = trees.link() == TreeEnsemble::LINK_EXP;
  const std::string sums = exponential ? writer->NewName() : std::string(kOnnxVariable);
  OnnxNodeWriter node = writer->Node("TreeEnsembleRegressor", {inputs}, {sums}, /*ml=*/true);
  node.Integer("n_targets", 1);
  node.Floats("base_values", {trees.base_scores().begin(), trees.base_scores().end()});
  node.Text("post_transform", trees.link() == TreeEnsemble::LINK_LOGISTIC ? "LOGISTIC" : "NONE");
  attributes.Write("target", node);
  if (exponential) writer->Node("Exp", {sums}, {std::string(kOnnxVariable)});
}

}  // namespace

absl::Status WriteOnnxTrees(const internal::v1::Predictor& predictor, const std::string& inputs,
                            OnnxWriter* writer) {
  Attributes attributes;
  for (int i = 0; i < predictor.trees().trees_size(); ++i) {
    const Tree& tree = predictor.trees().trees(i);
    if (tree.category_nodes_size() > 0) {
      return absl::UnimplementedError(
          absl::StrCat("ONNX: tree ", i,
                       " splits by sets of categories, which ONNX's trees cannot; a model "
                       "trained with one-hot encoded categories can be exported"));
    }
    attributes.Add(i, tree);
  }
  if (predictor.task() == v1::TASK_CLASSIFICATION) {
    WriteClassifier(predictor, attributes, inputs, writer);
  } else {
    WriteRegressor(predictor.trees(), attributes, inputs, writer);
  }
  return absl::OkStatus();
}

}  // namespace serin
