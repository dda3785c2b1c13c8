#include "core/explain/tree_attribution.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/memory/memory.h"
#include "core/engine/tree_categories.h"
#include "core/explain/shap_path.h"

namespace serin {
namespace {

using internal::v1::Tree;

bool IsLeaf(const Tree& tree, int node) { return tree.left_children(node) < 0; }

// As core/bundle/FORMAT.md has it: what is in no set goes left.
bool CategoryGoesLeft(const Tree& tree, int split, float x) {
  constexpr float kNoCategory = 1 << 24;
  if (!(x >= 0 && x < kNoCategory)) return true;
  const CategoryRange set = CategoriesOf(tree, split);
  return !std::binary_search(set.begin(), set.end(), static_cast<int32_t>(x));
}

bool GoesLeft(const Tree& tree, int node, const double* inputs) {
  const auto x = static_cast<float>(inputs[tree.features(node)]);
  if (std::isnan(x)) return tree.missing_left(node);
  const auto& splits = tree.category_nodes();
  const auto split = std::lower_bound(splits.begin(), splits.end(), node);
  if (split == splits.end() || *split != node) return x < tree.thresholds(node);
  return CategoryGoesLeft(tree, static_cast<int>(split - splits.begin()), x);
}

// Share of the training rows at the node that went left; half where there were none.
double LeftShare(const Tree& tree, int node) {
  const double left = tree.covers(tree.left_children(node));
  const double both = left + tree.covers(tree.right_children(node));
  return both > 0 ? left / both : 0.5;
}

// The mean of the leaves. Children lie behind their parents.
double MeanOf(const Tree& tree) {
  std::vector<double> means(tree.thresholds().begin(), tree.thresholds().end());
  for (int node = tree.thresholds_size(); node-- > 0;) {
    if (IsLeaf(tree, node)) continue;
    const double left = LeftShare(tree, node);
    means[node] =
        left * means[tree.left_children(node)] + (1 - left) * means[tree.right_children(node)];
  }
  return means[0];
}

// What it takes to walk down all ways of trees.
struct WalkCost {
  size_t depth = 0;  // Of the deepest tree.
  size_t steps = 0;  // Sum over the leaves of their squared depths.

  void Add(const Tree& tree) {
    std::vector<size_t> depths(tree.thresholds_size());
    for (int node = 0; node < tree.thresholds_size(); ++node) {
      depth = std::max(depth, depths[node]);
      if (IsLeaf(tree, node)) {
        steps += (depths[node] + 1) * (depths[node] + 1);
      } else {
        depths[tree.left_children(node)] = depths[node] + 1;
        depths[tree.right_children(node)] = depths[node] + 1;
      }
    }
  }
};

// What the walk from a node down has to know of those above: the paths of all of them lie in one
// run of memory, one after the other.
size_t RoomFor(size_t depth) { return (depth + 2) * (depth + 3) / 2; }

// One row's walk down all ways of one tree.
class TreeWalk {
 public:
  TreeWalk(const Tree& tree, const double* inputs, double* contributions)
      : tree_(tree), inputs_(inputs), contributions_(contributions) {}

  void Run(ShapStep* room) {
    ShapPath path(room);
    path.Extend(ShapStep::kNoInput, 1, 1);
    Visit(0, path);
  }

 private:
  void Visit(int node, const ShapPath& path) {
    if (IsLeaf(tree_, node)) return AddLeaf(tree_.thresholds(node), path);
    const bool left = GoesLeft(tree_, node, inputs_);
    const double left_share = LeftShare(tree_, node);
    Descend(tree_.left_children(node), tree_.features(node), left_share, left, path);
    Descend(tree_.right_children(node), tree_.features(node), 1 - left_share, !left, path);
  }

  void Descend(int child, int32_t input, double unknown, bool known, const ShapPath& above) {
    ShapPath path = above.CopyTo(above.end());
    double still_known = known ? 1 : 0;
    if (const size_t before = path.Find(input); before != 0) {
      unknown *= path[before].unknown;
      still_known *= path[before].known;
      path.Unwind(before);
    }
    // No set of inputs leads there.
    if (unknown == 0 && still_known == 0) return;
    path.Extend(input, unknown, still_known);
    Visit(child, path);
  }

  void AddLeaf(double value, const ShapPath& path) {
    for (size_t i = 1; i < path.size(); ++i) {
      const ShapStep& step = path[i];
      contributions_[step.input] += path.SumWithout(i) * (step.known - step.unknown) * value;
    }
  }

  const Tree& tree_;
  const double* const inputs_;
  double* const contributions_;
};

double LeafOf(const Tree& tree, const double* inputs) {
  int node = 0;
  while (!IsLeaf(tree, node)) {
    node = GoesLeft(tree, node, inputs) ? tree.left_children(node) : tree.right_children(node);
  }
  return tree.thresholds(node);
}

}  // namespace

std::unique_ptr<const TreeAttribution> TreeAttribution::Create(internal::v1::TreeEnsemble trees,
                                                               size_t input_count) {
  WalkCost cost;
  for (const Tree& tree : trees.trees()) {
    if (tree.covers().empty()) return nullptr;
    cost.Add(tree);
    if (cost.depth > kMaxDepth || cost.steps > kMaxSteps) return nullptr;
  }
  return absl::WrapUnique(new TreeAttribution(std::move(trees), input_count, cost.depth));
}

TreeAttribution::TreeAttribution(internal::v1::TreeEnsemble trees, size_t input_count, size_t depth)
    : trees_(std::move(trees)),
      input_count_(input_count),
      depth_(depth),
      bases_(trees_.base_scores().begin(), trees_.base_scores().end()) {
  for (const Tree& tree : trees_.trees()) bases_[tree.output()] += MeanOf(tree);
}

void TreeAttribution::Explain(const double* inputs, double* margins, double* contributions) const {
  std::copy(trees_.base_scores().begin(), trees_.base_scores().end(), margins);
  std::fill_n(contributions, bases_.size() * input_count_, 0.0);
  std::vector<ShapStep> room(RoomFor(depth_));
  for (const Tree& tree : trees_.trees()) {
    margins[tree.output()] += LeafOf(tree, inputs);
    TreeWalk(tree, inputs, contributions + tree.output() * input_count_).Run(room.data());
  }
}

}  // namespace serin
