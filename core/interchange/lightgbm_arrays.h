#ifndef SERIN_CORE_INTERCHANGE_LIGHTGBM_ARRAYS_H_
#define SERIN_CORE_INTERCHANGE_LIGHTGBM_ARRAYS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "core/interchange/lightgbm_text.h"

namespace serin {

// The arrays of a tree. Splits and leaves are counted apart; a child is a split, or ~ of a leaf.
struct LightgbmArrays {
  size_t leaf_count = 0;
  std::vector<int64_t> features;
  std::vector<double> thresholds;
  std::vector<int64_t> decisions;
  std::vector<int64_t> left_children;
  std::vector<int64_t> right_children;
  std::vector<double> leaves;
  // Empty where the file has not all.
  std::vector<double> split_rows;
  std::vector<double> leaf_rows;
  // Where the bits of a split's categories lie among `category_words`.
  std::vector<int64_t> category_bounds;
  std::vector<int64_t> category_words;

  size_t split_count() const { return leaf_count - 1; }
};

// As many numbers in each as the tree's leaves ask for; what they say of the tree is not checked
// but for the bounds of the categories. INVALID_ARGUMENT naming the line.
absl::StatusOr<LightgbmArrays> ReadLightgbmArrays(const LightgbmBlock& block);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_LIGHTGBM_ARRAYS_H_
