#ifndef SERIN_CORE_ENGINE_CATEGORY_SETS_H_
#define SERIN_CORE_ENGINE_CATEGORY_SETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/engine/tree_categories.h"

namespace serin {

// Sets of categories that nodes of trees split by, as bit sets side by side. Thread-safe once all
// are added.
class CategorySets {
 public:
  bool empty() const { return sets_.empty(); }
  uint32_t size() const { return static_cast<uint32_t>(sets_.size()); }
  size_t heap_bytes() const { return HeapBytes(sets_) + HeapBytes(words_); }

  // Adds a set, whose categories ascend in [0, 2^24), and returns its number: they count from 0.
  uint32_t Add(const CategoryRange& categories);

  // Whether a node that splits by the set sends an input right. NaN goes where `missing_right`
  // says, and what is no category left.
  bool GoesRight(uint32_t set, bool missing_right, float x) const {
    constexpr float kNoCategory = 1 << 24;
    if (!(x >= 0 && x < kNoCategory)) return x != x && missing_right;
    const auto category = static_cast<uint32_t>(x);
    const Set& in = sets_[set];
    const uint32_t word = category / 32 - in.first_word;  // Wraps for those before the first.
    return word < in.word_count && (words_[in.begin + word] >> (category % 32) & 1) != 0;
  }

 private:
  // The words of a bit set in which any bit is; they begin at words_[begin].
  struct Set {
    uint32_t first_word;
    uint32_t word_count;
    size_t begin;
  };

  std::vector<Set> sets_;
  std::vector<uint32_t> words_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_CATEGORY_SETS_H_
