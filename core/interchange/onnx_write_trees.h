#ifndef SERIN_CORE_INTERCHANGE_ONNX_WRITE_TREES_H_
#define SERIN_CORE_INTERCHANGE_ONNX_WRITE_TREES_H_

#include <string>

#include "absl/status/status.h"
#include "core/interchange/onnx_writer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A TreeEnsembleClassifier or TreeEnsembleRegressor over the value `inputs`. UNIMPLEMENTED for
// splits by sets of categories.
absl::Status WriteOnnxTrees(const internal::v1::Predictor& predictor, const std::string& inputs,
                            OnnxWriter* writer);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_WRITE_TREES_H_
