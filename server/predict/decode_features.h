#ifndef SERIN_SERVER_PREDICT_DECODE_FEATURES_H_
#define SERIN_SERVER_PREDICT_DECODE_FEATURES_H_

#include "absl/status/status.h"
#include "core/table/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/feature_index.h"

namespace serin {

// The friendly form, at least one row, into a table with one empty column per feature: see
// DecodeRows (decode_rows.h).
absl::Status DecodeFeatures(const google::protobuf::RepeatedPtrField<v1::Row>& rows,
                            const FeatureIndex& features, Table* table);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_DECODE_FEATURES_H_
