#ifndef SERIN_CORE_ENGINE_TREE_NODES_H_
#define SERIN_CORE_ENGINE_TREE_NODES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

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
      uint32_t set;  // Of nodes that split by categories: index into sets_.
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
      if (node.by_category != 0) return node.left + (GoesRight(node, x) ? 1 : 0);
    }
    // Comparisons with NaN are false, be it the input's or a leaf's.
    const bool right = x >= node.threshold;
    if constexpr (kKind == Kind::kNumbers) return node.left + (right ? 1 : 0);
    const bool left = (x < node.threshold) | ((node.missing_left != 0) & !right);
    return node.left + (left ? 0 : 1);
  }

 private:
  // A set of categories as the words of a bit set in which any is; it begins at words_[begin].
  struct CategorySet {
    uint32_t first_word;
    uint32_t word_count;
    size_t begin;
  };

  void Append(const internal::v1::Tree& tree);
  void AppendSet(const internal::v1::Tree& tree, int node, Node* out);

  bool GoesRight(const Node& node, float x) const {
    constexpr float kNoCategory = 1 << 24;
    if (!(x >= 0 && x < kNoCategory)) return x != x && node.missing_left == 0;
    const auto category = static_cast<uint32_t>(x);
    const CategorySet& set = sets_[node.set];
    const uint32_t word = category / 32 - set.first_word;  // Wraps for those before the first.
    return word < set.word_count && (words_[set.begin + word] >> (category % 32) & 1) != 0;
  }

  std::vector<Node> nodes_;
  std::vector<Tree> trees_;
  std::vector<CategorySet> sets_;
  std::vector<uint32_t> words_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_NODES_H_
