#include "server/predict/predict_service.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/predict/answer_stream.h"
#include "server/predict/called_version.h"
#include "server/predict/decode_rows.h"
#include "server/predict/encode_answer.h"
#include "server/predict/encode_scores.h"
#include "server/predict/feedback_call.h"
#include "server/predict/list_predictions_call.h"
#include "server/predict/received_request.h"
#include "server/predict/score_rows.h"
#include "server/predict/stopwatch.h"
#include "server/predict/stream_model.h"
#include "server/predict/waiting_call.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

constexpr char kRequests[] = "requests";

// The bytes of a message; those of a small one are not copied.
absl::StatusOr<grpc::Slice> InOnePiece(const grpc::ByteBuffer& message) {
  if (!message.Valid()) return absl::InvalidArgumentError("the call has no message");
  grpc::Slice bytes;
  if (message.TrySingleSlice(&bytes).ok()) return bytes;
  const grpc::Status dumped = message.DumpToSingleSlice(&bytes);
  if (!dumped.ok()) return FromGrpc(dumped);
  return bytes;
}

absl::string_view TextOf(const grpc::Slice& bytes) {
  return absl::string_view(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

absl::Status NoLog() {
  return absl::UnimplementedError("this predictor keeps no log of predictions");
}

}  // namespace

grpc::ServerUnaryReactor* PredictService::Predict(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  const absl::Status status = Handle(
      *context, *request, [&](absl::string_view named) { return FindModel(*context, named); },
      response);
  if (absl::IsUnavailable(status)) return PredictLater(context, request, response);
  return Finish(context, status);
}

grpc::ServerUnaryReactor* PredictService::PredictLater(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request,
                                                       grpc::ByteBuffer* response) {
  const absl::StatusOr<CalledVersion> called = CalledBy(*context, *request);
  if (!called.ok()) return Finish(context, called.status());
  return WaitingCall::Start(
      host_, *called, [this, context, request, response](auto* reactor, const auto& model) {
        reactor->Finish(ToGrpc(Handle(
            *context, *request, [&model](absl::string_view) { return model; }, response)));
      });
}

absl::StatusOr<CalledVersion> PredictService::CalledBy(const grpc::CallbackServerContext& context,
                                                       const grpc::ByteBuffer& request) {
  const CallMemoryPool::Loan memory = memory_.Lend();
  SERIN_ASSIGN_OR_RETURN(const grpc::Slice bytes, InOnePiece(request));
  SERIN_ASSIGN_OR_RETURN(const ReceivedRequest received,
                         ReceivedRequest::Open(TextOf(bytes), memory.get()));
  return CalledVersionOf(context, {.model = received.model()});
}

grpc::ServerUnaryReactor* PredictService::BatchPredict(grpc::CallbackServerContext* context,
                                                       const v1::BatchPredictRequest* request,
                                                       v1::Job* response) {
  if (batch_predict_ != nullptr) return batch_predict_(context, request, response);
  return PredictServiceBase::BatchPredict(context, request, response);
}

absl::Status PredictService::Handle(const grpc::CallbackServerContext& context,
                                    const grpc::ByteBuffer& request, FindFn find,
                                    grpc::ByteBuffer* response) {
  const InFlight counted(&in_flight_);
  const CallMemoryPool::Loan memory = memory_.Lend();
  SERIN_ASSIGN_OR_RETURN(const grpc::Slice bytes, InOnePiece(request));
  SERIN_ASSIGN_OR_RETURN(ReceivedRequest received,
                         ReceivedRequest::Open(TextOf(bytes), memory.get()));
  SERIN_ASSIGN_OR_RETURN(const auto model, find(received.model()));
  SERIN_RETURN_IF_ERROR(PredictRows(
      context, *model, received.key(),
      [&received](const auto& features, Table* rows) {
        return received.DecodeInto(features, rows);
      },
      &memory->scratch));
  SERIN_RETURN_IF_ERROR(EncodeAnswer(*model, memory.get()));
  const grpc::Slice answer(memory->answer);
  *response = grpc::ByteBuffer(&answer, 1);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const LoadedModel>> PredictService::FindModel(
    const grpc::CallbackServerContext& context, absl::string_view named) const {
  SERIN_ASSIGN_OR_RETURN(const CalledVersion called, CalledVersionOf(context, {.model = named}));
  return host_->Find(called.project, called.model, called.version);
}

absl::Status PredictService::PredictRows(const grpc::CallbackServerContext& context,
                                         const LoadedModel& model, absl::string_view key,
                                         Decode decode, CallScratch* scratch) {
  const Stopwatch stopwatch;
  absl::Status status = decode(model.features, &scratch->rows);
  if (status.ok()) {
    status = ScoreRows(model, scratch->rows, ids_, &scratch->scoring, &scratch->scored);
  }
  const absl::Duration elapsed = stopwatch.Elapsed();
  model.metrics->Record(status, elapsed);
  if (status.ok() && served_ != nullptr) {
    served_->Add(context, key, model, scratch->rows, scratch->scored, elapsed);
  }
  return status;
}

// --- PredictStream

class PredictService::StreamSession {
 public:
  StreamSession(PredictService* service, const grpc::CallbackServerContext* context)
      : service_(*service), context_(*context), model_(service->host_, context) {}

  std::optional<CalledVersion> Missing(const v1::PredictRequest& request) {
    if (answered_ == 0) named_ = request.model();
    return model_.Find({.model = request.model()});
  }
  void Set(absl::StatusOr<std::shared_ptr<const LoadedModel>> model) {
    model_.Set(std::move(model));
  }

  absl::Status Answer(const v1::PredictRequest& request, v1::PredictResponse* response) {
    const std::string place = absl::StrCat(kRequests, "[", answered_++, "]");
    const InFlight counted(&service_.in_flight_);
    if (!model_.known()) return model_.error();
    SERIN_RETURN_IF_ERROR(PrefixField(place, CheckModel(request)));
    SERIN_RETURN_IF_ERROR(PrefixField(place, Predict(request)));
    EncodeScores(model_.model()->predictor->model(), scratch_.scored.scores, response);
    response->set_prediction_id(scratch_.scored.prediction_id);
    response->set_model_version(model_.model()->name);
    return absl::OkStatus();
  }

 private:
  absl::Status CheckModel(const v1::PredictRequest& request) const {
    if (request.model().empty() || request.model() == named_) return absl::OkStatus();
    return InvalidField(
        "model", absl::StrCat("must be empty or as in the first request, ", QuoteForError(named_),
                              ", is ", QuoteForError(request.model())));
  }

  absl::Status Predict(const v1::PredictRequest& request) {
    return service_.PredictRows(
        context_, *model_.model(), request.key(),
        [&request](const auto& features, Table* rows) {
          return DecodeRows(request, features, rows);
        },
        &scratch_);
  }

  PredictService& service_;
  const grpc::CallbackServerContext& context_;
  StreamModel model_;  // Of the first request; answers the whole stream.
  std::string named_;  // As the first request has it.
  int64_t answered_ = 0;
  CallScratch scratch_;
};

grpc::ServerBidiReactor<v1::PredictRequest, v1::PredictResponse>* PredictService::PredictStream(
    grpc::CallbackServerContext* context) {
  return new AnswerStream<v1::PredictRequest, v1::PredictResponse, StreamSession>(
      host_, context, StreamSession(this, context));
}

// --- The prediction log

grpc::ServerReadReactor<v1::RecordFeedbackRequest>* PredictService::RecordFeedback(
    grpc::CallbackServerContext* context, v1::RecordFeedbackResponse* response) {
  using Reactor = grpc::ServerReadReactor<v1::RecordFeedbackRequest>;
  if (log_calls_ == nullptr) return FinishWithError<Reactor>(NoLog());
  absl::StatusOr<std::string> project = ProjectOf(*context);
  if (!project.ok()) return FinishWithError<Reactor>(project.status());
  return new FeedbackCall(FeedbackTaker(log_calls_->feedback, *std::move(project)),
                          log_calls_->feedback_thread, response);
}

grpc::ServerWriteReactor<v1::ListPredictionsResponse>* PredictService::ListPredictions(
    grpc::CallbackServerContext* context, const v1::ListPredictionsRequest* request) {
  using Reactor = grpc::ServerWriteReactor<v1::ListPredictionsResponse>;
  if (log_calls_ == nullptr) return FinishWithError<Reactor>(NoLog());
  absl::StatusOr<std::string> project = ProjectOf(*context);
  if (!project.ok()) return FinishWithError<Reactor>(project.status());
  absl::StatusOr<std::string> model = ParseModelName("model", request->model());
  if (!model.ok()) return FinishWithError<Reactor>(model.status());
  return new ListPredictionsCall(log_calls_->datasets, *std::move(project), *std::move(model),
                                 *request);
}

}  // namespace serin
