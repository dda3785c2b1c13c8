#include "core/interchange/tree_outputs.h"

namespace serin {

void SubtractFirstOfTwoOutputs(internal::v1::TreeEnsemble* trees) {
  for (internal::v1::Tree& tree : *trees->mutable_trees()) {
    for (int node = 0; node < tree.left_children_size(); ++node) {
      if (tree.output() != 0 || tree.left_children(node) >= 0) continue;
      tree.set_thresholds(node, -tree.thresholds(node));
    }
    // Another output than these two stays what it is: an error.
    if (tree.output() == 1) tree.set_output(0);
  }
  const float difference = trees->base_scores(1) - trees->base_scores(0);
  trees->clear_base_scores();
  trees->add_base_scores(difference);
  trees->set_output_count(1);
}

}  // namespace serin
