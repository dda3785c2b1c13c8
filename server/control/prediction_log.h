#ifndef SERIN_SERVER_CONTROL_PREDICTION_LOG_H_
#define SERIN_SERVER_CONTROL_PREDICTION_LOG_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/v1/model.pb.h"

namespace serin {

// The setting with its defaults filled in. INVALID_ARGUMENT, on fields relative to
// SetPredictionLogRequest, for a share or a retention out of range, a feature that no version of
// the model has or that stands twice, and a model whose name leaves no room for
// predictions.{model}.
absl::StatusOr<v1::PredictionLog> CheckPredictionLog(const StoreReader& store,
                                                     absl::string_view project,
                                                     absl::string_view model,
                                                     v1::PredictionLog log);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_PREDICTION_LOG_H_
