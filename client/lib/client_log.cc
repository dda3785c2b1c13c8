#include <algorithm>
#include <utility>

#include "client/lib/connection.h"
#include "serin/client.h"

// Client: the prediction log, and what was true.

namespace serin {
namespace {

using Models = v1::ModelService::Stub;

constexpr size_t kLabelsPerMessage = 1'000;

}  // namespace

absl::StatusOr<v1::Model> Client::SetPredictionLog(absl::string_view model,
                                                   const v1::PredictionLog& log) const {
  v1::SetPredictionLogRequest request;
  request.set_model(std::string(model));
  *request.mutable_prediction_log() = log;
  return connection_->Unary(connection_->models(), &Models::SetPredictionLog, request);
}

absl::StatusOr<v1::Model> Client::RemovePredictionLog(absl::string_view model) const {
  v1::SetPredictionLogRequest request;
  request.set_model(std::string(model));
  return connection_->Unary(connection_->models(), &Models::SetPredictionLog, request);
}

absl::StatusOr<int64_t> Client::RecordFeedback(absl::string_view model,
                                               const std::vector<v1::Feedback>& labels) const {
  Call call(connection_->project(), absl::InfiniteDuration());
  v1::RecordFeedbackResponse response;
  const auto writer = connection_->predictions().RecordFeedback(call.context(), &response);
  v1::RecordFeedbackRequest request;
  request.set_model(std::string(model));
  bool listening = true;
  for (size_t begin = 0; begin < labels.size() && listening; begin += kLabelsPerMessage) {
    const size_t end = std::min(labels.size(), begin + kLabelsPerMessage);
    request.mutable_feedback()->Assign(labels.begin() + static_cast<std::ptrdiff_t>(begin),
                                       labels.begin() + static_cast<std::ptrdiff_t>(end));
    listening = writer->Write(request);
  }
  writer->WritesDone();
  const absl::Status outcome = call.Outcome(writer->Finish());
  if (!outcome.ok()) return outcome;
  return response.recorded();
}

absl::StatusOr<std::vector<v1::LoggedPrediction>> Client::ListPredictions(
    const v1::ListPredictionsRequest& request) const {
  Call call(connection_->project(), absl::InfiniteDuration());
  const auto reader = connection_->predictions().ListPredictions(call.context(), request);
  std::vector<v1::LoggedPrediction> predictions;
  v1::ListPredictionsResponse response;
  while (reader->Read(&response)) {
    for (v1::LoggedPrediction& prediction : *response.mutable_predictions()) {
      predictions.push_back(std::move(prediction));
    }
  }
  const absl::Status outcome = call.Outcome(reader->Finish());
  if (!outcome.ok()) return outcome;
  return predictions;
}

}  // namespace serin
