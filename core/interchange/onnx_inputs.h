#ifndef SERIN_CORE_INTERCHANGE_ONNX_INPUTS_H_
#define SERIN_CORE_INTERCHANGE_ONNX_INPUTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/interchange/onnx_value.h"

namespace serin {

// The inputs of a graph by their names, as columns of features, which are added to `features`: a
// feature is called as its input where that has one column, else f0, f1, ... behind the input's
// name and _ where there are several inputs. Texts are categories.
//
// INVALID_ARGUMENT for an input whose number of columns the file does not say.
absl::StatusOr<std::vector<std::pair<std::string, OnnxColumns>>> ReadOnnxInputs(
    const onnx::GraphProto& graph, v1::Schema* features);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_INPUTS_H_
