#include "server/control/model_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/traffic/route.h"
#include "server/control/cluster_state.h"
#include "server/control/drift.h"
#include "server/control/export_onnx_call.h"
#include "server/control/import_model_call.h"
#include "server/control/model_queries.h"
#include "server/control/prediction_log.h"
#include "server/control/send_bundle_call.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

using Context = grpc::CallbackServerContext;

// A model in the caller's project.
struct ModelId {
  std::string project;
  std::string model;
};

absl::StatusOr<ModelId> ParseModelId(const Context& context, absl::string_view field,
                                     absl::string_view name) {
  SERIN_ASSIGN_OR_RETURN(std::string project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(std::string model, ParseModelName(field, name));
  return ModelId{std::move(project), std::move(model)};
}

absl::StatusOr<v1::Model> Find(const StoreReader& store, const Context& context,
                               const v1::GetModelRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const ModelId id, ParseModelId(context, "name", request.name()));
  return GetModel(store, id.project, id.model);
}

absl::StatusOr<v1::ListModelsResponse> Find(const StoreReader& store, const Context& context,
                                            const v1::ListModelsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  return ListModels(store, project, request);
}

absl::StatusOr<v1::ListModelVersionsResponse> Find(const StoreReader& store, const Context& context,
                                                   const v1::ListModelVersionsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const ModelId id, ParseModelId(context, "model", request.model()));
  return ListModelVersions(store, id.project, id.model, request);
}

absl::StatusOr<v1::ModelVersion> Find(const StoreReader& store,
                                      const internal::v1::ClusterState& state,
                                      const Context& context,
                                      const v1::GetModelVersionRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  return FindModelVersion(store, state, project, request.name());
}

absl::StatusOr<v1::ListReplicaVersionsResponse> Find(
    const StoreReader& store, const ClusterPublisher& publisher, const Context& context,
    const v1::ListReplicaVersionsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const ModelId id, ParseModelId(context, "model", request.model()));
  SERIN_RETURN_IF_ERROR(GetModel(store, id.project, id.model).status());
  v1::ListReplicaVersionsResponse response;
  for (v1::ReplicaVersion& version : publisher.ReplicaVersions(id.project, id.model)) {
    *response.add_versions() = std::move(version);
  }
  return response;
}

// A version that is to be sent as a file.
struct ExportedVersion {
  std::string project;
  std::string bundle_sha256;
};

absl::StatusOr<ExportedVersion> Find(const StoreReader& store,
                                     const internal::v1::ClusterState& state,
                                     const Context& context,
                                     const v1::ExportModelRequest& request) {
  const v1::ModelFormat format = request.format();
  if (format != v1::MODEL_FORMAT_UNSPECIFIED && format != v1::MODEL_FORMAT_BUNDLE &&
      format != v1::MODEL_FORMAT_ONNX) {
    return InvalidField("format", "must be MODEL_FORMAT_BUNDLE or MODEL_FORMAT_ONNX");
  }
  SERIN_ASSIGN_OR_RETURN(std::string project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version,
                         FindModelVersion(store, state, project, request.name()));
  return ExportedVersion{std::move(project), version.bundle_sha256()};
}

absl::Status Delete(ModelRegistry& registry, const Context& context,
                    const v1::DeleteModelRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const ModelId id, ParseModelId(context, "name", request.name()));
  return registry.DeleteModel(id.project, id.model);
}

absl::Status Delete(ModelRegistry& registry, const Context& context,
                    const v1::DeleteModelVersionRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseVersionRef(request.name()));
  // What an alias names may change under the caller's hands.
  if (ref.version == 0) return InvalidField("name", "must name the version by its number");
  return registry.DeleteVersion(project, ref.id, ref.version);
}

absl::StatusOr<v1::Model> Change(ModelRegistry& registry, const Context& context,
                                 const v1::SetAliasRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const ModelId id, ParseModelId(context, "model", request.model()));
  return registry.SetAlias(id.project, id.model, request.alias(), request.version());
}

absl::StatusOr<v1::Model> Change(const StoreReader& store, ModelRegistry& registry,
                                 const Context& context,
                                 const v1::SetPredictionLogRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const ModelId id, ParseModelId(context, "model", request.model()));
  SERIN_RETURN_IF_ERROR(GetModel(store, id.project, id.model).status());
  if (!request.has_prediction_log()) {
    return registry.SetPredictionLog(id.project, id.model, nullptr);
  }
  SERIN_ASSIGN_OR_RETURN(const v1::PredictionLog log,
                         CheckPredictionLog(store, id.project, id.model, request.prediction_log()));
  return registry.SetPredictionLog(id.project, id.model, &log);
}

}  // namespace

