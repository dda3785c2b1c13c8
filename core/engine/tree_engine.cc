#include "core/engine/tree_engine.h"

#include <algorithm>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/memory/memory.h"
#include "core/base/memory_bytes.h"
#include "core/base/status_macros.h"
#include "core/engine/block_bit_vectors.h"
#include "core/engine/fastest_scorer.h"
#include "core/engine/interleaved_trees.h"
#include "core/engine/quick_scorer.h"
#include "core/engine/ranked_trees.h"
#include "core/engine/row_bit_vectors.h"
#include "core/engine/tree_link.h"
#include "core/engine/tree_validation.h"
#include "core/engine/trial_rows.h"

namespace serin {
namespace {

// Inputs and outputs up to this many stay on the stack.
using Floats = absl::InlinedVector<float, 256>;

// Rows that share a pass over all trees: a tree's nodes stay in the first cache from one to the
// next.
constexpr size_t kBlockRows = 128;
// Fewer are no block.
constexpr size_t kFewRows = 8;

}  // namespace

std::vector<std::shared_ptr<const TreeScorer>> TreeScorersFor(
    const internal::v1::TreeEnsemble& message, size_t input_count, InstructionSet instructions) {
  std::vector<std::shared_ptr<const TreeScorer>> scorers = {
      std::make_shared<InterleavedTrees>(message, input_count)};
  if (auto quick = QuickScorer::Create(message, input_count)) scorers.push_back(std::move(quick));
  if (auto ranked = RankedTrees::Of(message, input_count, instructions)) {
    scorers.push_back(std::make_shared<BlockBitVectors>(ranked));
    if (auto by_row = RowBitVectors::Create(ranked)) scorers.push_back(std::move(by_row));
  }
  return scorers;
}

absl::StatusOr<std::unique_ptr<const TreeEngine>> TreeEngine::Create(
    const internal::v1::TreeEnsemble& message, size_t input_count, size_t margin_count,
    const Clock* clock) {
  SERIN_RETURN_IF_ERROR(ValidateTrees(message, input_count, margin_count));
  return absl::WrapUnique(new TreeEngine(message, input_count, clock));
}

TreeEngine::TreeEngine(const internal::v1::TreeEnsemble& message, size_t input_count,
                       const Clock* clock)
    : input_count_(input_count),
      base_scores_(message.base_scores().begin(), message.base_scores().end()),
      link_(LinkOf(message)) {
  const auto scorers = TreeScorersFor(message, input_count, WidestInstructionSet());
  const TrialRows rows = MakeTrialRows(message, input_count);
  row_scorer_ = scorers[FastestScorer(scorers, rows, TrialCall::kRowByRow, clock)];
  block_scorer_ = scorers[FastestScorer(scorers, rows, TrialCall::kBlock, clock)];
}

size_t TreeEngine::memory_bytes() const {
  const TreeScorer::Memory rows = row_scorer_->memory();
  const TreeScorer::Memory blocks = block_scorer_->memory();
  const size_t own = sizeof(*this) + HeapBytes(base_scores_) + rows.bytes;
  return rows.address == blocks.address ? own : own + blocks.bytes;
}

void TreeEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  const TreeScorer& scorer = row_count < kFewRows ? *row_scorer_ : *block_scorer_;
  const size_t block_rows = std::min(row_count, kBlockRows);
  Floats block(block_rows * input_count_);
  Floats sums(block_rows * margin_count());
  for (size_t begin = 0; begin < row_count; begin += block_rows) {
    const size_t rows = std::min(block_rows, row_count - begin);
    // The pipeline keeps its outputs within the range of float.
    std::transform(inputs, inputs + rows * input_count_, block.begin(),
                   [](double x) { return static_cast<float>(x); });
    for (size_t row = 0; row < rows; ++row) {
      std::copy(base_scores_.begin(), base_scores_.end(), sums.begin() + row * margin_count());
    }
    scorer.AddLeaves(block.data(), rows, sums.data());
    margins = std::copy_n(sums.begin(), rows * margin_count(), margins);
    inputs += rows * input_count_;
  }
}

}  // namespace serin
