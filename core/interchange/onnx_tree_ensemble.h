#ifndef SERIN_CORE_INTERCHANGE_ONNX_TREE_ENSEMBLE_H_
#define SERIN_CORE_INTERCHANGE_ONNX_TREE_ENSEMBLE_H_

#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/interchange/onnx_node.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The trees of a node with what their leaves add, for each output a tree of its own, without base
// scores and link. `prefix`: `class` or `target`, as in class_weights and target_weights. Errors as
// of ReadOnnxTrees.
struct OnnxEnsemble {
  internal::v1::TreeEnsemble trees;
  std::set<int> outputs;  // Those that leaves add to.
};
absl::StatusOr<OnnxEnsemble> ReadOnnxEnsemble(const OnnxNode& node, absl::string_view prefix);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_TREE_ENSEMBLE_H_
