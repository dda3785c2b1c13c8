#include "core/engine/complete_trees.h"

#include <algorithm>

namespace serin {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 20;

// Steps from the root to the deepest leaf. Children lie behind their parents.
size_t DepthOf(const internal::v1::Tree& tree) {
  std::vector<size_t> depths(tree.thresholds_size());
  for (int node = 0; node < tree.thresholds_size(); ++node) {
    if (tree.left_children(node) < 0) continue;
    depths[tree.left_children(node)] = depths[tree.right_children(node)] = depths[node] + 1;
  }
  return *std::max_element(depths.begin(), depths.end());
}

// Copies one tree to its place.
class TreeFiller {
 public:
  TreeFiller(const internal::v1::Tree& tree, const SplitIndex& index, size_t depth)
      : tree_(tree), index_(index), leaf_count_(size_t{1} << depth) {}

  void Fill(CompleteTrees::Nodes* nodes, float* leaves) const { Fill(0, 1, nodes, leaves); }

 private:
  // Below a leaf that lies higher, all leaves are as it is, whatever the nodes ask.
  void Fill(int node, size_t place, CompleteTrees::Nodes* nodes, float* leaves) const {
    const bool leaf = tree_.left_children(node) < 0;
    if (place >= leaf_count_) {
      leaves[place - leaf_count_] = tree_.thresholds(node);
      return;
    }
    if (!leaf) {
      const SplitIndex::Split split = index_.Find(tree_, node);
      nodes->slots[place] = split.slot;
      nodes->ranks[place] = split.rank;
    }
    Fill(leaf ? node : tree_.left_children(node), 2 * place, nodes, leaves);
    Fill(leaf ? node : tree_.right_children(node), 2 * place + 1, nodes, leaves);
  }

  const internal::v1::Tree& tree_;
  const SplitIndex& index_;
  const size_t leaf_count_;
};

}  // namespace

std::optional<CompleteTrees> CompleteTrees::Of(const internal::v1::TreeEnsemble& message,
                                               const SplitIndex& index) {
  CompleteTrees trees;
  for (const internal::v1::Tree& tree : message.trees()) {
    trees.depth = std::max(trees.depth, DepthOf(tree));
  }
  if (trees.depth > kMaxDepth) return std::nullopt;
  const auto count = static_cast<size_t>(message.trees_size());
  if (count > kMaxBytes / (sizeof(Nodes) + trees.leaf_count() * sizeof(float))) return std::nullopt;
  trees.nodes.resize(count);
  trees.leaves.resize(count * trees.leaf_count());
  for (size_t i = 0; i < count; ++i) {
    const internal::v1::Tree& tree = message.trees(static_cast<int>(i));
    TreeFiller(tree, index, trees.depth)
        .Fill(&trees.nodes[i], trees.leaves.data() + i * trees.leaf_count());
    trees.outputs.push_back(static_cast<uint32_t>(tree.output()));
  }
  return trees;
}

}  // namespace serin
