#ifndef SERIN_CORE_ENGINE_TREE_SCORER_H_
#define SERIN_CORE_ENGINE_TREE_SCORER_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace serin {

// One way to run rows through an ensemble of trees. All give the same bits: a row's leaves are
// added to its sums in single precision, tree by tree in the order of the ensemble. Immutable and
// thread-safe.
class TreeScorer {
 public:
  virtual ~TreeScorer() = default;

  // For tests and benchmarks.
  virtual absl::string_view name() const = 0;

  // `inputs`: row_count x inputs, `sums`: row_count x outputs, both row by row. Allocates nothing
  // per row.
  virtual void AddLeaves(const float* inputs, size_t row_count, float* sums) const = 0;

  // What it scores by. Scorers that share it name the same address.
  struct Memory {
    const void* address;
    size_t bytes;
  };
  virtual Memory memory() const = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_SCORER_H_
