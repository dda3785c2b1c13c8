#ifndef SERIN_CLIENT_CLI_LOGGED_PREDICTION_VIEW_H_
#define SERIN_CLIENT_CLI_LOGGED_PREDICTION_VIEW_H_

#include <vector>

#include "client/cli/session.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// What is kept of the model's predictions.
void PrintPredictionLog(const v1::Model& model, const Session& session);

// One line for each row, without its features.
void PrintLoggedPredictions(const std::vector<v1::LoggedPrediction>& predictions,
                            const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LOGGED_PREDICTION_VIEW_H_
