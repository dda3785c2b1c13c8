#ifndef SERIN_CORE_ENGINE_ROW_BIT_VECTORS_H_
#define SERIN_CORE_ENGINE_ROW_BIT_VECTORS_H_

#include <memory>

#include "core/engine/ranked_trees.h"
#include "core/engine/tree_scorer.h"

namespace serin {

// Asks all nodes of a tree at once, row by row. A row's bytes lie in one or two registers of 64;
// one instruction fetches for each node of a tree the byte that it looks at, a second compares them
// all, and their outcomes are the bits of a word. A leaf is found by following the bits, in eight
// trees at a time. Nothing waits for memory that depends on what was compared.
//
// As in QuickScorer (Lucchese et al., "QuickScorer: a fast algorithm to rank documents with
// additive ensembles of regression trees", SIGIR 2015) all of a tree is a bit vector, but of its
// nodes and not of its leaves.
class RowBitVectors final : public TreeScorer {
 public:
  // Null without AVX-512 VBMI, or if the trees take more than two registers.
  static std::unique_ptr<const TreeScorer> Create(std::shared_ptr<const RankedTrees> trees);

  absl::string_view name() const override { return "row bit vectors, AVX-512 VBMI"; }
  void AddLeaves(const float* inputs, size_t row_count, float* sums) const override;
  Memory memory() const override { return {trees_.get(), trees_->memory_bytes()}; }

 private:
  explicit RowBitVectors(std::shared_ptr<const RankedTrees> trees) : trees_(std::move(trees)) {}

  const std::shared_ptr<const RankedTrees> trees_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_ROW_BIT_VECTORS_H_
