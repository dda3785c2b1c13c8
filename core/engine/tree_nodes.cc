#include "core/engine/tree_nodes.h"

#include <algorithm>
#include <limits>

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
  const auto& nodes = tree.category_nodes();
  const auto it = std::lower_bound(nodes.begin(), nodes.end(), node);
  if (it == nodes.end() || *it != node) return;
  const CategoryRange range = CategoriesOf(tree, static_cast<int>(it - nodes.begin()));
  out->by_category = 1;
  out->set = static_cast<uint32_t>(sets_.size());
  CategorySet set{0, static_cast<uint32_t>(WordCount(range)), words_.size()};
  words_.resize(words_.size() + set.word_count);
  if (set.word_count > 0) set.first_word = static_cast<uint32_t>(*range.begin()) / 32;
  for (const int32_t category : range) {
    const uint32_t word = static_cast<uint32_t>(category) / 32 - set.first_word;
    words_[set.begin + word] |= uint32_t{1} << (category % 32);
  }
  sets_.push_back(set);
}

}  // namespace serin
