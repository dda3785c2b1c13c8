#ifndef SERIN_SERVER_PREDICT_DECODE_ROWS_H_
#define SERIN_SERVER_PREDICT_DECODE_ROWS_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/feature_index.h"

namespace serin {

inline constexpr size_t kMaxPredictRows = 100'000;

// Makes `rows` one empty column per feature, in the model's order, whatever it has held, whose
// memory stays.
void ClearRows(const FeatureIndex& features, Table* rows);

// The rows of a request, in either form, as a table with one column per feature in the model's
// order. predict_service.proto says what each value means and what is refused; the error is
// InvalidField with the path of the first field at fault.
absl::StatusOr<Table> DecodeRows(const v1::PredictRequest& request, const FeatureIndex& features);
// The same into `rows`, whatever it has held, whose memory is used again. After an error its
// content is anything.
absl::Status DecodeRows(const v1::PredictRequest& request, const FeatureIndex& features,
                        Table* rows);
absl::StatusOr<Table> DecodeRows(const v1::ExplainRequest& request, const FeatureIndex& features);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_DECODE_ROWS_H_
