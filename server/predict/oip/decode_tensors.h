#ifndef SERIN_SERVER_PREDICT_OIP_DECODE_TENSORS_H_
#define SERIN_SERVER_PREDICT_OIP_DECODE_TENSORS_H_

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "inference/grpc_service.pb.h"
#include "serin/v1/table.pb.h"
#include "server/predict/feature_index.h"
#include "server/predict/oip/datatype.h"

namespace serin {

// What the tensor of a feature is said to be; others are taken too, see DecodeTensors.
Datatype DatatypeFor(v1::ColumnType type);

// The rows of a request as a table with one column per feature in the model's order. The inputs are
// either one tensor for each feature, [rows] or [rows, 1], by name and in any order; or one matrix
// [rows, features] of any name, whose columns are the features in order.
//
//   NUMBER     any datatype of numbers; NaN is a missing value
//   BOOLEAN    BOOL, or numbers that are 0, 1 or NaN
//   TIMESTAMP  numbers, seconds since the Unix epoch; NaN is a missing value
//   CATEGORY   BYTES in UTF-8; no bytes are a missing value
// BYTES are taken for every feature: the value as it would stand in a CSV file.
//
// INVALID_ARGUMENT naming the first place at fault, such as inputs[2][7]: element 7 of the third
// input, counted row by row.
absl::StatusOr<Table> DecodeTensors(const inference::ModelInferRequest& request,
                                    const FeatureIndex& features);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_DECODE_TENSORS_H_
