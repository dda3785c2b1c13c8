#ifndef SERIN_CORE_ENGINE_TREE_ENGINE_H_
#define SERIN_CORE_ENGINE_TREE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/estimator.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Sums of leaves, bit for bit as XGBoost adds them: single precision, base score first, then tree
// by tree.
//
// All trees lie in one array of nodes. A tree's nodes are in breadth-first order with siblings side
// by side, so that a node needs to know only its left child and the first levels share cache lines.
class TreeEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT naming tree and node if the arrays disagree, an index is out of range, a node
  // is not reached exactly once from the root, or a number is not what it can be.
  static absl::StatusOr<std::unique_ptr<const TreeEngine>> Create(
      const internal::v1::TreeEnsemble& message, size_t input_count, size_t margin_count);

  size_t margin_count() const override { return base_scores_.size(); }
  void Score(const double* inputs, size_t row_count, double* margins) const override;

 private:
  struct Node {
    float threshold;        // In leaves, the value.
    uint32_t feature : 31;  // 0 in leaves.
    uint32_t missing_left : 1;
    uint32_t left;  // Index into nodes_; 0 in leaves. The right child is the next node.
  };
  struct Root {
    uint32_t node;
    uint32_t margin;  // What the tree adds to.
  };

  TreeEngine(const internal::v1::TreeEnsemble& message, size_t input_count);

  void Append(const internal::v1::Tree& tree);
  float LeafOf(uint32_t root, const float* inputs) const;
  void ScoreRow(const float* inputs, float* sums) const;

  const size_t input_count_;
  const std::vector<float> base_scores_;
  std::vector<Node> nodes_;
  std::vector<Root> roots_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_ENGINE_H_
