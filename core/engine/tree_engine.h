#ifndef SERIN_CORE_ENGINE_TREE_ENGINE_H_
#define SERIN_CORE_ENGINE_TREE_ENGINE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/engine/estimator.h"
#include "core/engine/instruction_set.h"
#include "core/engine/tree_scorer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Every way there is to score an ensemble that has passed ValidateTrees with these instructions of
// the processor, the one that takes any ensemble first.
std::vector<std::shared_ptr<const TreeScorer>> TreeScorersFor(
    const internal::v1::TreeEnsemble& message, size_t input_count, InstructionSet instructions);

// Sums of leaves, bit for bit as XGBoost adds them: single precision, base score first, then tree
// by tree. Of the ways to get them those are taken that are fastest here for this ensemble, one for
// single rows and one for blocks, which is found out by trying.
class TreeEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT naming tree and node if the arrays disagree, an index is out of range, a node
  // is not reached exactly once from the root, or a number is not what it can be. `clock` measures
  // the ways.
  static absl::StatusOr<std::unique_ptr<const TreeEngine>> Create(
      const internal::v1::TreeEnsemble& message, size_t input_count, size_t margin_count,
      const Clock* clock = Clock::Monotonic());

  size_t margin_count() const override { return base_scores_.size(); }
  Link link() const override { return link_; }
  void Score(const double* inputs, size_t row_count, double* margins) const override;
  size_t memory_bytes() const override;

  // What was chosen.
  const TreeScorer& row_scorer() const { return *row_scorer_; }
  const TreeScorer& block_scorer() const { return *block_scorer_; }

 private:
  TreeEngine(const internal::v1::TreeEnsemble& message, size_t input_count, const Clock* clock);

  const size_t input_count_;
  const std::vector<float> base_scores_;
  const Link link_;
  std::shared_ptr<const TreeScorer> row_scorer_;    // For fewer than kFewRows.
  std::shared_ptr<const TreeScorer> block_scorer_;  // May be the same.
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_ENGINE_H_
