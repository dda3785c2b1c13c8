#ifndef SERIN_SERVER_PREDICT_PREDICTIONS_QUERY_H_
#define SERIN_SERVER_PREDICT_PREDICTIONS_QUERY_H_

#include <string>

#include "absl/status/statusor.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/predict_service.pb.h"

// ListPredictions as SQL over the datasets that the log is, and back.

namespace serin {

// Whether the query looks at true labels. There is no dataset of them until the first one is known.
enum class Labels { kWith, kWithout };

// The query that answers a request about `model_id`. INVALID_ARGUMENT for a limit out of range and
// for times that are none.
absl::StatusOr<v1::QueryDatasetsRequest> QueryForPredictions(
    const v1::ListPredictionsRequest& request, const std::string& model_id, Labels labels);

// What a batch of its answer says. Columns that are missing in a row are left out.
v1::ListPredictionsResponse PredictionsOf(const v1::QueryDatasetsResponse& batch);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICTIONS_QUERY_H_
