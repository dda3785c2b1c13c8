#ifndef SERIN_CORE_ENGINE_RANKED_TREES_H_
#define SERIN_CORE_ENGINE_RANKED_TREES_H_

#include <cstddef>
#include <memory>

#include "core/engine/complete_trees.h"
#include "core/engine/instruction_set.h"
#include "core/engine/rank_encoder.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// An ensemble whose nodes compare bytes. What the scorers of rows (row_bit_vectors.h) and of blocks
// (block_bit_vectors.h) share.
struct RankedTrees {
  // Of trees that have passed ValidateTrees; null where SplitIndex or CompleteTrees cannot hold
  // them. `instructions` of this processor are used, by the scorers too.
  static std::shared_ptr<const RankedTrees> Of(const internal::v1::TreeEnsemble& message,
                                               size_t input_count, InstructionSet instructions);

  size_t memory_bytes() const { return sizeof(*this) + encoder.heap_bytes() + trees.heap_bytes(); }

  InstructionSet instructions;
  size_t input_count;
  size_t output_count;
  RankEncoder encoder;
  CompleteTrees trees;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_RANKED_TREES_H_
