#include "core/engine/tree_nodes.h"

#include <limits>
#include <optional>

#include "core/engine/tree_categories.h"

namespace serin {

TreeNodes::TreeNodes(const internal::v1::TreeEnsemble& message) {
  size_t node_count = 0;
  for (const internal::v1::Tree& tree : message.trees()) node_count += tree.thresholds_size();
  nodes_.reserve(node_count);
  trees_.reserve(message.trees_size());
  for (const internal::v1::Tree& tree : message.trees()) Append(tree);
}

// Nodes are taken breadth first, level by level; those seen and not yet taken lie in `sources` as
// they will lie in nodes_, so that the place of a node's children is known when it is written.
void TreeNodes::Append(const internal::v1::Tree& tree) {
  const auto first = static_cast<uint32_t>(nodes_.size());
  uint32_t depth = 0;
  std::vector<int> sources = {0};
  for (size_t i = 0, level_end = 1; i < sources.size(); ++i) {
    if (i == level_end) {
      level_end = sources.size();
      ++depth;
    }
    const int source = sources[i];
    const bool leaf = tree.left_children(source) < 0;
    Node node{};
    if (leaf) {
      node.threshold = std::numeric_limits<float>::quiet_NaN();
      node.value = tree.thresholds(source);
      node.missing_left = 1;
      node.left = first + static_cast<uint32_t>(i);
    } else {
      node.threshold = tree.thresholds(source);
      node.feature = static_cast<uint32_t>(tree.features(source));
      node.missing_left = tree.missing_left(source) ? 1 : 0;
      node.left = first + static_cast<uint32_t>(sources.size());
      AppendSet(tree, source, &node);
      sources.push_back(tree.left_children(source));
      sources.push_back(tree.right_children(source));
    }
    nodes_.push_back(node);
  }
  trees_.push_back({first, depth, static_cast<uint32_t>(tree.output())});
}

void TreeNodes::AppendSet(const internal::v1::Tree& tree, int node, Node* out) {
  const std::optional<CategoryRange> categories = CategoriesOfNode(tree, node);
  if (!categories) return;
  out->by_category = 1;
  out->set = sets_.Add(*categories);
}

}  // namespace serin
