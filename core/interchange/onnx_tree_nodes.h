#ifndef SERIN_CORE_INTERCHANGE_ONNX_TREE_NODES_H_
#define SERIN_CORE_INTERCHANGE_ONNX_TREE_NODES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Of all trees, and of all that are made of them, for a forest of many classes is written once for
// each: so that they stay within memory.
inline constexpr size_t kMaxOnnxTreeNodes = size_t{1} << 24;

// A tree without the values of its leaves.
struct OnnxTree {
  internal::v1::Tree nodes;
  // For each node of ours: what it is among the node's attributes.
  std::vector<size_t> sources;
};

// The trees of an ensemble's `nodes_` attributes, in order of their numbers. Errors as of
// ReadOnnxTrees.
absl::StatusOr<std::vector<std::pair<int64_t, OnnxTree>>> ReadOnnxTreeNodes(const OnnxNode& node);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_TREE_NODES_H_
