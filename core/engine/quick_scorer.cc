#include "core/engine/quick_scorer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/memory/memory.h"
#include "core/base/memory_bytes.h"
#include "core/engine/tree_categories.h"

namespace serin {
namespace {

constexpr size_t kMaxLeaves = 64;
// So many trees' words stay on the stack.
using Words = absl::InlinedVector<uint64_t, 512>;

// All words but those of leaves [begin, end).
uint64_t AllBut(size_t begin, size_t end) {
  const uint64_t below_end = end == kMaxLeaves ? ~uint64_t{0} : (uint64_t{1} << end) - 1;
  return ~(below_end & ~((uint64_t{1} << begin) - 1));
}

}  // namespace

// Takes one tree's nodes into a QuickScorer.
class QuickScorer::TreeReader {
 public:
  TreeReader(const internal::v1::Tree& tree, QuickScorer* out)
      : tree_(tree), out_(*out), number_(static_cast<uint32_t>(out->trees_.size())) {}

  // False if the tree has too many leaves.
  bool Read() {
    if (tree_.thresholds_size() > static_cast<int>(2 * kMaxLeaves) - 1) return false;
    out_.trees_.push_back({static_cast<uint32_t>(tree_.output()), out_.leaves_.size()});
    Read(0);
    return true;
  }

 private:
  void Read(int node) {
    if (tree_.left_children(node) < 0) {
      out_.leaves_.push_back(tree_.thresholds(node));
      ++leaf_count_;
      return;
    }
    const size_t first_leaf = leaf_count_;
    Read(tree_.left_children(node));
    AddCut(node, {number_, AllBut(first_leaf, leaf_count_)});
    Read(tree_.right_children(node));
  }

  void AddCut(int node, const Cut& cut) {
    Input& input = out_.inputs_[tree_.features(node)];
    const bool missing_right = !tree_.missing_left(node);
    if (const auto categories = CategoriesOfNode(tree_, node)) {
      input.categories.push_back({out_.sets_.Add(*categories), missing_right, cut});
    } else {
      input.thresholds.push_back({tree_.thresholds(node), cut});
      if (missing_right) input.missing.push_back(cut);
    }
  }

  const internal::v1::Tree& tree_;
  QuickScorer& out_;
  const uint32_t number_;
  size_t leaf_count_ = 0;
};

std::unique_ptr<const TreeScorer> QuickScorer::Create(const internal::v1::TreeEnsemble& message,
                                                      size_t input_count) {
  auto scorer =
      absl::WrapUnique(new QuickScorer(input_count, static_cast<size_t>(message.output_count())));
  for (const internal::v1::Tree& tree : message.trees()) {
    if (!TreeReader(tree, scorer.get()).Read()) return nullptr;
  }
  for (Input& input : scorer->inputs_) {
    std::stable_sort(
        input.thresholds.begin(), input.thresholds.end(),
        [](const ThresholdCut& a, const ThresholdCut& b) { return a.threshold < b.threshold; });
  }
  return scorer;
}

void QuickScorer::Apply(const Input& input, float x, uint64_t* words) const {
  if (std::isnan(x)) {
    for (const Cut& cut : input.missing) words[cut.tree] &= cut.leaves_kept;
  } else {
    for (const ThresholdCut& node : input.thresholds) {
      if (x < node.threshold) break;
      words[node.cut.tree] &= node.cut.leaves_kept;
    }
  }
  for (const CategoryCut& node : input.categories) {
    if (!sets_.GoesRight(node.set, node.missing_right, x)) continue;
    words[node.cut.tree] &= node.cut.leaves_kept;
  }
}

TreeScorer::Memory QuickScorer::memory() const {
  size_t bytes = sizeof(*this) + HeapBytes(inputs_) + HeapBytes(trees_) + HeapBytes(leaves_) +
                 sets_.heap_bytes();
  for (const Input& input : inputs_) {
    bytes += HeapBytes(input.thresholds) + HeapBytes(input.categories) + HeapBytes(input.missing);
  }
  return {this, bytes};
}

void QuickScorer::AddLeaves(const float* inputs, size_t row_count, float* sums) const {
  Words words(trees_.size());
  for (size_t row = 0; row < row_count; ++row) {
    std::fill(words.begin(), words.end(), ~uint64_t{0});
    for (const Input& input : inputs_) Apply(input, *inputs++, words.data());
    for (size_t i = 0; i < trees_.size(); ++i) {
      sums[trees_[i].output] += leaves_[trees_[i].first_leaf + std::countr_zero(words[i])];
    }
    sums += output_count_;
  }
}

}  // namespace serin
