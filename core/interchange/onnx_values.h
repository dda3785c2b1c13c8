#ifndef SERIN_CORE_INTERCHANGE_ONNX_VALUES_H_
#define SERIN_CORE_INTERCHANGE_ONNX_VALUES_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_value.h"

namespace serin {

using SharedOnnxValue = std::shared_ptr<const OnnxValue>;

// The values of a graph by their names, within a bound for the memory of all of them.
class OnnxValues {
 public:
  // `graph` outlives it, and has the constants, which are read when they are asked for.
  explicit OnnxValues(const onnx::GraphProto& graph);

  // What a node has made, or why it could not: then whoever needs it has the same error.
  void Set(const std::string& name, absl::StatusOr<SharedOnnxValue> value) {
    values_.insert_or_assign(name, std::move(value));
  }

  // INVALID_ARGUMENT where nothing of the name was set.
  absl::StatusOr<SharedOnnxValue> Find(const std::string& name);

  // Input `index` of a node, which has to be a constant of numbers. Lives as long as this.
  absl::StatusOr<const OnnxTensor*> Constant(const OnnxNode& node, int index);

  // Counts a value. RESOURCE_EXHAUSTED where all together take too much memory.
  template <typename Value>
  absl::StatusOr<SharedOnnxValue> Share(absl::StatusOr<Value> value) {
    if (!value.ok()) return value.status();
    return Count(std::make_shared<const OnnxValue>(*std::move(value)));
  }

  static absl::Status TooLarge();

 private:
  absl::StatusOr<SharedOnnxValue> Count(SharedOnnxValue value);

  absl::flat_hash_map<std::string, const onnx::TensorProto*> constants_;
  absl::flat_hash_map<std::string, absl::StatusOr<SharedOnnxValue>> values_;
  size_t bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_VALUES_H_
