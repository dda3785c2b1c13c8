#ifndef SERIN_CORE_LEARN_VALIDATION_ROWS_H_
#define SERIN_CORE_LEARN_VALIDATION_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/learn/algorithm.h"

namespace serin {

// The rows of a training set that are fitted, and those that early stopping looks at; ascending.
struct ValidationSplit {
  std::vector<size_t> training;
  std::vector<size_t> validation;
};

// Sets a share in (0, 1) of the rows, for classification of those of each class, aside at random,
// rounded to the nearest whole number, but never all of them. The seed decides, on every platform
// alike. With a share of 0 all rows are for training.
ValidationSplit SplitForValidation(const TrainingSet& data, double share, uint64_t seed);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_VALIDATION_ROWS_H_
