#ifndef SERIN_CORE_INTERCHANGE_ONNX_COLUMN_OPS_H_
#define SERIN_CORE_INTERCHANGE_ONNX_COLUMN_OPS_H_

#include "absl/status/statusor.h"
#include "core/interchange/onnx_node.h"
#include "core/interchange/onnx_value.h"

// Operators that make columns of columns. UNIMPLEMENTED where the pipeline has no transform for
// what they do.

namespace serin {

// ai.onnx.ml.Scaler; and Sub, Add, Mul and Div by a constant: (x - offset) * scale, one of each for
// each column or one for all.
absl::StatusOr<OnnxColumns> ScaleColumns(const OnnxNode& node, const OnnxColumns& columns,
                                         const std::vector<double>& offsets,
                                         const std::vector<double>& scales);

// ai.onnx.ml.Imputer, of values that are NaN.
absl::StatusOr<OnnxColumns> ImputeColumns(const OnnxNode& node, const OnnxColumns& columns);

// ai.onnx.ml.OneHotEncoder of one column. One of whole numbers makes the feature a category of
// their decimals.
absl::StatusOr<OnnxColumns> OneHotColumns(const OnnxNode& node, const OnnxColumns& columns,
                                          v1::Schema* features);

// ai.onnx.ml.LabelEncoder of one column of texts, to numbers.
absl::StatusOr<OnnxColumns> EncodeLabels(const OnnxNode& node, const OnnxColumns& columns,
                                         const v1::Schema& features);

// Columns by their indexes.
absl::StatusOr<OnnxColumns> SelectColumns(const OnnxNode& node, const OnnxColumns& columns,
                                          const OnnxTensor& indexes);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_COLUMN_OPS_H_
