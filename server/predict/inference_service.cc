#include "server/predict/inference_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "server/predict/in_flight.h"
#include "server/predict/oip/decode_tensors.h"
#include "server/predict/oip/describe_model.h"
#include "server/predict/oip/encode_outputs.h"
#include "server/predict/score_rows.h"
#include "server/predict/stopwatch.h"
#include "server/predict/waiting_call.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

using MetadataResponse = inference::ModelMetadataResponse;
using ConfigResponse = inference::ModelConfigResponse;
using StatisticsResponse = inference::ModelStatisticsResponse;

// What Triton calls what is here beside the protocol itself.
constexpr const char* kExtensions[] = {"binary_tensor_data", "model_configuration", "parameters",
                                       "statistics"};

// Requests about a model have `name` and `version`.
template <typename Request>
ModelQuery QueryOf(const Request& request) {
  return {.model = request.name(), .version = request.version(), .model_field = "name"};
}

// One that is not in memory comes with the next call: clients who ask first are to call.
bool IsReady(LoadState state) {
  return state == LoadState::kReady || state == LoadState::kUnloaded;
}

const char* NameOf(LoadState state) {
  if (IsReady(state)) return "READY";
  return state == LoadState::kLoading ? "LOADING" : "UNAVAILABLE";
}

inference::ModelStatistics StatisticsOf(const LoadedModel& loaded) {
  inference::ModelStatistics statistics = loaded.infer_counters->Read();
  statistics.set_name(loaded.model_id);
  statistics.set_version(absl::StrCat(loaded.version));
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

template <typename Response, typename AnswerFn>
grpc::ServerUnaryReactor* InferenceService::AnswerLoaded(grpc::CallbackServerContext* context,
                                                         const ModelQuery& query,
                                                         Response* response, AnswerFn answer) {
  absl::StatusOr<CalledVersion> name = CalledVersionOf(*context, query);
  if (!name.ok()) return Finish(context, name.status());
  auto found = host_.Find(name->project, name->model, name->version);
  if (found.ok()) {
    return Finish(context, response, answer(Called{*std::move(name), *std::move(found)}));
  }
  if (!absl::IsUnavailable(found.status())) return Finish(context, found.status());
  return WaitingCall::Start(&host_, *name,
                            [name = *name, response, answer](auto* reactor, const auto& model) {
                              if (!model.ok()) return reactor->Finish(ToGrpc(model.status()));
                              absl::StatusOr<Response> result = answer(Called{name, *model});
                              if (result.ok()) response->Swap(&*result);
                              reactor->Finish(ToGrpc(result.status()));
                            });
}

grpc::ServerUnaryReactor* InferenceService::ModelMetadata(
    grpc::CallbackServerContext* context, const inference::ModelMetadataRequest* request,
    inference::ModelMetadataResponse* response) {
  return AnswerLoaded(context, QueryOf(*request), response,
                      [this](const Called& called) -> absl::StatusOr<MetadataResponse> {
                        return Describe(called);
                      });
}

grpc::ServerUnaryReactor* InferenceService::ModelConfig(
    grpc::CallbackServerContext* context, const inference::ModelConfigRequest* request,
    inference::ModelConfigResponse* response) {
  return AnswerLoaded(context, QueryOf(*request), response,
                      [](const Called& called) -> absl::StatusOr<ConfigResponse> {
                        ConfigResponse described;
                        *described.mutable_config() =
                            ConfigOf(called.name.model, called.model->predictor->model());
                        return described;
                      });
}

grpc::ServerUnaryReactor* InferenceService::ModelStatistics(
    grpc::CallbackServerContext* context, const inference::ModelStatisticsRequest* request,
    inference::ModelStatisticsResponse* response) {
  if (request->name().empty()) return Finish(context, response, ReadAllStatistics(*context));
  return AnswerLoaded(context, QueryOf(*request), response,
                      [](const Called& called) -> absl::StatusOr<StatisticsResponse> {
                        StatisticsResponse read;
                        *read.add_model_stats() = StatisticsOf(*called.model);
                        return read;
                      });
}

grpc::ServerUnaryReactor* InferenceService::RepositoryIndex(
    grpc::CallbackServerContext* context, const inference::RepositoryIndexRequest* request,
    inference::RepositoryIndexResponse* response) {
  return Finish(context, response, Index(*context, *request));
}

grpc::ServerUnaryReactor* InferenceService::ModelInfer(grpc::CallbackServerContext* context,
                                                       const inference::ModelInferRequest* request,
                                                       inference::ModelInferResponse* response) {
  const ModelQuery query = {.model = request->model_name(),
                            .version = request->model_version(),
                            .model_field = "model_name"};
  return AnswerLoaded(context, query, response, [this, context, request](const Called& called) {
    return Answer(*context, called, *request);
  });
}

absl::StatusOr<inference::ModelReadyResponse> InferenceService::CheckReady(
    const grpc::CallbackServerContext& context, const inference::ModelReadyRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const CalledVersion name, CalledVersionOf(context, QueryOf(request)));
  const auto versions = host_.Versions();
  const HostedVersion* const hosted = versions->Find(name.project, name.model, name.version);
  if (hosted == nullptr && host_.ready()) {
    return ResourceNotFound(ModelVersionName(name.model, name.version));
  }
  inference::ModelReadyResponse response;
  response.set_ready(hosted != nullptr && IsReady(hosted->state));
  return response;
}

inference::ModelMetadataResponse InferenceService::Describe(const Called& called) const {
  inference::ModelMetadataResponse metadata =
      MetadataOf(called.name.model, called.model->predictor->model());
  const std::shared_ptr<const VersionTable> versions = host_.Versions();
  for (const auto& hosted : versions->versions()) {
    const VersionName& name = hosted->wanted.name;
    if (name.project != called.name.project || name.model != called.name.model) continue;
    metadata.add_versions(absl::StrCat(name.version));
  }
  return metadata;
}

absl::StatusOr<inference::ModelStatisticsResponse> InferenceService::ReadAllStatistics(
    const grpc::CallbackServerContext& context) const {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  inference::ModelStatisticsResponse response;
  const std::shared_ptr<const VersionTable> versions = host_.Versions();
  for (const auto& hosted : versions->versions()) {
    if (hosted->wanted.name.project != project || hosted->loaded == nullptr) continue;
    *response.add_model_stats() = StatisticsOf(*hosted->loaded);
  }
  return response;
}

absl::StatusOr<inference::RepositoryIndexResponse> InferenceService::Index(
    const grpc::CallbackServerContext& context,
    const inference::RepositoryIndexRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  inference::RepositoryIndexResponse index;
  const std::shared_ptr<const VersionTable> versions = host_.Versions();
  for (const auto& hosted : versions->versions()) {
    if (hosted->wanted.name.project != project) continue;
    if (request.ready() && !IsReady(hosted->state)) continue;
    auto& entry = *index.add_models();
    entry.set_name(hosted->wanted.name.model);
    entry.set_version(absl::StrCat(hosted->wanted.name.version));
    entry.set_state(NameOf(hosted->state));
    entry.set_reason(std::string(hosted->error.message()));
  }
  return index;
}

absl::StatusOr<inference::ModelInferResponse> InferenceService::Answer(
    const grpc::CallbackServerContext& context, const Called& called,
    const inference::ModelInferRequest& request) {
  const InFlight counted(&in_flight_);
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
