#include "core/interchange/onnx_tree_ensemble.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/imported_model.h"
#include "core/interchange/onnx_tree_nodes.h"

namespace serin {
namespace {

using internal::v1::Tree;
using internal::v1::TreeEnsemble;

// What the leaves add: by tree and node, pairs of output and weight.
using LeafWeights =
    absl::flat_hash_map<std::pair<int64_t, int64_t>, std::vector<std::pair<int, float>>>;

absl::StatusOr<LeafWeights> ReadWeights(const OnnxNode& node, absl::string_view prefix,
                                        std::set<int>* outputs) {
  if (node.Count(absl::StrCat(prefix, "_treeids")) > kMaxOnnxTreeNodes) {
    return node.Unimplemented(absl::StrCat("has more than ", kMaxOnnxTreeNodes, " weights"));
  }
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
      if (*node_count > kMaxOnnxTreeNodes)
        return node.Unimplemented("has too many nodes and classes");
      place->second.set_output(output);
      place->second.set_thresholds(i, place->second.thresholds(i) + weight * share);
    }
  }
  for (auto& [output, made] : trees) *ensemble->add_trees() = std::move(made);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<OnnxEnsemble> ReadOnnxEnsemble(const OnnxNode& node, absl::string_view prefix) {
  OnnxEnsemble ensemble;
  SERIN_ASSIGN_OR_RETURN(const LeafWeights leaves, ReadWeights(node, prefix, &ensemble.outputs));
  SERIN_ASSIGN_OR_RETURN(const auto trees, ReadOnnxTreeNodes(node));
  const std::string aggregate = node.Text("aggregate_function", "SUM");
  if (aggregate != "SUM" && aggregate != "AVERAGE") {
    return node.Unimplemented(absl::StrCat("aggregate_function ", QuoteForError(aggregate)));
  }
  const float share =
      aggregate == "AVERAGE" && !trees.empty() ? 1.0F / static_cast<float>(trees.size()) : 1.0F;
  const std::vector<int64_t> ids = node.Integers("nodes_nodeids");
  size_t node_count = 0;
  for (const auto& [number, tree] : trees) {
    SERIN_RETURN_IF_ERROR(
        AddTree(node, number, tree, ids, leaves, share, &node_count, &ensemble.trees));
  }
  return ensemble;
}

}  // namespace serin
