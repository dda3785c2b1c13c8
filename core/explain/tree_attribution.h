#ifndef SERIN_CORE_EXPLAIN_TREE_ATTRIBUTION_H_
#define SERIN_CORE_EXPLAIN_TREE_ATTRIBUTION_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/explain/attribution.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Exact Shapley values of a tree ensemble, where of a row of which some inputs are not known the
// share of the training rows (Tree.covers) goes each way: path-dependent TreeSHAP, Lundberg, Erion
// and Lee, "Consistent Individualized Feature Attribution for Tree Ensembles", 2018, algorithm 2.
// Time per row: the sum over all leaves of depth^2.
class TreeAttribution final : public Attribution {
 public:
  // Deeper trees would take too long, and too much of the stack.
  static constexpr size_t kMaxDepth = 256;
  // Of a row, whose explanation nobody can stop: some seconds.
  static constexpr size_t kMaxSteps = size_t{1} << 32;

  // Null where a tree has no covers or is deeper than kMaxDepth, and where a row takes more than
  // kMaxSteps. `trees`, which it keeps, has passed ValidateTrees for rows of `input_count` inputs.
  static std::unique_ptr<const TreeAttribution> Create(internal::v1::TreeEnsemble trees,
                                                       size_t input_count);

  const std::vector<double>& bases() const override { return bases_; }
  void Explain(const double* inputs, double* margins, double* contributions) const override;
  size_t memory_bytes() const override {
    return sizeof(*this) + trees_.SpaceUsedLong() + HeapBytes(bases_);
  }

 private:
  TreeAttribution(internal::v1::TreeEnsemble trees, size_t input_count, size_t depth);

  const internal::v1::TreeEnsemble trees_;
  const size_t input_count_;
  const size_t depth_;  // Of the deepest tree.
  std::vector<double> bases_;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_TREE_ATTRIBUTION_H_
