#ifndef SERIN_TESTS_UNIT_CORE_ENGINE_RANDOM_TREES_H_
#define SERIN_TESTS_UNIT_CORE_ENGINE_RANDOM_TREES_H_

#include <cstddef>
#include <random>
#include <vector>

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Trees of any shape over four inputs, the last of which is a category, and rows for them, whose
// numbers are often those that nodes compare with.
class RandomTrees {
 public:
  static constexpr size_t kInputs = 4;

  struct Shape {
    int tree_count;
    int output_count;
    int max_splits = 12;  // Of a tree; there are fewer.
    int max_depth = 100;
  };

  internal::v1::TreeEnsemble Make(const Shape& shape);

  // A fifth of what is in them is missing.
  std::vector<float> Rows(size_t count);

 private:
  float Number() { return static_cast<float>(random_() % 1000) / 64 - 7; }
  float Gap(float value);
  void Grow(const Shape& shape, internal::v1::Tree* tree);
  void AddCategories(int node, internal::v1::Tree* tree);

  std::mt19937 random_{11};
};

// The sums of each row's leaves, as slowly as what bundle.proto says can be followed.
std::vector<float> ScoreNaively(const internal::v1::TreeEnsemble& trees,
                                const std::vector<float>& rows);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_ENGINE_RANDOM_TREES_H_
