#include "tests/integration/test_client.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr size_t kChunkBytes = 1 << 20;

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  // A client of its own connection, which finds a restarted server soon.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 50);
  // By its name a pause, but in fact the time that one attempt to connect is given.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

v1::UploadDatasetRequest ChunkOf(absl::string_view bytes) {
  v1::UploadDatasetRequest request;
  request.set_chunk(std::string(bytes));
  return request;
}

}  // namespace

std::string TestFile(const std::string& name) {
  std::ifstream file(absl::StrCat(SERIN_TEST_DATA_DIR, "/", name), std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TestClient::TestClient(const std::string& address)
    : channel_(Connect(address)),
      datasets_(v1::DatasetService::NewStub(channel_)),
      training_(v1::TrainService::NewStub(channel_)),
      models_(v1::ModelService::NewStub(channel_)),
      predictions_(v1::PredictService::NewStub(channel_)) {}

void TestClient::Prepare(grpc::ClientContext& context) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCallTimeout));
}

absl::Status TestClient::FromStatus(const grpc::Status& status) { return FromGrpc(status); }

absl::StatusOr<v1::DatasetVersion> TestClient::Upload(const std::string& dataset,
                                                      absl::string_view csv) {
  v1::UploadDatasetSpec spec;
  spec.set_dataset(dataset);
  return Upload(spec, csv);
}

absl::StatusOr<v1::DatasetVersion> TestClient::Upload(const v1::UploadDatasetSpec& spec,
                                                      absl::string_view csv) {
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion version;
  const auto writer = datasets_->UploadDataset(&context, &version);
  v1::UploadDatasetRequest first;
  *first.mutable_spec() = spec;
  bool open = writer->Write(first);
  for (; open && !csv.empty(); csv.remove_prefix(std::min(csv.size(), kChunkBytes))) {
    open = writer->Write(ChunkOf(csv.substr(0, kChunkBytes)));
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return FromGrpc(status);
  return version;
}

absl::StatusOr<v1::Job> TestClient::Train(const v1::TrainRequest& request) {
  return Call(*training_, &v1::TrainService::Stub::Train, request);
}

absl::StatusOr<v1::Job> TestClient::AwaitJob(const std::string& name) {
  grpc::ClientContext context;
  Prepare(context);
  v1::WatchJobRequest request;
  request.set_name(name);
  const auto reader = training_->WatchJob(&context, request);
  v1::Job job;
  while (reader->Read(&job)) continue;
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return FromGrpc(status);
  return job;
}

absl::Status TestClient::AwaitRunning(const std::string& name) {
  grpc::ClientContext context;
  Prepare(context);
  v1::WatchJobRequest request;
  request.set_name(name);
  const auto reader = training_->WatchJob(&context, request);
  v1::Job job;
  while (reader->Read(&job)) {
    if (job.state() == v1::JOB_STATE_RUNNING) {
      context.TryCancel();
      return absl::OkStatus();
    }
  }
  return absl::InternalError(absl::StrCat("the job ended: ", job.ShortDebugString()));
}

absl::StatusOr<v1::Model> TestClient::SetTraffic(
    const std::string& model, const std::vector<std::pair<int32_t, int32_t>>& weights) {
  v1::SetTrafficRequest request;
  request.set_model(model);
  for (const auto& [version, weight] : weights) {
    auto* share = request.add_traffic();
    share->set_version(version);
    share->set_weight(weight);
  }
  return Call(*models_, &v1::ModelService::Stub::SetTraffic, request);
}

absl::StatusOr<v1::Model> TestClient::GetModel(const std::string& name) {
  v1::GetModelRequest request;
  request.set_name(name);
  return Call(*models_, &v1::ModelService::Stub::GetModel, request);
}

absl::StatusOr<v1::PredictResponse> TestClient::Predict(const v1::PredictRequest& request) {
  return Call(*predictions_, &v1::PredictService::Stub::Predict, request);
}

absl::StatusOr<std::vector<std::string>> TestClient::ListEverything() {
  std::vector<std::string> names;
  SERIN_ASSIGN_OR_RETURN(const auto datasets,
                         Call(*datasets_, &v1::DatasetService::Stub::ListDatasets, {}));
  for (const auto& dataset : datasets.datasets()) names.push_back(dataset.ShortDebugString());
  SERIN_ASSIGN_OR_RETURN(const auto models,
                         Call(*models_, &v1::ModelService::Stub::ListModels, {}));
  for (const auto& model : models.models()) names.push_back(model.ShortDebugString());
  SERIN_ASSIGN_OR_RETURN(const auto jobs, Call(*training_, &v1::TrainService::Stub::ListJobs, {}));
  for (const auto& job : jobs.jobs()) names.push_back(job.name());
  return names;
}

v1::TrainRequest TrainIris(const std::string& model, const std::string& algorithm) {
  v1::TrainRequest request;
  request.set_model(model);
  request.mutable_spec()->set_dataset("iris");
  request.mutable_spec()->set_target("species");
  request.mutable_spec()->set_algorithm(algorithm);
  return request;
}

v1::PredictRequest PredictSetosa(const std::string& model) {
  v1::PredictRequest request;
  request.set_model(model);
  auto& features = *request.add_rows()->mutable_features();
  features["sepal_length"].set_number_value(5.1);
  features["sepal_width"].set_number_value(3.5);
  features["petal_length"].set_number_value(1.4);
  features["petal_width"].set_number_value(0.2);
  return request;
}

absl::StatusOr<std::string> ModelVersionOf(const absl::StatusOr<v1::Job>& job) {
  if (!job.ok()) return job.status();
  if (job->state() == v1::JOB_STATE_SUCCEEDED) return job->model_version();
  return FromRpcStatus(job->error());
}

std::string FieldOf(const absl::Status& error) {
  const google::rpc::Status status = ToRpcStatus(error);
  google::rpc::BadRequest detail;
  for (const auto& any : status.details()) any.UnpackTo(&detail);
  return detail.field_violations().empty() ? "" : detail.field_violations(0).field();
}

}  // namespace serin
