#ifndef SERIN_CORE_INTERCHANGE_ONNX_NODE_H_
#define SERIN_CORE_INTERCHANGE_ONNX_NODE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "onnx/onnx_pb.h"

namespace serin {

// A node of a graph, read by the names of its attributes. Errors name the operator and the node.
class OnnxNode {
 public:
  // `node` must outlive it.
  explicit OnnxNode(const onnx::NodeProto* node) : node_(node) {}

  const onnx::NodeProto& proto() const { return *node_; }
  const std::string& op() const { return node_->op_type(); }

  bool Has(absl::string_view name) const { return Find(name) != nullptr; }
  // Elements of a list of integers.
  size_t Count(absl::string_view name) const;
  // What an absent attribute is stands behind its name.
  int64_t Integer(absl::string_view name, int64_t fallback) const;
  float Float(absl::string_view name, float fallback) const;
  std::string Text(absl::string_view name, absl::string_view fallback) const;
  // Empty where there are none.
  std::vector<float> Floats(absl::string_view name) const;
  std::vector<int64_t> Integers(absl::string_view name) const;
  std::vector<std::string> Strings(absl::string_view name) const;
  // classlabels_strings, or classlabels_int64s (`classlabels_ints` of linear models) as text.
  std::vector<std::string> ClassLabels() const;

  // INVALID_ARGUMENT and UNIMPLEMENTED: "ONNX model: Scaler 'scale': ..."
  absl::Status Invalid(absl::string_view what) const;
  absl::Status Unimplemented(absl::string_view what) const;

 private:
  const onnx::AttributeProto* Find(absl::string_view name) const;
  std::string Prefix() const;

  const onnx::NodeProto* node_;
};

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_NODE_H_
