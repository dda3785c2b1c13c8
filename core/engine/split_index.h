#ifndef SERIN_CORE_ENGINE_SPLIT_INDEX_H_
#define SERIN_CORE_ENGINE_SPLIT_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The different questions that an ensemble's nodes ask, by slots. A slot is an input with a
// direction for missing values and either the thresholds that it is compared with or one set of
// categories. Within a slot a row needs one byte: how many of its thresholds the input reaches, or
// whether it is in the set. A node then asks no more than whether that byte is at least its rank.
class SplitIndex {
 public:
  static constexpr size_t kMaxSlots = 256;
  static constexpr size_t kMaxRank = 255;

  // What a node asks: right if slot's byte >= rank.
  struct Split {
    uint8_t slot = 0;
    uint8_t rank = 0;
  };
  struct NumberSlot {
    int32_t input;
    bool missing_right;
    std::vector<float> thresholds;  // Ascending, unique, 1 to kMaxRank.
  };
  struct CategorySlot {
    int32_t input;
    bool missing_right;
    std::vector<int32_t> categories;
  };

  // Of trees that have passed ValidateTrees. None if they take more slots, or a slot more
  // thresholds.
  static std::optional<SplitIndex> Of(const internal::v1::TreeEnsemble& message);

  // Slots are numbered from 0, those of numbers first.
  const std::vector<NumberSlot>& numbers() const { return numbers_; }
  const std::vector<CategorySlot>& categories() const { return categories_; }
  size_t size() const { return numbers_.size() + categories_.size(); }

  // Of an inner node of one of the trees.
  Split Find(const internal::v1::Tree& tree, int node) const;

 private:
  using NumberKey = std::pair<int32_t, bool>;
  using CategoryKey = std::pair<NumberKey, std::vector<int32_t>>;

  // False if there are too many slots.
  bool Add(const internal::v1::Tree& tree, int node);
  // Sorts the thresholds; false if a slot has too many.
  bool SortThresholds();

  std::map<NumberKey, size_t> number_slots_;
  std::map<CategoryKey, size_t> category_slots_;
  std::vector<NumberSlot> numbers_;
  std::vector<CategorySlot> categories_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_SPLIT_INDEX_H_
