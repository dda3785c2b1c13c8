#ifndef SERIN_CORE_ENGINE_TREE_ENGINE_H_
#define SERIN_CORE_ENGINE_TREE_ENGINE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/estimator.h"
#include "core/engine/tree_nodes.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Sums of leaves, bit for bit as XGBoost adds them: single precision, base score first, then tree
// by tree.
//
// What a step down a tree waits for is the node, which the step before has found. So several go
// down at once, each waiting while the others do: rows of a block through the same tree, or, where
// there is no block of rows, one row through several trees. After "VPred" of Asadi, Lin and de
// Vries, "Runtime optimizations for tree-based machine learning models", TKDE 26(9), 2014.
class TreeEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT naming tree and node if the arrays disagree, an index is out of range, a node
  // is not reached exactly once from the root, or a number is not what it can be.
  static absl::StatusOr<std::unique_ptr<const TreeEngine>> Create(
      const internal::v1::TreeEnsemble& message, size_t input_count, size_t margin_count);

  size_t margin_count() const override { return base_scores_.size(); }
  Link link() const override { return link_; }
  void Score(const double* inputs, size_t row_count, double* margins) const override;

 private:
  TreeEngine(const internal::v1::TreeEnsemble& message, size_t input_count);

  TreeNodes::Kind KindOf(const float* inputs, size_t row_count) const;

  // From single-precision inputs to single-precision sums, which begin as the base scores.
  template <TreeNodes::Kind kKind>
  void AddLeaves(const float* inputs, size_t row_count, float* sums) const;
  template <TreeNodes::Kind kKind>
  void AddLeavesOfRows(const float* inputs, size_t row_count, float* sums) const;
  template <TreeNodes::Kind kKind>
  void AddLeavesOfRow(const float* inputs, float* sums) const;

  const size_t input_count_;
  const std::vector<float> base_scores_;
  const Link link_;
  const TreeNodes nodes_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_ENGINE_H_
