#include "serin/client.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/lib/connection.h"
#include "client/lib/credentials.h"
#include "client/lib/requests.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

using Models = v1::ModelService::Stub;
using Predictions = v1::PredictService::Stub;

absl::Status CheckServer(absl::string_view server) {
  if (server.empty()) {
    return absl::InvalidArgumentError("server: is required, such as 127.0.0.1:8500");
  }
  if (absl::StartsWith(server, "http://") || absl::StartsWith(server, "https://")) {
    return absl::InvalidArgumentError(
        absl::StrCat("server: must be HOST:PORT without http://, is ", server));
  }
  return absl::OkStatus();
}

// The project goes into a header, and gRPC ends the process over one that it cannot send.
absl::Status CheckProject(absl::string_view project) {
  return project.empty() ? absl::OkStatus() : ValidateName("project", project);
}

v1::PredictRequest PredictRequestFor(absl::string_view model, absl::string_view key) {
  v1::PredictRequest request;
  request.set_model(std::string(model));
  request.set_key(std::string(key));
  return request;
}

}  // namespace

absl::StatusOr<Client> Client::Connect(const ClientOptions& options) {
  SERIN_RETURN_IF_ERROR(CheckServer(options.server));
  SERIN_RETURN_IF_ERROR(CheckProject(options.project));
  SERIN_ASSIGN_OR_RETURN(const auto credentials, MakeCredentials(options.tls));
  return Client(std::make_unique<const Connection>(options, credentials));
}

Client::Client(std::unique_ptr<const Connection> connection) : connection_(std::move(connection)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

absl::StatusOr<v1::Model> Client::GetModel(absl::string_view model) const {
  return connection_->Unary(connection_->models(), &Models::GetModel,
                            Named<v1::GetModelRequest>(model));
}

absl::StatusOr<std::vector<v1::Model>> Client::ListModels() const {
  return connection_->List(connection_->models(), &Models::ListModels,
                           FirstPage<v1::ListModelsRequest>(),
                           &v1::ListModelsResponse::mutable_models);
}

absl::Status Client::DeleteModel(absl::string_view model) const {
  return connection_
      ->Unary(connection_->models(), &Models::DeleteModel, Named<v1::DeleteModelRequest>(model))
      .status();
}

absl::StatusOr<v1::ModelVersion> Client::GetModelVersion(absl::string_view version) const {
  return connection_->Unary(connection_->models(), &Models::GetModelVersion,
                            Named<v1::GetModelVersionRequest>(version));
}

absl::StatusOr<std::vector<v1::ModelVersion>> Client::ListModelVersions(
    absl::string_view model) const {
  auto request = FirstPage<v1::ListModelVersionsRequest>();
  request.set_model(std::string(model));
  return connection_->List(connection_->models(), &Models::ListModelVersions, request,
                           &v1::ListModelVersionsResponse::mutable_versions);
}

absl::Status Client::DeleteModelVersion(absl::string_view version) const {
  return connection_
      ->Unary(connection_->models(), &Models::DeleteModelVersion,
              Named<v1::DeleteModelVersionRequest>(version))
      .status();
}

absl::StatusOr<v1::Model> Client::SetTraffic(absl::string_view model,
                                             const std::map<int32_t, int32_t>& weights,
                                             const std::map<int32_t, int32_t>& shadows) const {
  v1::SetTrafficRequest request;
  request.set_model(std::string(model));
  for (const auto& [version, weight] : weights) {
    v1::TrafficWeight* entry = request.add_traffic();
    entry->set_version(version);
    entry->set_weight(weight);
  }
  for (const auto& [version, percent] : shadows) {
    v1::ShadowTraffic* entry = request.add_shadows();
    entry->set_version(version);
    entry->set_percent(percent);
  }
  return connection_->Unary(connection_->models(), &Models::SetTraffic, request);
}

absl::StatusOr<v1::Model> Client::SetAlias(absl::string_view model, absl::string_view alias,
                                           int32_t version) const {
  v1::SetAliasRequest request;
  request.set_model(std::string(model));
  request.set_alias(std::string(alias));
  request.set_version(version);
  return connection_->Unary(connection_->models(), &Models::SetAlias, request);
}

absl::StatusOr<v1::Drift> Client::GetDrift(absl::string_view version) const {
  return connection_->Unary(connection_->models(), &Models::GetDrift,
                            Named<v1::GetDriftRequest>(version));
}

absl::StatusOr<v1::ListReplicaVersionsResponse> Client::ListReplicaVersions(
    absl::string_view model) const {
  v1::ListReplicaVersionsRequest request;
  request.set_model(std::string(model));
  return connection_->Unary(connection_->models(), &Models::ListReplicaVersions, request);
}

absl::StatusOr<v1::Model> Client::RemoveAlias(absl::string_view model,
                                              absl::string_view alias) const {
  return SetAlias(model, alias, 0);
}

absl::StatusOr<v1::PredictResponse> Client::Predict(absl::string_view model,
                                                    std::vector<v1::Row> rows,
                                                    absl::string_view key) const {
  v1::PredictRequest request = PredictRequestFor(model, key);
  for (v1::Row& row : rows) *request.add_rows() = std::move(row);
  return Predict(request);
}

absl::StatusOr<v1::PredictResponse> Client::PredictColumns(absl::string_view model,
                                                           std::vector<v1::Column> columns,
                                                           absl::string_view key) const {
  v1::PredictRequest request = PredictRequestFor(model, key);
  for (v1::Column& column : columns) *request.add_columns() = std::move(column);
  return Predict(request);
}

absl::StatusOr<v1::PredictResponse> Client::Predict(const v1::PredictRequest& request) const {
  return connection_->Unary(connection_->predictions(), &Predictions::Predict, request);
}

absl::StatusOr<v1::Job> Client::BatchPredict(const v1::BatchPredictRequest& request) const {
  return connection_->Unary(connection_->predictions(), &Predictions::BatchPredict, request);
}

absl::StatusOr<v1::ExplainResponse> Client::Explain(const v1::ExplainRequest& request) const {
  return connection_->Unary(connection_->predictions(), &Predictions::Explain, request);
}

}  // namespace serin
