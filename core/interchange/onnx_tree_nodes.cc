#include "core/interchange/onnx_tree_nodes.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

// The attributes, an entry for each node of all trees.
struct Attributes {
  std::vector<int64_t> trees;
  std::vector<int64_t> ids;
  std::vector<int64_t> features;
  std::vector<float> values;
  std::vector<std::string> modes;
  std::vector<int64_t> true_ids;
  std::vector<int64_t> false_ids;
  std::vector<int64_t> missing_true;
};

absl::StatusOr<Attributes> Read(const OnnxNode& node) {
  if (node.Count("nodes_treeids") > kMaxOnnxTreeNodes) {
    return node.Unimplemented(absl::StrCat("has more than ", kMaxOnnxTreeNodes, " nodes"));
  }
  Attributes read = {
      node.Integers("nodes_treeids"),      node.Integers("nodes_nodeids"),
      node.Integers("nodes_featureids"),   node.Floats("nodes_values"),
      node.Strings("nodes_modes"),         node.Integers("nodes_truenodeids"),
      node.Integers("nodes_falsenodeids"), node.Integers("nodes_missing_value_tracks_true")};
  const size_t count = read.trees.size();
  if (read.missing_true.empty()) read.missing_true.resize(count, 0);
  if (read.ids.size() != count || read.features.size() != count || read.values.size() != count ||
      read.modes.size() != count || read.true_ids.size() != count ||
      read.false_ids.size() != count || read.missing_true.size() != count) {
    return node.Invalid("its attributes nodes_... differ in length");
  }
  return read;
}

// A comparison as ours: left where x < threshold.
struct Comparison {
  float threshold;
  // What is left with us is where the comparison is true.
  bool true_is_left;
};

absl::StatusOr<Comparison> Compare(const OnnxNode& node, const std::string& mode, float value) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (mode == "BRANCH_LT") return Comparison{value, true};
  if (mode == "BRANCH_LEQ") return Comparison{std::nextafter(value, kInfinity), true};
  if (mode == "BRANCH_GTE") return Comparison{value, false};
  if (mode == "BRANCH_GT") return Comparison{std::nextafter(value, kInfinity), false};
  return node.Unimplemented(absl::StrCat("comparison ", QuoteForError(mode), " is not supported"));
}

// Writes one tree, breadth first.
class TreeWriter {
 public:
  using Places = absl::flat_hash_map<int64_t, size_t>;

  // `places`: where the nodes of this tree are, by their ids.
  TreeWriter(const OnnxNode& node, const Attributes& attributes, const Places& places)
      : node_(node), attributes_(attributes), places_(places) {}

  absl::StatusOr<OnnxTree> Write() {
    SERIN_RETURN_IF_ERROR(Push(0));
    for (size_t i = 0; i < tree_.sources.size(); ++i) {
      if (tree_.sources.size() > places_.size()) return node_.Invalid("its nodes form no trees");
      SERIN_RETURN_IF_ERROR(WriteNode(tree_.sources[i]));
    }
    return std::move(tree_);
  }

 private:
  absl::Status Push(int64_t id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return node_.Invalid(absl::StrCat("a tree has no node ", id));
    tree_.sources.push_back(place->second);
    return absl::OkStatus();
  }

  absl::Status WriteNode(size_t source) {
    internal::v1::Tree& nodes = tree_.nodes;
    if (attributes_.modes[source] == "LEAF") {
      nodes.add_features(0);
      nodes.add_thresholds(0);
      nodes.add_missing_left(false);
      nodes.add_left_children(-1);
      nodes.add_right_children(-1);
      return absl::OkStatus();
    }
    SERIN_ASSIGN_OR_RETURN(const Comparison comparison,
                           Compare(node_, attributes_.modes[source], attributes_.values[source]));
    if (attributes_.features[source] < 0 || attributes_.features[source] >= (1 << 30)) {
      return node_.Invalid("looks at a feature that there is not");
    }
    nodes.add_features(static_cast<int32_t>(attributes_.features[source]));
    nodes.add_thresholds(comparison.threshold);
    const bool missing_true = attributes_.missing_true[source] != 0;
    nodes.add_missing_left(missing_true == comparison.true_is_left);
    nodes.add_left_children(static_cast<int32_t>(tree_.sources.size()));
    nodes.add_right_children(static_cast<int32_t>(tree_.sources.size()) + 1);
    const int64_t true_id = attributes_.true_ids[source];
    const int64_t false_id = attributes_.false_ids[source];
    SERIN_RETURN_IF_ERROR(Push(comparison.true_is_left ? true_id : false_id));
    return Push(comparison.true_is_left ? false_id : true_id);
  }

  const OnnxNode& node_;
  const Attributes& attributes_;
  const Places& places_;
  OnnxTree tree_;
};

}  // namespace

absl::StatusOr<std::vector<std::pair<int64_t, OnnxTree>>> ReadOnnxTreeNodes(const OnnxNode& node) {
  SERIN_ASSIGN_OR_RETURN(const Attributes attributes, Read(node));
  std::map<int64_t, TreeWriter::Places> places;
  for (size_t i = 0; i < attributes.trees.size(); ++i) {
    if (!places[attributes.trees[i]].emplace(attributes.ids[i], i).second) {
      return node.Invalid(
          absl::StrCat("tree ", attributes.trees[i], " has node ", attributes.ids[i], " twice"));
    }
  }
  std::vector<std::pair<int64_t, OnnxTree>> trees;
  for (const auto& [number, of_tree] : places) {
    SERIN_ASSIGN_OR_RETURN(OnnxTree tree, TreeWriter(node, attributes, of_tree).Write());
    trees.emplace_back(number, std::move(tree));
  }
  return trees;
}

}  // namespace serin
