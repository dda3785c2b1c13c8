#ifndef SERIN_CORE_ENGINE_COMPLETE_TREES_H_
#define SERIN_CORE_ENGINE_COMPLETE_TREES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/engine/split_index.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Trees of at most 64 leaves on at most six levels, filled up to complete ones of equal depth, so
// that a node's place says which its children are: those of node i are 2i (left) and 2i + 1, the
// root is node 1. What a tree's nodes ask takes two cache lines, and which way all of them send a
// row fits into one word.
struct CompleteTrees {
  static constexpr size_t kMaxDepth = 6;
  static constexpr size_t kNodes = size_t{1} << kMaxDepth;

  // A row goes right at node i if the byte of its slot slots[i] is at least ranks[i]. Node 0 is
  // none.
  struct alignas(64) Nodes {
    std::array<uint8_t, kNodes> slots{};
    std::array<uint8_t, kNodes> ranks{};
  };

  // Of trees that have passed ValidateTrees. None if one is deeper, or if the whole would take more
  // than 64 MiB.
  static std::optional<CompleteTrees> Of(const internal::v1::TreeEnsemble& message,
                                         const SplitIndex& index);

  size_t tree_count() const { return nodes.size(); }
  size_t leaf_count() const { return size_t{1} << depth; }
  size_t heap_bytes() const { return HeapBytes(nodes) + HeapBytes(leaves) + HeapBytes(outputs); }

  // Steps from the root to a leaf, at least 1.
  size_t depth = 1;
  std::vector<Nodes> nodes;
  // leaf_count() per tree, from left to right.
  std::vector<float> leaves;
  // What each tree adds to.
  std::vector<uint32_t> outputs;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_COMPLETE_TREES_H_
