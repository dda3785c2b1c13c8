#ifndef SERIN_SERVER_PREDICT_DECODE_COLUMNS_H_
#define SERIN_SERVER_PREDICT_DECODE_COLUMNS_H_

#include "absl/status/status.h"
#include "core/table/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/v1/table.pb.h"
#include "server/predict/feature_index.h"

namespace serin {

// The fast form, at least one column, into a table with one empty column per feature: see
// DecodeRows (decode_rows.h).
absl::Status DecodeColumns(const google::protobuf::RepeatedPtrField<v1::Column>& columns,
                           const FeatureIndex& features, Table* rows);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_DECODE_COLUMNS_H_
