#include "core/engine/rank_encoder.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <limits>

namespace serin {
namespace {

constexpr uint8_t kAll = SplitIndex::kMaxRank;
constexpr size_t kBlock = 16;

// How many of a block's thresholds x reaches. The loop becomes a few comparisons of vectors.
[[gnu::always_inline]] inline size_t CountReached(const float* block, float x) {
  uint32_t count = 0;
  for (size_t i = 0; i < kBlock; ++i) count += block[i] <= x ? 1 : 0;
  return count;
}

}  // namespace

// The loop over slots and rows for different processors.
struct RankEncoder::Kernels {
  [[gnu::always_inline]] static inline void Encode(const RankEncoder& encoder, const Rows& rows) {
    uint8_t* out = rows.bytes;
    for (const NumberSlot& slot : encoder.numbers_) {
      const float* first = encoder.thresholds_.data() + slot.begin;
      const float* input = rows.inputs + slot.input;
      for (size_t row = 0; row < rows.row_count; ++row, input += rows.input_count) {
        size_t rank = CountReached(first, *input);
        if (slot.several_blocks) {
          rank = rank * kBlock + CountReached(first + (rank + 1) * kBlock, *input);
        }
        out[row] = *input != *input ? slot.when_missing : static_cast<uint8_t>(rank);
      }
      out += rows.stride;
    }
  }

  static void EncodeAnywhere(const RankEncoder& encoder, const Rows& rows) {
    Encode(encoder, rows);
  }

#if defined(__x86_64__)
  __attribute__((target("avx2"))) static void EncodeAvx2(const RankEncoder& encoder,
                                                         const Rows& rows) {
    Encode(encoder, rows);
  }

  __attribute__((target("avx512f,popcnt"))) static size_t CountReachedAvx512(__m512 block,
                                                                             __m512 x) {
    return static_cast<size_t>(_mm_popcnt_u32(_mm512_cmp_ps_mask(block, x, _CMP_LE_OQ)));
  }

  // As Encode, in which GCC would count by adding up vectors.
  __attribute__((target("avx512f,popcnt"))) static void EncodeAvx512(const RankEncoder& encoder,
                                                                     const Rows& rows) {
    uint8_t* out = rows.bytes;
    for (const NumberSlot& slot : encoder.numbers_) {
      const float* first = encoder.thresholds_.data() + slot.begin;
      const __m512 block = _mm512_loadu_ps(first);
      const float* input = rows.inputs + slot.input;
      for (size_t row = 0; row < rows.row_count; ++row, input += rows.input_count) {
        const __m512 x = _mm512_set1_ps(*input);
        size_t rank = CountReachedAvx512(block, x);
        if (slot.several_blocks) {
          const __m512 next = _mm512_loadu_ps(first + (rank + 1) * kBlock);
          rank = rank * kBlock + CountReachedAvx512(next, x);
        }
        out[row] = *input != *input ? slot.when_missing : static_cast<uint8_t>(rank);
      }
      out += rows.stride;
    }
  }

  static EncodeFunction For(InstructionSet instructions) {
    if (instructions >= InstructionSet::kAvx512) return &EncodeAvx512;
    if (instructions >= InstructionSet::kAvx2) return &EncodeAvx2;
    return &EncodeAnywhere;
  }
#else
  static EncodeFunction For(InstructionSet) { return &EncodeAnywhere; }
#endif
};

RankEncoder::RankEncoder(const SplitIndex& index, InstructionSet instructions)
    : encode_numbers_(Kernels::For(instructions)) {
  for (const SplitIndex::NumberSlot& slot : index.numbers()) {
    numbers_.push_back({static_cast<uint32_t>(slot.input),
                        static_cast<uint32_t>(thresholds_.size()), slot.thresholds.size() > kBlock,
                        slot.missing_right ? kAll : uint8_t{0}});
    AddThresholds(slot.thresholds);
  }
  for (const SplitIndex::CategorySlot& slot : index.categories()) {
    categories_.push_back(
        {static_cast<uint32_t>(slot.input), sets_.Add(slot.categories), slot.missing_right});
  }
}

// Blocks are filled up with NaN, which nothing reaches. Of several blocks the last one is never
// full, so that there is one to look at for what reaches all thresholds.
void RankEncoder::AddThresholds(const std::vector<float>& thresholds) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const size_t full_blocks = thresholds.size() / kBlock;
  if (thresholds.size() > kBlock) {
    for (size_t i = 0; i < kBlock; ++i) {
      thresholds_.push_back(i < full_blocks ? thresholds[(i + 1) * kBlock - 1] : kNaN);
    }
  }
  const size_t end = thresholds_.size() + (full_blocks + 1) * kBlock;
  thresholds_.insert(thresholds_.end(), thresholds.begin(), thresholds.end());
  thresholds_.resize(end, kNaN);
}

void RankEncoder::EncodeCategories(const Rows& rows) const {
  uint8_t* out = rows.bytes + numbers_.size() * rows.stride;
  for (const CategorySlot& slot : categories_) {
    const float* input = rows.inputs + slot.input;
    for (size_t row = 0; row < rows.row_count; ++row, input += rows.input_count) {
      out[row] = sets_.GoesRight(slot.set, slot.missing_right, *input) ? kAll : 0;
    }
    out += rows.stride;
  }
}

}  // namespace serin
