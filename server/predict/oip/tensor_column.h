#ifndef SERIN_SERVER_PREDICT_OIP_TENSOR_COLUMN_H_
#define SERIN_SERVER_PREDICT_OIP_TENSOR_COLUMN_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"
#include "server/predict/oip/input_tensor.h"

namespace serin {

// Column `column` of a tensor as values of a feature: see DecodeTensors (decode_tensors.h).
absl::StatusOr<ColumnData> ColumnOf(const InputTensor& tensor, size_t column,
                                    const v1::ColumnSchema& feature);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_TENSOR_COLUMN_H_
