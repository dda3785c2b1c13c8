#include "core/engine/row_bit_vectors.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/memory/memory.h"

namespace serin {

#if defined(__x86_64__)
namespace {

#define SERIN_VBMI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vbmi")))

constexpr size_t kRegister = 64;
// Trees whose outcomes are written before any is followed: what was just stored in words can then
// be loaded eight words at a time without waiting.
constexpr size_t kChunk = 128;
constexpr size_t kLanes = 8;

// A row's bytes by slot, in two registers.
struct Row {
  __m512i low;
  __m512i high;
};

template <bool kTwoRegisters>
SERIN_VBMI inline uint64_t Outcomes(const CompleteTrees::Nodes& nodes, const Row& row) {
  const __m512i slots = _mm512_load_si512(nodes.slots.data());
  const __m512i ranks = _mm512_load_si512(nodes.ranks.data());
  const __m512i bytes = kTwoRegisters ? _mm512_permutex2var_epi8(row.low, slots, row.high)
                                      : _mm512_permutexvar_epi8(slots, row.low);
  return _cvtmask64_u64(_mm512_cmpge_epu8_mask(bytes, ranks));
}

// From the outcomes of eight trees to the places of their leaves, from 2^depth on.
SERIN_VBMI inline __m512i Descend(__m512i outcomes, size_t depth) {
  const __m512i one = _mm512_set1_epi64(1);
  __m512i place = one;
  for (size_t step = 0; step < depth; ++step) {
    const __m512i right = _mm512_and_si512(_mm512_srlv_epi64(outcomes, place), one);
    place = _mm512_or_si512(_mm512_add_epi64(place, place), right);
  }
  return place;
}

// Overwrites the outcomes of `count` trees with the indexes of their leaves, counted from the
// first tree's first.
SERIN_VBMI inline void FindLeaves(size_t count, size_t depth, uint64_t* words) {
  const auto leaf_count = int64_t{1} << depth;
  const __m512i lanes = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
  __m512i first = _mm512_sub_epi64(_mm512_slli_epi64(lanes, static_cast<unsigned>(depth)),
                                   _mm512_set1_epi64(leaf_count));
  for (size_t i = 0; i < count; i += kLanes) {
    const __m512i place = Descend(_mm512_load_si512(words + i), depth);
    _mm512_store_si512(words + i, _mm512_add_epi64(first, place));
    first = _mm512_add_epi64(first, _mm512_set1_epi64(leaf_count * static_cast<int64_t>(kLanes)));
  }
}

template <bool kTwoRegisters>
SERIN_VBMI void AddLeavesOfRow(const RankedTrees& ranked, const uint8_t* bytes, float* sums) {
  const CompleteTrees& trees = ranked.trees;
  const Row row{_mm512_load_si512(bytes), _mm512_load_si512(bytes + kRegister)};
  alignas(64) uint64_t words[kChunk];
  const float* leaves = trees.leaves.data();
  float sum = sums[0];
  for (size_t first = 0; first < trees.tree_count(); first += kChunk) {
    const size_t count = std::min(kChunk, trees.tree_count() - first);
    for (size_t i = 0; i < count; ++i) {
      words[i] = Outcomes<kTwoRegisters>(trees.nodes[first + i], row);
    }
    FindLeaves(count, trees.depth, words);
    if (ranked.output_count == 1) {
      for (size_t i = 0; i < count; ++i) sum += leaves[words[i]];
    } else {
      for (size_t i = 0; i < count; ++i) sums[trees.outputs[first + i]] += leaves[words[i]];
    }
    leaves += count * trees.leaf_count();
  }
  if (ranked.output_count == 1) sums[0] = sum;
}

#undef SERIN_VBMI

}  // namespace

std::unique_ptr<const TreeScorer> RowBitVectors::Create(std::shared_ptr<const RankedTrees> trees) {
  if (trees->instructions < InstructionSet::kAvx512Vbmi ||
      trees->encoder.slot_count() > 2 * kRegister)
    return nullptr;
  return absl::WrapUnique(new RowBitVectors(std::move(trees)));
}

void RowBitVectors::AddLeaves(const float* inputs, size_t row_count, float* sums) const {
  alignas(64) uint8_t bytes[2 * kRegister] = {};
  const auto add =
      trees_->encoder.slot_count() > kRegister ? &AddLeavesOfRow<true> : &AddLeavesOfRow<false>;
  for (size_t row = 0; row < row_count; ++row) {
    trees_->encoder.Encode({inputs, trees_->input_count, 1, bytes, 1});
    add(*trees_, bytes, sums);
    inputs += trees_->input_count;
    sums += trees_->output_count;
  }
}

#else

std::unique_ptr<const TreeScorer> RowBitVectors::Create(std::shared_ptr<const RankedTrees>) {
  return nullptr;
}

#endif

}  // namespace serin
