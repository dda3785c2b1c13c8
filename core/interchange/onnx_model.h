#ifndef SERIN_CORE_INTERCHANGE_ONNX_MODEL_H_
#define SERIN_CORE_INTERCHANGE_ONNX_MODEL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/interchange/imported_model.h"

namespace serin {

// Whether the file begins as an ONNX model does: a message whose first field is ir_version.
bool LooksLikeOnnx(absl::string_view file);

// An ONNX model of the operators that scikit-learn's and XGBoost's exports (skl2onnx, onnxmltools)
// are made of: see docs/serving.md for which. Takes any bytes. Answers differ by roundings from a
// runtime's that computes in single precision throughout. Where the file does not say what becomes
// of missing values and the estimator takes none, the number is taken for which the estimator's
// input is 0, and a warning says so.
//
// INVALID_ARGUMENT and UNIMPLEMENTED name the operator and the node.
// https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators-ml.md
absl::StatusOr<ImportedModel> ImportOnnx(absl::string_view file);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_MODEL_H_
