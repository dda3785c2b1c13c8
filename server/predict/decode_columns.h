#ifndef SERIN_SERVER_PREDICT_DECODE_COLUMNS_H_
#define SERIN_SERVER_PREDICT_DECODE_COLUMNS_H_

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/v1/table.pb.h"
#include "server/predict/feature_index.h"

namespace serin {

// The fast form, at least one column: see DecodeRows (decode_rows.h).
absl::StatusOr<Table> DecodeColumns(const google::protobuf::RepeatedPtrField<v1::Column>& columns,
                                    const FeatureIndex& features);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_DECODE_COLUMNS_H_
