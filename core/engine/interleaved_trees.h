#ifndef SERIN_CORE_ENGINE_INTERLEAVED_TREES_H_
#define SERIN_CORE_ENGINE_INTERLEAVED_TREES_H_

#include <cstddef>

#include "core/engine/tree_nodes.h"
#include "core/engine/tree_scorer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Walks down any trees, several at once.
//
// What a step down a tree waits for is the node, which the step before has found. So several go
// down at once, each waiting while the others do: rows of a block through the same tree, or, where
// there is no block of rows, one row through several trees. After "VPred" of Asadi, Lin and de
// Vries, "Runtime optimizations for tree-based machine learning models", TKDE 26(9), 2014.
class InterleavedTrees final : public TreeScorer {
 public:
  // `message` has passed ValidateTrees.
  InterleavedTrees(const internal::v1::TreeEnsemble& message, size_t input_count)
      : input_count_(input_count), output_count_(message.output_count()), nodes_(message) {}

  absl::string_view name() const override { return "interleaved"; }
  void AddLeaves(const float* inputs, size_t row_count, float* sums) const override;
  Memory memory() const override { return {this, sizeof(*this) + nodes_.heap_bytes()}; }

 private:
  TreeNodes::Kind KindOf(const float* inputs, size_t row_count) const;

  template <TreeNodes::Kind kKind>
  void AddLeavesAs(const float* inputs, size_t row_count, float* sums) const;
  template <TreeNodes::Kind kKind>
  void AddLeavesOfRows(const float* inputs, size_t row_count, float* sums) const;
  template <TreeNodes::Kind kKind>
  void AddLeavesOfRow(const float* inputs, float* sums) const;

  const size_t input_count_;
  const size_t output_count_;
  const TreeNodes nodes_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_INTERLEAVED_TREES_H_
