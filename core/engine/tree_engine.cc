#include "core/engine/tree_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/memory/memory.h"
#include "core/base/status_macros.h"
#include "core/engine/tree_validation.h"

namespace serin {
namespace {

// Inputs and outputs up to this many stay on the stack.
using Floats = absl::InlinedVector<float, 256>;

constexpr uint32_t kLeaf = 0;  // As Node::left: node 0 is a root and nobody's child.

}  // namespace

absl::StatusOr<std::unique_ptr<const TreeEngine>> TreeEngine::Create(
    const internal::v1::TreeEnsemble& message, size_t input_count, size_t margin_count) {
  SERIN_RETURN_IF_ERROR(ValidateTrees(message, input_count, margin_count));
  return absl::WrapUnique(new TreeEngine(message, input_count));
}

TreeEngine::TreeEngine(const internal::v1::TreeEnsemble& message, size_t input_count)
    : input_count_(input_count),
      base_scores_(message.base_scores().begin(), message.base_scores().end()) {
  size_t node_count = 0;
  for (const internal::v1::Tree& tree : message.trees()) node_count += tree.thresholds_size();
  nodes_.reserve(node_count);
  roots_.reserve(message.trees_size());
  for (const internal::v1::Tree& tree : message.trees()) Append(tree);
}

// Nodes are taken breadth first; those seen and not yet taken lie in `sources` as they will lie in
// nodes_, so that the place of a node's children is known when it is written.
void TreeEngine::Append(const internal::v1::Tree& tree) {
  const auto first = static_cast<uint32_t>(nodes_.size());
  roots_.push_back({first, static_cast<uint32_t>(tree.output())});
  std::vector<int> sources = {0};
  for (size_t i = 0; i < sources.size(); ++i) {
    const int source = sources[i];
    Node node{tree.thresholds(source), 0, 0, kLeaf};
    if (tree.left_children(source) >= 0) {
      node.feature = static_cast<uint32_t>(tree.features(source));
      node.missing_left = tree.missing_left(source) ? 1 : 0;
      node.left = first + static_cast<uint32_t>(sources.size());
      sources.push_back(tree.left_children(source));
      sources.push_back(tree.right_children(source));
    }
    nodes_.push_back(node);
  }
}

float TreeEngine::LeafOf(uint32_t root, const float* inputs) const {
  const Node* node = &nodes_[root];
  while (node->left != kLeaf) {
    const float x = inputs[node->feature];
    const bool left = std::isnan(x) ? node->missing_left != 0 : x < node->threshold;
    node = &nodes_[node->left + (left ? 0 : 1)];
  }
  return node->threshold;
}

void TreeEngine::ScoreRow(const float* inputs, float* sums) const {
  std::copy(base_scores_.begin(), base_scores_.end(), sums);
  for (const Root& root : roots_) sums[root.margin] += LeafOf(root.node, inputs);
}

void TreeEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  Floats row(input_count_);
  Floats sums(margin_count());
  for (size_t i = 0; i < row_count; ++i) {
    // The pipeline keeps its outputs within the range of float.
    std::transform(inputs, inputs + input_count_, row.begin(),
                   [](double x) { return static_cast<float>(x); });
    ScoreRow(row.data(), sums.data());
    margins = std::copy(sums.begin(), sums.end(), margins);
    inputs += input_count_;
  }
}

}  // namespace serin
