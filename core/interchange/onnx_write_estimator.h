#ifndef SERIN_CORE_INTERCHANGE_ONNX_WRITE_ESTIMATOR_H_
#define SERIN_CORE_INTERCHANGE_ONNX_WRITE_ESTIMATOR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/interchange/onnx_writer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The outputs of a classification, and that of a regression, as skl2onnx calls them.
inline constexpr absl::string_view kOnnxLabel = "output_label";
inline constexpr absl::string_view kOnnxProbability = "output_probability";
inline constexpr absl::string_view kOnnxVariable = "variable";

// Writes the nodes from the estimator's inputs, the value `inputs`, to the graph's outputs.
// UNIMPLEMENTED for estimators other than linear models, networks, and trees without sets of
// categories.
absl::Status WriteOnnxEstimator(const internal::v1::Predictor& predictor, const std::string& inputs,
                                OnnxWriter* writer);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_WRITE_ESTIMATOR_H_
