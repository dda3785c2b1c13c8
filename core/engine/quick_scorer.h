#ifndef SERIN_CORE_ENGINE_QUICK_SCORER_H_
#define SERIN_CORE_ENGINE_QUICK_SCORER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/engine/category_sets.h"
#include "core/engine/tree_scorer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// QuickScorer (Lucchese et al., "QuickScorer: a fast algorithm to rank documents with additive
// ensembles of regression trees", SIGIR 2015): trees of any shape with at most 64 leaves. Each has
// a word with a bit per leaf, from left to right. A node that sends the row right takes away the
// leaves on its left; the first one left over is the row's. Nodes are visited input by input in
// order of their thresholds, and the rest of an input's are passed over once one is not reached: no
// tree is walked.
class QuickScorer final : public TreeScorer {
 public:
  // Of trees that have passed ValidateTrees; null if one has more than 64 leaves.
  static std::unique_ptr<const TreeScorer> Create(const internal::v1::TreeEnsemble& message,
                                                  size_t input_count);

  absl::string_view name() const override { return "QuickScorer"; }
  void AddLeaves(const float* inputs, size_t row_count, float* sums) const override;
  Memory memory() const override;

 private:
  // What a node does to its tree's word if it sends the row right.
  struct Cut {
    uint32_t tree;
    uint64_t leaves_kept;
  };
  struct ThresholdCut {
    float threshold;
    Cut cut;
  };
  struct CategoryCut {
    uint32_t set;
    bool missing_right;
    Cut cut;
  };
  // The nodes that look at one input.
  struct Input {
    std::vector<ThresholdCut> thresholds;  // Ascending.
    std::vector<CategoryCut> categories;
    std::vector<Cut> missing;  // Those that compare with a threshold and send NaN right.
  };
  struct Tree {
    uint32_t output;
    size_t first_leaf;  // In leaves_.
  };
  class TreeReader;

  QuickScorer(size_t input_count, size_t output_count)
      : output_count_(output_count), inputs_(input_count) {}

  void Apply(const Input& input, float x, uint64_t* words) const;

  const size_t output_count_;
  std::vector<Input> inputs_;
  std::vector<Tree> trees_;
  std::vector<float> leaves_;
  CategorySets sets_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_QUICK_SCORER_H_
