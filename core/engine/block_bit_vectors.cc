#include "core/engine/block_bit_vectors.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace serin {
namespace {

constexpr size_t kBlockRows = 64;

// As many bytes as a register has, one per row.
template <size_t kWidth>
struct Vector {
  using Bytes [[gnu::vector_size(kWidth)]] = uint8_t;
};

// One tree and the rows' bytes, of which those of a slot are kBlockRows apart.
struct TreeOfRows {
  const CompleteTrees::Nodes& nodes;
  const uint8_t* bytes;
};

// The leaves, counted from the first below it, to which a node at `kPlace` with `kSteps` steps
// below it leads the rows.
template <size_t kWidth, size_t kSteps, size_t kPlace>
[[gnu::always_inline]] inline void FindLeaves(const TreeOfRows& tree,
                                              typename Vector<kWidth>::Bytes* found) {
  using Bytes = typename Vector<kWidth>::Bytes;
  Bytes bytes;
  std::memcpy(&bytes, tree.bytes + size_t{tree.nodes.slots[kPlace]} * kBlockRows, kWidth);
  const auto right = bytes >= (Bytes{} + tree.nodes.ranks[kPlace]);
  if constexpr (kSteps == 1) {
    *found = reinterpret_cast<Bytes>(right) & 1;
  } else {
    constexpr uint8_t kHalf = 1 << (kSteps - 1);
    Bytes of_left;
    Bytes of_right;
    FindLeaves<kWidth, kSteps - 1, 2 * kPlace>(tree, &of_left);
    FindLeaves<kWidth, kSteps - 1, 2 * kPlace + 1>(tree, &of_right);
    *found = right ? (of_right | kHalf) : of_left;
  }
}

// Adds a tree's leaves to kWidth rows' sums, which are `stride` apart; only `row_count` are there.
template <size_t kWidth, size_t kDepth>
[[gnu::always_inline]] inline void AddTree(const TreeOfRows& tree, const float* leaves,
                                           size_t row_count, size_t stride, float* sums) {
  typename Vector<kWidth>::Bytes found;
  FindLeaves<kWidth, kDepth, 1>(tree, &found);
  uint8_t places[kWidth];
  std::memcpy(places, &found, kWidth);
  if (stride == 1 && row_count == kWidth) {
    for (size_t row = 0; row < kWidth; ++row) sums[row] += leaves[places[row]];
  } else {
    for (size_t row = 0; row < row_count; ++row) sums[row * stride] += leaves[places[row]];
  }
}

template <size_t kWidth, size_t kDepth>
[[gnu::always_inline]] inline void AddAll(const RankedTrees& ranked, const uint8_t* bytes,
                                          size_t row_count, float* sums) {
  const CompleteTrees& trees = ranked.trees;
  for (size_t i = 0; i < trees.tree_count(); ++i) {
    const float* leaves = trees.leaves.data() + (i << kDepth);
    for (size_t row = 0; row < row_count; row += kWidth) {
      AddTree<kWidth, kDepth>({trees.nodes[i], bytes + row}, leaves,
                              std::min(kWidth, row_count - row), ranked.output_count,
                              sums + row * ranked.output_count + trees.outputs[i]);
    }
  }
}

template <size_t kWidth>
[[gnu::always_inline]] inline void AddAllAtDepth(const RankedTrees& ranked, const uint8_t* bytes,
                                                 size_t row_count, float* sums) {
  static_assert(CompleteTrees::kMaxDepth == 6);
  switch (ranked.trees.depth) {
    case 1:
      return AddAll<kWidth, 1>(ranked, bytes, row_count, sums);
    case 2:
      return AddAll<kWidth, 2>(ranked, bytes, row_count, sums);
    case 3:
      return AddAll<kWidth, 3>(ranked, bytes, row_count, sums);
    case 4:
      return AddAll<kWidth, 4>(ranked, bytes, row_count, sums);
    case 5:
      return AddAll<kWidth, 5>(ranked, bytes, row_count, sums);
    default:
      return AddAll<kWidth, 6>(ranked, bytes, row_count, sums);
  }
}

void AddAnywhere(const RankedTrees& ranked, const uint8_t* bytes, size_t row_count, float* sums) {
  AddAllAtDepth<16>(ranked, bytes, row_count, sums);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void AddAvx2(const RankedTrees& ranked, const uint8_t* bytes,
                                             size_t row_count, float* sums) {
  AddAllAtDepth<32>(ranked, bytes, row_count, sums);
}

__attribute__((target("avx512f,avx512bw,avx512vl"))) void AddAvx512(const RankedTrees& ranked,
                                                                    const uint8_t* bytes,
                                                                    size_t row_count, float* sums) {
  AddAllAtDepth<64>(ranked, bytes, row_count, sums);
}
#endif

}  // namespace

BlockBitVectors::BlockBitVectors(std::shared_ptr<const RankedTrees> trees)
    : trees_(std::move(trees)), name_("block bit vectors"), add_(&AddAnywhere) {
  static_assert(kRows == kBlockRows);
#if defined(__x86_64__)
  if (trees_->instructions >= InstructionSet::kAvx512) {
    name_ = "block bit vectors, AVX-512";
    add_ = &AddAvx512;
  } else if (trees_->instructions >= InstructionSet::kAvx2) {
    name_ = "block bit vectors, AVX2";
    add_ = &AddAvx2;
  }
#endif
}

void BlockBitVectors::AddLeaves(const float* inputs, size_t row_count, float* sums) const {
  alignas(64) uint8_t bytes[SplitIndex::kMaxSlots * kRows];
  const size_t used = std::max<size_t>(trees_->encoder.slot_count(), 1) * kRows;
  for (size_t begin = 0; begin < row_count; begin += kRows) {
    const size_t rows = std::min(kRows, row_count - begin);
    if (rows < kRows) std::memset(bytes, 0, used);
    trees_->encoder.Encode({inputs, trees_->input_count, rows, bytes, kRows});
    add_(*trees_, bytes, rows, sums);
    inputs += rows * trees_->input_count;
    sums += rows * trees_->output_count;
  }
}

}  // namespace serin
