#include "server/predict/predict_service.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/predict/answer_stream.h"
#include "server/predict/called_version.h"
#include "server/predict/decode_rows.h"
#include "server/predict/encode_scores.h"
#include "server/predict/score_rows.h"
#include "server/predict/stopwatch.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

constexpr char kRequests[] = "requests";

}  // namespace

grpc::ServerUnaryReactor* PredictService::Predict(grpc::CallbackServerContext* context,
                                                  const v1::PredictRequest* request,
                                                  v1::PredictResponse* response) {
  const InFlight counted(&in_flight_);
  auto answer = Handle(*context, *request);
  return Finish(context, response, std::move(answer));
}

absl::StatusOr<v1::PredictResponse> PredictService::Handle(
    const grpc::CallbackServerContext& context, const v1::PredictRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const auto model, FindModel(context, request));
  return Answer(*model, request);
}

absl::StatusOr<std::shared_ptr<const LoadedModel>> PredictService::FindModel(
    const grpc::CallbackServerContext& context, const v1::PredictRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const CalledVersion called,
                         CalledVersionOf(context, {.model = request.model()}));
  return host_->Find(called.project, called.model, called.version);
}

absl::StatusOr<v1::PredictResponse> PredictService::Answer(const LoadedModel& model,
                                                           const v1::PredictRequest& request) {
  const Stopwatch stopwatch;
  auto answer = Score(model, request);
  model.metrics->Record(answer.status(), stopwatch.Elapsed());
  return answer;
}

absl::StatusOr<v1::PredictResponse> PredictService::Score(const LoadedModel& model,
                                                          const v1::PredictRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const Table rows, DecodeRows(request, model.features));
  SERIN_ASSIGN_OR_RETURN(ScoredRows scored, ScoreRows(model, rows, ids_));
  v1::PredictResponse response = EncodeScores(model.predictor->model(), scored.scores);
  response.set_prediction_id(std::move(scored.prediction_id));
  response.set_model_version(model.name);
  return response;
}

// --- PredictStream

class PredictService::StreamSession {
 public:
  StreamSession(PredictService* service, const grpc::CallbackServerContext* context)
      : service_(*service), context_(*context) {}

  absl::Status Answer(const v1::PredictRequest& request, v1::PredictResponse* response) {
    const std::string place = absl::StrCat(kRequests, "[", answered_++, "]");
    const InFlight counted(&service_.in_flight_);
    if (model_ == nullptr) {
      SERIN_ASSIGN_OR_RETURN(model_, service_.FindModel(context_, request));
      named_ = request.model();
    }
    SERIN_RETURN_IF_ERROR(PrefixField(place, CheckModel(request)));
    auto answer = service_.Answer(*model_, request);
    if (!answer.ok()) return PrefixField(place, answer.status());
    response->Swap(&*answer);
    return absl::OkStatus();
  }

 private:
  absl::Status CheckModel(const v1::PredictRequest& request) const {
    if (request.model().empty() || request.model() == named_) return absl::OkStatus();
    return InvalidField(
        "model", absl::StrCat("must be empty or as in the first request, ", QuoteForError(named_),
                              ", is ", QuoteForError(request.model())));
  }

  PredictService& service_;
  const grpc::CallbackServerContext& context_;
  std::shared_ptr<const LoadedModel> model_;  // Of the first request; answers the whole stream.
  std::string named_;                         // As the first request has it.
  int64_t answered_ = 0;
};

grpc::ServerBidiReactor<v1::PredictRequest, v1::PredictResponse>* PredictService::PredictStream(
    grpc::CallbackServerContext* context) {
  return new AnswerStream<v1::PredictRequest, v1::PredictResponse, StreamSession>(
      StreamSession(this, context));
}

}  // namespace serin