grpc::ServerUnaryReactor* ModelService::GetModel(Context* context,
                                                 const v1::GetModelRequest* request,
                                                 v1::Model* response) {
  return Finish(context, response, Find(*store_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::ListModels(Context* context,
                                                   const v1::ListModelsRequest* request,
                                                   v1::ListModelsResponse* response) {
  return Finish(context, response, Find(*store_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::DeleteModel(Context* context,
                                                    const v1::DeleteModelRequest* request,
                                                    google::protobuf::Empty*) {
  return FinishWhenApplied(context, Delete(*registry_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::GetModelVersion(Context* context,
                                                        const v1::GetModelVersionRequest* request,
                                                        v1::ModelVersion* response) {
  return Finish(context, response, Find(*store_, *registry_->state(), *context, *request));
}

grpc::ServerUnaryReactor* ModelService::ListModelVersions(
    Context* context, const v1::ListModelVersionsRequest* request,
    v1::ListModelVersionsResponse* response) {
  return Finish(context, response, Find(*store_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::ListReplicaVersions(
    Context* context, const v1::ListReplicaVersionsRequest* request,
    v1::ListReplicaVersionsResponse* response) {
  return Finish(context, response, Find(*store_, *publisher_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::DeleteModelVersion(
    Context* context, const v1::DeleteModelVersionRequest* request, google::protobuf::Empty*) {
  return FinishWhenApplied(context, Delete(*registry_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::SetTraffic(Context* context,
                                                   const v1::SetTrafficRequest* request,
                                                   v1::Model* response) {
  absl::StatusOr<ModelId> id = ParseModelId(*context, "model", request->model());
  if (!id.ok()) return Finish(context, id.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  traffic_->Begin(std::move(id->project), std::move(id->model),
                  {request->traffic(), request->shadows()},
                  [reactor, response](absl::StatusOr<v1::Model> outcome) {
                    if (outcome.ok()) response->Swap(&*outcome);
                    reactor->Finish(ToGrpc(outcome.status()));
                  });
  return reactor;
}

grpc::ServerUnaryReactor* ModelService::SetAlias(Context* context,
                                                 const v1::SetAliasRequest* request,
                                                 v1::Model* response) {
  return FinishWhenApplied(context, response, Change(*registry_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::SetPredictionLog(Context* context,
                                                         const v1::SetPredictionLogRequest* request,
                                                         v1::Model* response) {
  return FinishWhenApplied(context, response, Change(*store_, *registry_, *context, *request));
}

grpc::ServerUnaryReactor* ModelService::GetDrift(Context* context,
                                                 const v1::GetDriftRequest* request,
                                                 v1::Drift* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  model_files_.Post([this, context, request, response, reactor] {
    absl::StatusOr<v1::Drift> drift = FindDrift(*context, request->name());
    if (drift.ok()) response->Swap(&*drift);
    reactor->Finish(ToGrpc(drift.status()));
  });
  return reactor;
}

absl::StatusOr<v1::Drift> ModelService::FindDrift(const Context& context,
                                                  absl::string_view name) const {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version,
                         FindModelVersion(*store_, *registry_->state(), project, name));
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseModelRef("name", version.name()));
  SERIN_ASSIGN_OR_RETURN(const internal::v1::TrainingProfile profile,
                         ReadTrainingProfile(*store_, project, version));
  return DriftOf(version, profile, publisher_->DistributionsOf(project, ref.id, ref.version));
}

grpc::ServerReadReactor<v1::ImportModelRequest>* ModelService::ImportModel(
    Context* context, v1::ModelVersion* response) {
  return new ImportModelCall(context, response, &imports_, publisher_, &model_files_);
}

grpc::ServerWriteReactor<v1::ExportModelResponse>* ModelService::ExportModel(
    Context* context, const v1::ExportModelRequest* request) {
  const absl::StatusOr<ExportedVersion> version =
      Find(*store_, *registry_->state(), *context, *request);
  if (!version.ok()) {
    return FinishWithError<grpc::ServerWriteReactor<v1::ExportModelResponse>>(version.status());
  }
  if (request->format() == v1::MODEL_FORMAT_ONNX) {
    return new ExportOnnxCall(store_, version->project, version->bundle_sha256, &imports_,
                              &model_files_);
  }
  return new SendBundleCall<v1::ExportModelResponse>(store_, version->project,
                                                     version->bundle_sha256);
}

grpc::ServerUnaryReactor* ModelService::FinishWhenApplied(Context* context,
                                                          const absl::Status& outcome) {
  if (!outcome.ok()) return Finish(context, outcome);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  publisher_->WhenApplied([reactor] { reactor->Finish(grpc::Status::OK); });
  return reactor;
}

grpc::ServerUnaryReactor* ModelService::FinishWhenApplied(Context* context, v1::Model* response,
                                                          absl::StatusOr<v1::Model> outcome) {
  if (outcome.ok()) response->Swap(&*outcome);
  return FinishWhenApplied(context, outcome.status());
}

}  // namespace serin
