#include "server/predict/predict_service.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/predict/decode_rows.h"
#include "server/predict/encode_scores.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

// The model that the call names: in the message, or in the metadata by which the proxy chose its
// version. Where the two differ, the version would be another model's.
absl::StatusOr<VersionedRef> ModelOf(absl::string_view routed_by, absl::string_view in_message) {
  if (in_message.empty() && !routed_by.empty()) return ParseModelRef(kModelKey, routed_by);
  if (!routed_by.empty() && routed_by != in_message) {
    return InvalidField("model",
                        absl::StrCat("must be as in the metadata ", kModelKey, ", ",
                                     QuoteForError(routed_by), ", is ", QuoteForError(in_message)));
  }
  return ParseModelRef("model", in_message);
}

// The version that is to answer: the proxy's choice, else the number in the request.
absl::StatusOr<int32_t> AnsweringVersion(absl::string_view chosen, const VersionedRef& ref) {
  int32_t version = 0;
  if (absl::SimpleAtoi(chosen, &version) && version > 0) return version;
  if (!chosen.empty()) {
    return InvalidField(kVersionKey,
                        absl::StrCat("must be a version number, is ", QuoteForError(chosen)));
  }
  if (ref.version != 0) return ref.version;
  return absl::FailedPreconditionError(
      "this is a predictor, which does not know the traffic; calls that pin no version go through "
      "the proxy");
}

class Stopwatch {
 public:
  absl::Duration Elapsed() const {
    return absl::FromChrono(std::chrono::steady_clock::now() - start_);
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

grpc::ServerUnaryReactor* PredictService::Predict(grpc::CallbackServerContext* context,
                                                  const v1::PredictRequest* request,
                                                  v1::PredictResponse* response) {
  ++in_flight_;
  auto answer = Handle(*context, *request);
  --in_flight_;
  return Finish(context, response, std::move(answer));
}

absl::StatusOr<v1::PredictResponse> PredictService::Handle(
    const grpc::CallbackServerContext& context, const v1::PredictRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref,
                         ModelOf(MetadataOf(context, kModelKey), request.model()));
  SERIN_ASSIGN_OR_RETURN(const int32_t version,
                         AnsweringVersion(MetadataOf(context, kVersionKey), ref));
  SERIN_ASSIGN_OR_RETURN(const std::shared_ptr<const LoadedModel> model,
                         host_->Find(project, ref.id, version));
  const Stopwatch stopwatch;
  auto answer = Answer(*model, request);
  model->metrics->Record(answer.status(), stopwatch.Elapsed());
  return answer;
}

absl::StatusOr<v1::PredictResponse> PredictService::Answer(const LoadedModel& model,
                                                           const v1::PredictRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const Table rows, DecodeRows(request, model.features));
  SERIN_ASSIGN_OR_RETURN(const Scores scores, model.predictor->Score(rows));
  v1::PredictResponse response = EncodeScores(model.predictor->model(), scores);
  response.set_prediction_id(ids_->Next());
  response.set_model_version(model.name);
  return response;
}

}  // namespace serin
