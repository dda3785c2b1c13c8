#include "core/learn/validation_rows.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random.h"

namespace serin {
namespace {

// Rows by class; all in one group for regression.
std::vector<std::vector<size_t>> GroupRows(const TrainingSet& data) {
  std::vector<std::vector<size_t>> groups(std::max<size_t>(data.class_count, 1));
  for (size_t row = 0; row < data.row_count; ++row) {
    groups[data.class_count == 0 ? 0 : static_cast<size_t>(data.targets[row])].push_back(row);
  }
  return groups;
}

// Moves `count` of the rows, drawn at random, to the end (Fisher and Yates).
void DrawToEnd(size_t count, Random& random, std::vector<size_t>* rows) {
  for (size_t i = 0; i < count; ++i) {
    const size_t last = rows->size() - 1 - i;
    std::swap((*rows)[last], (*rows)[UniformBelow(last + 1, random)]);
  }
}

}  // namespace

ValidationSplit SplitForValidation(const TrainingSet& data, double share, uint64_t seed) {
  Random random(seed);
  ValidationSplit split;
  for (std::vector<size_t>& rows : GroupRows(data)) {
    if (rows.empty()) continue;
    const auto rounded = static_cast<size_t>(std::lround(share * static_cast<double>(rows.size())));
    const size_t count = std::min(rounded, rows.size() - 1);
    DrawToEnd(count, random, &rows);
    const auto kept = rows.end() - static_cast<ptrdiff_t>(count);
    split.training.insert(split.training.end(), rows.begin(), kept);
    split.validation.insert(split.validation.end(), kept, rows.end());
  }
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

}  // namespace serin
