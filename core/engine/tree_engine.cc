#include "core/engine/tree_engine.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/container/inlined_vector.h"
#include "absl/memory/memory.h"
#include "core/base/status_macros.h"
#include "core/engine/tree_link.h"
#include "core/engine/tree_validation.h"

namespace serin {
namespace {

// Inputs and outputs up to this many stay on the stack.
using Floats = absl::InlinedVector<float, 256>;

// How many go down together.
constexpr size_t kLanes = 8;
// Rows that share a pass over all trees: a tree's nodes stay in the first cache from one to the
// next.
constexpr size_t kBlockRows = 128;

// One step of each lane from its node, with its inputs.
template <TreeNodes::Kind kKind>
void Step(const TreeNodes& nodes, const std::array<const float*, kLanes>& inputs,
          std::array<uint32_t, kLanes>* at) {
#pragma GCC unroll 8
  for (size_t lane = 0; lane < kLanes; ++lane) {
    (*at)[lane] = nodes.Next<kKind>((*at)[lane], inputs[lane]);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<const TreeEngine>> TreeEngine::Create(
    const internal::v1::TreeEnsemble& message, size_t input_count, size_t margin_count) {
  SERIN_RETURN_IF_ERROR(ValidateTrees(message, input_count, margin_count));
  return absl::WrapUnique(new TreeEngine(message, input_count));
}

TreeEngine::TreeEngine(const internal::v1::TreeEnsemble& message, size_t input_count)
    : input_count_(input_count),
      base_scores_(message.base_scores().begin(), message.base_scores().end()),
      link_(LinkOf(message)),
      nodes_(message) {}

// Rows by kLanes through one tree after the other. `row_count` is a multiple of kLanes.
template <TreeNodes::Kind kKind>
void TreeEngine::AddLeavesOfRows(const float* inputs, size_t row_count, float* sums) const {
  for (const TreeNodes::Tree& tree : nodes_.trees()) {
    for (size_t first = 0; first < row_count; first += kLanes) {
      std::array<const float*, kLanes> rows;
      for (size_t i = 0; i < kLanes; ++i) rows[i] = inputs + (first + i) * input_count_;
      std::array<uint32_t, kLanes> at;
      at.fill(tree.root);
      for (uint32_t step = 0; step < tree.depth; ++step) Step<kKind>(nodes_, rows, &at);
      for (size_t i = 0; i < kLanes; ++i) {
        sums[(first + i) * margin_count() + tree.output] += nodes_.ValueAt(at[i]);
      }
    }
  }
}

// One row through kLanes trees at a time, and through the last ones by themselves.
template <TreeNodes::Kind kKind>
void TreeEngine::AddLeavesOfRow(const float* inputs, float* sums) const {
  std::array<const float*, kLanes> rows;
  rows.fill(inputs);
  const std::vector<TreeNodes::Tree>& trees = nodes_.trees();
  size_t first = 0;
  for (; first + kLanes <= trees.size(); first += kLanes) {
    std::array<uint32_t, kLanes> at;
    uint32_t depth = 0;
    for (size_t lane = 0; lane < kLanes; ++lane) {
      at[lane] = trees[first + lane].root;
      depth = std::max(depth, trees[first + lane].depth);
    }
    for (uint32_t step = 0; step < depth; ++step) Step<kKind>(nodes_, rows, &at);
    for (size_t lane = 0; lane < kLanes; ++lane) {
      sums[trees[first + lane].output] += nodes_.ValueAt(at[lane]);
    }
  }
  for (; first < trees.size(); ++first) {
    uint32_t at = trees[first].root;
    for (uint32_t step = 0; step < trees[first].depth; ++step) {
      at = nodes_.Next<kKind>(at, inputs);
    }
    sums[trees[first].output] += nodes_.ValueAt(at);
  }
}

template <TreeNodes::Kind kKind>
void TreeEngine::AddLeaves(const float* inputs, size_t row_count, float* sums) const {
  size_t row = row_count / kLanes * kLanes;
  if (row > 0) AddLeavesOfRows<kKind>(inputs, row, sums);
  for (; row < row_count; ++row) {
    AddLeavesOfRow<kKind>(inputs + row * input_count_, sums + row * margin_count());
  }
}

TreeNodes::Kind TreeEngine::KindOf(const float* inputs, size_t row_count) const {
  if (nodes_.has_categories()) return TreeNodes::Kind::kAll;
  const bool gaps =
      std::any_of(inputs, inputs + row_count * input_count_, [](float x) { return std::isnan(x); });
  return gaps ? TreeNodes::Kind::kNumbersAndGaps : TreeNodes::Kind::kNumbers;
}

void TreeEngine::Score(const double* inputs, size_t row_count, double* margins) const {
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
    switch (KindOf(block.data(), rows)) {
      case TreeNodes::Kind::kNumbers:
        AddLeaves<TreeNodes::Kind::kNumbers>(block.data(), rows, sums.data());
        break;
      case TreeNodes::Kind::kNumbersAndGaps:
        AddLeaves<TreeNodes::Kind::kNumbersAndGaps>(block.data(), rows, sums.data());
        break;
      case TreeNodes::Kind::kAll:
        AddLeaves<TreeNodes::Kind::kAll>(block.data(), rows, sums.data());
        break;
    }
    margins = std::copy_n(sums.begin(), rows * margin_count(), margins);
    inputs += rows * input_count_;
  }
}

}  // namespace serin
