#ifndef SERIN_CORE_INTERCHANGE_ONNX_EXPORT_H_
#define SERIN_CORE_INTERCHANGE_ONNX_EXPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The model as an ONNX file: opset 13, ai.onnx.ml 2. Each feature is an input of rows x 1, a float
// or a string; a missing number is NaN, a missing category the empty string. The outputs are
// `label` and `output_probability`, rows x classes, or `variable`, rows x 1. A runtime computes in
// single precision: answers differ by roundings.
//
// UNIMPLEMENTED for what ONNX has no operator for, or none of enough precision: naive Bayes,
// nearest neighbours, splits by sets of categories, timestamps, limits of numbers that may be
// missing.
absl::StatusOr<std::string> ExportOnnx(const internal::v1::Predictor& predictor);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_EXPORT_H_
