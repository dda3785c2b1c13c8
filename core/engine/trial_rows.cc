#include "core/engine/trial_rows.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "core/base/random.h"
#include "core/engine/tree_categories.h"

namespace serin {
namespace {

constexpr size_t kMaxRows = 64;
constexpr size_t kMinRows = 8;
constexpr size_t kMaxInputs = 65'536;  // Of all rows together, where that leaves kMinRows.
constexpr uint64_t kMissingOneIn = 32;
constexpr uint64_t kSeed = 1;

// What a node compares its input with: its threshold, or any of its categories.
float ComparedWith(const internal::v1::Tree& tree, int node, Random& random) {
  const std::optional<CategoryRange> categories = CategoriesOfNode(tree, node);
  if (!categories) return tree.thresholds(node);
  if (categories->empty()) return 0;
  return static_cast<float>((*categories)[UniformBelow(categories->size(), random)]);
}

}  // namespace

// Each node's number goes to a row drawn for it, so that rows differ as the nodes do.
TrialRows MakeTrialRows(const internal::v1::TreeEnsemble& message, size_t input_count) {
  Random random(kSeed);
  const size_t rows = std::clamp(kMaxInputs / std::max<size_t>(input_count, 1), kMinRows, kMaxRows);
  TrialRows trial{std::vector<float>(rows * input_count), rows, input_count,
                  static_cast<size_t>(message.output_count())};
  for (const internal::v1::Tree& tree : message.trees()) {
    for (int node = 0; node < tree.thresholds_size(); ++node) {
      if (tree.left_children(node) < 0) continue;
      const size_t row = UniformBelow(rows, random);
      trial.inputs[row * input_count + tree.features(node)] = ComparedWith(tree, node, random);
    }
  }
  for (float& x : trial.inputs) {
    if (UniformBelow(kMissingOneIn, random) == 0) x = std::numeric_limits<float>::quiet_NaN();
  }
  return trial;
}

}  // namespace serin
