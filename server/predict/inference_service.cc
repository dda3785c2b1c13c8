#include "server/predict/inference_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "server/predict/in_flight.h"
#include "server/predict/oip/decode_tensors.h"
#include "server/predict/oip/describe_model.h"
#include "server/predict/oip/encode_outputs.h"
#include "server/predict/score_rows.h"
#include "server/predict/stopwatch.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

// What Triton calls what is here beside the protocol itself.
constexpr const char* kExtensions[] = {"binary_tensor_data", "model_configuration", "parameters",
                                       "statistics"};

// Requests about a model have `name` and `version`.
template <typename Request>
ModelQuery QueryOf(const Request& request) {
  return {.model = request.name(), .version = request.version(), .model_field = "name"};
}

const char* NameOf(LoadState state) {
  switch (state) {
    case LoadState::kReady:
      return "READY";
    case LoadState::kLoading:
      return "LOADING";
    case LoadState::kRefused:
      break;
  }
  return "UNAVAILABLE";
}

inference::ModelStatistics StatisticsOf(const std::string& model, int32_t version,
                                        const LoadedModel& loaded) {
  inference::ModelStatistics statistics = loaded.infer_counters->Read();
  statistics.set_name(model);
  statistics.set_version(absl::StrCat(version));
  return statistics;
}

}  // namespace

grpc::ServerUnaryReactor* InferenceService::ServerLive(grpc::CallbackServerContext* context,
                                                       const inference::ServerLiveRequest*,
                                                       inference::ServerLiveResponse* response) {
  response->set_live(true);
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* InferenceService::ServerReady(grpc::CallbackServerContext* context,
                                                        const inference::ServerReadyRequest*,
                                                        inference::ServerReadyResponse* response) {
  response->set_ready(host_.ready());
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* InferenceService::ServerMetadata(
    grpc::CallbackServerContext* context, const inference::ServerMetadataRequest*,
    inference::ServerMetadataResponse* response) {
  response->set_name("serin");
  response->set_version(std::string(Version()));
  for (const char* extension : kExtensions) response->add_extensions(extension);
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* InferenceService::ModelReady(grpc::CallbackServerContext* context,
                                                       const inference::ModelReadyRequest* request,
                                                       inference::ModelReadyResponse* response) {
  return Finish(context, response, CheckReady(*context, *request));
}

grpc::ServerUnaryReactor* InferenceService::ModelMetadata(
    grpc::CallbackServerContext* context, const inference::ModelMetadataRequest* request,
    inference::ModelMetadataResponse* response) {
  return Finish(context, response, Describe(*context, *request));
}

grpc::ServerUnaryReactor* InferenceService::ModelConfig(
    grpc::CallbackServerContext* context, const inference::ModelConfigRequest* request,
    inference::ModelConfigResponse* response) {
  return Finish(context, response, Configure(*context, *request));
}

grpc::ServerUnaryReactor* InferenceService::ModelStatistics(
    grpc::CallbackServerContext* context, const inference::ModelStatisticsRequest* request,
    inference::ModelStatisticsResponse* response) {
  return Finish(context, response, ReadStatistics(*context, *request));
}

grpc::ServerUnaryReactor* InferenceService::RepositoryIndex(
    grpc::CallbackServerContext* context, const inference::RepositoryIndexRequest* request,
    inference::RepositoryIndexResponse* response) {
  return Finish(context, response, Index(*context, *request));
}

grpc::ServerUnaryReactor* InferenceService::ModelInfer(grpc::CallbackServerContext* context,
                                                       const inference::ModelInferRequest* request,
                                                       inference::ModelInferResponse* response) {
  const InFlight counted(&in_flight_);
  auto answer = Handle(*context, *request);
  return Finish(context, response, std::move(answer));
}

absl::StatusOr<InferenceService::Called> InferenceService::Find(
    const grpc::CallbackServerContext& context, const ModelQuery& query) const {
  Called called;
  SERIN_ASSIGN_OR_RETURN(called.name, CalledVersionOf(context, query));
  SERIN_ASSIGN_OR_RETURN(called.model,
                         host_.Find(called.name.project, called.name.model, called.name.version));
  return called;
}

absl::StatusOr<inference::ModelReadyResponse> InferenceService::CheckReady(
    const grpc::CallbackServerContext& context, const inference::ModelReadyRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const CalledVersion name, CalledVersionOf(context, QueryOf(request)));
  const absl::Status found = host_.Find(name.project, name.model, name.version).status();
  if (absl::IsNotFound(found)) return found;
  inference::ModelReadyResponse response;
  response.set_ready(found.ok());
  return response;
}

absl::StatusOr<inference::ModelMetadataResponse> InferenceService::Describe(
    const grpc::CallbackServerContext& context,
    const inference::ModelMetadataRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const Called called, Find(context, QueryOf(request)));
  inference::ModelMetadataResponse metadata =
      MetadataOf(called.name.model, called.model->predictor->model());
  for (const HostedVersion& hosted : host_.Versions(called.name.project)) {
    if (hosted.model == called.name.model) metadata.add_versions(absl::StrCat(hosted.version));
  }
  return metadata;
}

absl::StatusOr<inference::ModelConfigResponse> InferenceService::Configure(
    const grpc::CallbackServerContext& context,
    const inference::ModelConfigRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const Called called, Find(context, QueryOf(request)));
  inference::ModelConfigResponse response;
  *response.mutable_config() = ConfigOf(called.name.model, called.model->predictor->model());
  return response;
}

