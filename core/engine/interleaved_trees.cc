#include "core/engine/interleaved_trees.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace serin {
namespace {

// How many go down together.
constexpr size_t kLanes = 8;

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

// Rows by kLanes through one tree after the other. `row_count` is a multiple of kLanes.
template <TreeNodes::Kind kKind>
void InterleavedTrees::AddLeavesOfRows(const float* inputs, size_t row_count, float* sums) const {
  for (const TreeNodes::Tree& tree : nodes_.trees()) {
    for (size_t first = 0; first < row_count; first += kLanes) {
      std::array<const float*, kLanes> rows;
      for (size_t i = 0; i < kLanes; ++i) rows[i] = inputs + (first + i) * input_count_;
      std::array<uint32_t, kLanes> at;
      at.fill(tree.root);
      for (uint32_t step = 0; step < tree.depth; ++step) Step<kKind>(nodes_, rows, &at);
      for (size_t i = 0; i < kLanes; ++i) {
        sums[(first + i) * output_count_ + tree.output] += nodes_.ValueAt(at[i]);
      }
    }
  }
}

// One row through kLanes trees at a time, and through the last ones by themselves.
template <TreeNodes::Kind kKind>
void InterleavedTrees::AddLeavesOfRow(const float* inputs, float* sums) const {
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
void InterleavedTrees::AddLeavesAs(const float* inputs, size_t row_count, float* sums) const {
  size_t row = row_count / kLanes * kLanes;
  if (row > 0) AddLeavesOfRows<kKind>(inputs, row, sums);
  for (; row < row_count; ++row) {
    AddLeavesOfRow<kKind>(inputs + row * input_count_, sums + row * output_count_);
  }
}

TreeNodes::Kind InterleavedTrees::KindOf(const float* inputs, size_t row_count) const {
  if (nodes_.has_categories()) return TreeNodes::Kind::kAll;
  const bool gaps =
      std::any_of(inputs, inputs + row_count * input_count_, [](float x) { return std::isnan(x); });
  return gaps ? TreeNodes::Kind::kNumbersAndGaps : TreeNodes::Kind::kNumbers;
}

void InterleavedTrees::AddLeaves(const float* inputs, size_t row_count, float* sums) const {
  switch (KindOf(inputs, row_count)) {
    case TreeNodes::Kind::kNumbers:
      return AddLeavesAs<TreeNodes::Kind::kNumbers>(inputs, row_count, sums);
    case TreeNodes::Kind::kNumbersAndGaps:
      return AddLeavesAs<TreeNodes::Kind::kNumbersAndGaps>(inputs, row_count, sums);
    case TreeNodes::Kind::kAll:
      return AddLeavesAs<TreeNodes::Kind::kAll>(inputs, row_count, sums);
  }
}

}  // namespace serin
