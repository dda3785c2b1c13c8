#ifndef SERIN_CORE_ENGINE_BLOCK_BIT_VECTORS_H_
#define SERIN_CORE_ENGINE_BLOCK_BIT_VECTORS_H_

#include <memory>

#include "core/engine/ranked_trees.h"
#include "core/engine/tree_scorer.h"

namespace serin {

// Asks all nodes of a tree, 64 rows at once. The rows' bytes of one slot lie side by side, so that
// a node's outcomes are one comparison of vectors. From the lowest nodes up, each chooses between
// what its children found; what the root has chosen are the rows' leaves. Branches, and loads that
// depend on the rows, there are none but the one of the leaf.
//
// Many rows to a node in the vectors is the idea of RapidScorer (Ye et al., "RapidScorer: fast tree
// ensemble evaluation by maximizing compactness in data level parallelization", KDD 2018).
class BlockBitVectors final : public TreeScorer {
 public:
  // Vectors are as wide as the trees' instructions have them.
  explicit BlockBitVectors(std::shared_ptr<const RankedTrees> trees);

  absl::string_view name() const override { return name_; }
  void AddLeaves(const float* inputs, size_t row_count, float* sums) const override;
  Memory memory() const override { return {trees_.get(), trees_->memory_bytes()}; }

 private:
  static constexpr size_t kRows = 64;
  // From the bytes of kRows rows, slot by slot, to their sums.
  using AddFunction = void (*)(const RankedTrees&, const uint8_t* bytes, size_t row_count,
                               float* sums);

  const std::shared_ptr<const RankedTrees> trees_;
  absl::string_view name_;
  AddFunction add_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_BLOCK_BIT_VECTORS_H_
