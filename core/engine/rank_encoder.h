#ifndef SERIN_CORE_ENGINE_RANK_ENCODER_H_
#define SERIN_CORE_ENGINE_RANK_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/engine/category_sets.h"
#include "core/engine/instruction_set.h"
#include "core/engine/split_index.h"

namespace serin {

// Makes of a row the byte of each slot of a SplitIndex: of a number how many thresholds it
// reaches, of a category kMaxRank if it is in the set and else 0. What is missing is kMaxRank where
// the slot sends it right, else 0. Thread-safe.
//
// Thresholds lie in blocks of 16, of which a count within one register tells how far the input
// comes; where there are several, a block of their last ones says which to look at.
class RankEncoder {
 public:
  // `instructions`: of this processor.
  RankEncoder(const SplitIndex& index, InstructionSet instructions);

  size_t slot_count() const { return numbers_.size() + categories_.size(); }
  size_t heap_bytes() const {
    return HeapBytes(numbers_) + HeapBytes(categories_) + HeapBytes(thresholds_) +
           sets_.heap_bytes();
  }

  // Rows of numbers, row by row, and where their bytes go.
  struct Rows {
    const float* inputs;
    size_t input_count;
    size_t row_count;
    uint8_t* bytes;  // That of a slot of row r at bytes[slot * stride + r].
    size_t stride;
  };
  void Encode(const Rows& rows) const {
    encode_numbers_(*this, rows);
    EncodeCategories(rows);
  }

 private:
  struct NumberSlot {
    uint32_t input;
    uint32_t begin;  // In thresholds_: the block of last ones if there are several, then they.
    bool several_blocks;
    uint8_t when_missing;
  };
  struct CategorySlot {
    uint32_t input;
    uint32_t set;
    bool missing_right;
  };
  struct Kernels;
  using EncodeFunction = void (*)(const RankEncoder&, const Rows&);

  void AddThresholds(const std::vector<float>& thresholds);
  void EncodeCategories(const Rows& rows) const;

  const EncodeFunction encode_numbers_;
  std::vector<NumberSlot> numbers_;
  std::vector<CategorySlot> categories_;
  std::vector<float> thresholds_;
  CategorySets sets_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_RANK_ENCODER_H_
