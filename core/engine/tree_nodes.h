#ifndef SERIN_CORE_ENGINE_TREE_NODES_H_
#define SERIN_CORE_ENGINE_TREE_NODES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/engine/category_sets.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// An ensemble's trees in the form in which rows run through them: all nodes in one array, those of
// a tree in breadth-first order with siblings side by side, so that a node needs to know only its
// left child and the first levels share cache lines.
//
// A leaf is its own left child and sends everything there. So several rows can go down together,
// as many steps as the tree is deep, without asking who has arrived.
class TreeNodes {
 public:
  struct Node {
    float threshold;  // NaN in leaves.
    union {
      float value;   // Of leaves.
      uint32_t set;  // Of nodes that split by categories: its number in sets_.
    };
    uint32_t feature : 30;
    uint32_t missing_left : 1;
    uint32_t by_category : 1;
    uint32_t left;  // Index of a node; the right child is the next one.
  };
  struct Tree {
    uint32_t root;
    uint32_t depth;   // Steps from the root to the deepest leaf.
    uint32_t output;  // What the leaves are added to.
  };

  // `message` has passed ValidateTrees.
  explicit TreeNodes(const internal::v1::TreeEnsemble& message);

  const std::vector<Tree>& trees() const { return trees_; }
  bool has_categories() const { return !sets_.empty(); }
  float ValueAt(uint32_t node) const { return nodes_[node].value; }
  size_t heap_bytes() const { return HeapBytes(nodes_) + HeapBytes(trees_) + sets_.heap_bytes(); }

  // What has to be looked at on the way down.
  enum class Kind {
    kNumbers,  // No node splits by categories, and no input is NaN.
    kNumbersAndGaps,
    kAll,
  };

  // Where a row of inputs goes from a node.
  template <Kind kKind>
  uint32_t Next(uint32_t index, const float* inputs) const {
    const Node& node = nodes_[index];
    const float x = inputs[node.feature];
    if constexpr (kKind == Kind::kAll) {
      if (node.by_category != 0) {
        return node.left + (sets_.GoesRight(node.set, node.missing_left == 0, x) ? 1 : 0);
      }
    }
    // Comparisons with NaN are false, be it the input's or a leaf's.
    const bool right = x >= node.threshold;
    if constexpr (kKind == Kind::kNumbers) return node.left + (right ? 1 : 0);
    const bool left = (x < node.threshold) | ((node.missing_left != 0) & !right);
    return node.left + (left ? 0 : 1);
  }

 private:
  void Append(const internal::v1::Tree& tree);
  void AppendSet(const internal::v1::Tree& tree, int node, Node* out);

  std::vector<Node> nodes_;
  std::vector<Tree> trees_;
  CategorySets sets_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_NODES_H_