absl::StatusOr<inference::ModelStatisticsResponse> InferenceService::ReadStatistics(
    const grpc::CallbackServerContext& context,
    const inference::ModelStatisticsRequest& request) const {
  inference::ModelStatisticsResponse response;
  if (!request.name().empty()) {
    SERIN_ASSIGN_OR_RETURN(const Called called, Find(context, QueryOf(request)));
    *response.add_model_stats() =
        StatisticsOf(called.name.model, called.name.version, *called.model);
    return response;
  }
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  for (const HostedVersion& hosted : host_.Versions(project)) {
    if (hosted.loaded == nullptr) continue;
    *response.add_model_stats() = StatisticsOf(hosted.model, hosted.version, *hosted.loaded);
  }
  return response;
}

absl::StatusOr<inference::RepositoryIndexResponse> InferenceService::Index(
    const grpc::CallbackServerContext& context,
    const inference::RepositoryIndexRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  inference::RepositoryIndexResponse index;
  for (const HostedVersion& hosted : host_.Versions(project)) {
    if (request.ready() && hosted.state != LoadState::kReady) continue;
    auto& entry = *index.add_models();
    entry.set_name(hosted.model);
    entry.set_version(absl::StrCat(hosted.version));
    entry.set_state(NameOf(hosted.state));
    entry.set_reason(std::string(hosted.error.message()));
  }
  return index;
}

absl::StatusOr<inference::ModelInferResponse> InferenceService::Handle(
    const grpc::CallbackServerContext& context, const inference::ModelInferRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const Called called, Find(context, {.model = request.model_name(),
                                                             .version = request.model_version(),
                                                             .model_field = "model_name"}));
  return Answer(context, called, request);
}

absl::StatusOr<inference::ModelInferResponse> InferenceService::Answer(
    const grpc::CallbackServerContext& context, const Called& called,
    const inference::ModelInferRequest& request) {
  const Stopwatch stopwatch;
  auto answer = Infer(context, called, request);
  const absl::Duration elapsed = stopwatch.Elapsed();
  called.model->metrics->Record(answer.status(), elapsed);
  if (!answer.ok()) called.model->infer_counters->CountError(elapsed);
  return answer;
}

absl::StatusOr<inference::ModelInferResponse> InferenceService::Infer(
    const grpc::CallbackServerContext& context, const Called& called,
    const inference::ModelInferRequest& request) {
  const LoadedModel& model = *called.model;
  const internal::v1::Predictor& description = model.predictor->model();
  InferTimes times;
  Stopwatch stopwatch;
  SERIN_ASSIGN_OR_RETURN(const std::vector<Output> outputs, RequestedOutputs(request, description));
  SERIN_ASSIGN_OR_RETURN(const Table rows, DecodeTensors(request, model.features));
  times.input = stopwatch.Lap();
  SERIN_ASSIGN_OR_RETURN(ScoredRows scored, ScoreRows(model, rows, ids_));
  times.infer = stopwatch.Lap();
  if (served_ != nullptr) {
    served_->Add(context, /*key=*/"", model, rows, scored, stopwatch.Elapsed());
  }
  inference::ModelInferResponse response;
  response.set_model_name(called.name.model);
  response.set_model_version(absl::StrCat(called.name.version));
  response.set_id(request.id());
  (*response.mutable_parameters())["prediction_id"].set_string_param(
      std::move(scored.prediction_id));
  EncodeOutputs(description, scored.scores, outputs, !request.raw_input_contents().empty(),
                &response);
  times.output = stopwatch.Lap();
  model.infer_counters->CountAnswer(scored.scores.row_count, times, clock_.Now());
  return response;
}

}  // namespace serin
