#ifndef SERIN_TESTS_UNIT_SERVER_CONTROL_CONTROL_ROLE_FIXTURE_H_
#define SERIN_TESTS_UNIT_SERVER_CONTROL_CONTROL_ROLE_FIXTURE_H_

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/bundle/bundle.h"
#include "core/storage/memory_store.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"
#include "serin/internal/v1/worker_service.grpc.pb.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "serin/v1/train_service.grpc.pb.h"
#include "server/cluster/channel.h"
#include "server/control/control_role.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/control/fake_launcher.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {

// One dataset, datasets/sizes/versions/3 in the default project.
class SizesDataset final : public v1::DatasetService::Service {
 public:
  std::atomic<bool> deleted = false;

  grpc::Status GetDatasetVersion(grpc::ServerContext* context,
                                 const v1::GetDatasetVersionRequest* request,
                                 v1::DatasetVersion* response) override {
    const bool known = request->name() == "sizes" || request->name() == "datasets/sizes/versions/3";
    if (deleted || *ProjectOf(*context) != "default" || !known) {
      return ToGrpc(ResourceNotFound(absl::StrCat("datasets/", request->name())));
    }
    response->set_name("datasets/sizes/versions/3");
    response->mutable_create_time()->set_seconds(1234);
    Add(response, "width", v1::COLUMN_TYPE_NUMBER);
    Add(response, "color", v1::COLUMN_TYPE_CATEGORY);
    Add(response, "size", v1::COLUMN_TYPE_CATEGORY);
    return grpc::Status::OK;
  }

 private:
  static void Add(v1::DatasetVersion* version, const char* name, v1::ColumnType type) {
    v1::ColumnSchema& column = *version->mutable_schema()->add_columns();
    column.set_name(name);
    column.set_type(type);
  }
};

// Services on a port of their own, and a channel to it.
class LoopbackServer {
 public:
  explicit LoopbackServer(const std::vector<grpc::Service*>& services) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    for (grpc::Service* service : services) builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    channel_ = ConnectToRole(absl::StrCat("127.0.0.1:", port));
  }

  void Shutdown() {
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A control role in this process, reached by its stubs only.
class ControlRoleTest : public testing::Test {
 protected:
  static constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  static constexpr auto kNotFound = absl::StatusCode::kNotFound;
  static constexpr auto kAborted = absl::StatusCode::kAborted;

  ControlRoleTest() { Start(); }
  ~ControlRoleTest() override { Stop(); }

  void Start() {
    prometheus_ = std::make_unique<prometheus::Registry>();
    role_ = std::make_unique<ControlRole>(&store_, &clock_, &ids_, prometheus_.get(),
                                          datasets_server_.channel(), &launcher_, ControlOptions{});
    ASSERT_THAT(role_->Recover(), IsOk());
    server_ = std::make_unique<LoopbackServer>(role_->services());
    channel_ = server_->channel();
    role_->Start();
    train_ = v1::TrainService::NewStub(channel_);
    models_ = v1::ModelService::NewStub(channel_);
    worker_ = internal::v1::WorkerService::NewStub(channel_);
    cluster_ = internal::v1::ClusterService::NewStub(channel_);
  }
  void Stop() {
    role_->Drain();
    server_->Shutdown();
    server_.reset();
    role_.reset();
  }

  v1::TrainRequest Request(const std::string& request_id = "") {
    v1::TrainRequest request;
    request.set_model("shirts");
    request.mutable_spec()->set_dataset("sizes");
    request.mutable_spec()->set_target("size");
    request.mutable_spec()->set_algorithm("logistic_regression");
    request.set_request_id(request_id);
    return request;
  }

  // The outcome of a unary call.
  template <typename Response, typename Call>
  absl::StatusOr<Response> Ask(Call call, const std::string& project = "") {
    grpc::ClientContext context;
    if (!project.empty()) SetProject(context, project);
    Response response;
    const absl::Status status = FromGrpc(call(&context, &response));
    if (!status.ok()) return status;
    return response;
  }
  absl::StatusOr<v1::Job> Train(const v1::TrainRequest& request, const std::string& project = "") {
    return Ask<v1::Job>(
        [&](auto* context, auto* job) { return train_->Train(context, request, job); }, project);
  }
  absl::StatusOr<v1::Job> GetJob(const std::string& name) {
    v1::GetJobRequest request;
    request.set_name(name);
    return Ask<v1::Job>(
        [&](auto* context, auto* job) { return train_->GetJob(context, request, job); });
  }
  absl::StatusOr<v1::Job> CancelJob(const std::string& name) {
    v1::CancelJobRequest request;
    request.set_name(name);
    return Ask<v1::Job>(
        [&](auto* context, auto* job) { return train_->CancelJob(context, request, job); });
  }
  absl::StatusOr<v1::Model> SetTraffic(int32_t version) {
    v1::SetTrafficRequest request;
    request.set_model("shirts");
    v1::TrafficWeight& all = *request.add_traffic();
    all.set_version(version);
    all.set_weight(100);
    return Ask<v1::Model>(
        [&](auto* context, auto* model) { return models_->SetTraffic(context, request, model); });
  }

  absl::StatusOr<v1::Model> SetAlias(const std::string& alias, int32_t version) {
    v1::SetAliasRequest request;
    request.set_model("shirts");
    request.set_alias(alias);
    request.set_version(version);
    return Ask<v1::Model>(
        [&](auto* context, auto* model) { return models_->SetAlias(context, request, model); });
  }
  absl::StatusOr<v1::Model> GetModel() {
    v1::GetModelRequest request;
    request.set_name("shirts");
    return Ask<v1::Model>(
        [&](auto* context, auto* model) { return models_->GetModel(context, request, model); });
  }

  // What the worker that runs now says.
  internal::v1::Attempt AwaitAttempt() {
    launcher_.AwaitRunning(1);
    const WorkerAttempt first = launcher_.First();
    internal::v1::Attempt attempt;
    attempt.set_project(first.project);
    attempt.set_job("jobs/" + first.job);
    attempt.set_number(first.number);
    return attempt;
  }
  absl::StatusOr<internal::v1::Assignment> GetAssignment(const internal::v1::Attempt& attempt) {
    internal::v1::GetAssignmentRequest request;
    *request.mutable_attempt() = attempt;
    return Ask<internal::v1::Assignment>([&](auto* context, auto* assignment) {
      return worker_->GetAssignment(context, request, assignment);
    });
  }
  absl::Status Report(const internal::v1::Attempt& attempt, double fraction) {
    internal::v1::ReportProgressRequest request;
    *request.mutable_attempt() = attempt;
    request.mutable_progress()->set_stage("training");
    request.mutable_progress()->set_fraction(fraction);
    return Ask<internal::v1::ReportProgressResponse>([&](auto* context, auto* response) {
             return worker_->ReportProgress(context, request, response);
           })
        .status();
  }
  // `head`: the first message but for the attempt.
  absl::Status Complete(const internal::v1::Attempt& attempt, const std::string& bundle,
                        internal::v1::CompleteJobRequest head = {}) {
    grpc::ClientContext context;
    google::protobuf::Empty empty;
    const auto writer = worker_->CompleteJob(&context, &empty);
    *head.mutable_attempt() = attempt;
    writer->Write(head);
    internal::v1::CompleteJobRequest request;
    for (size_t at = 0; at < bundle.size(); at += 100) {
      request.set_chunk(bundle.substr(at, 100));
      writer->Write(request);
    }
    writer->WritesDone();
    return FromGrpc(writer->Finish());
  }
  absl::Status Fail(const internal::v1::Attempt& attempt, const absl::Status& error) {
    internal::v1::FailJobRequest request;
    *request.mutable_attempt() = attempt;
    *request.mutable_error() = ToRpcStatus(error);
    return Ask<google::protobuf::Empty>([&](auto* context, auto* empty) {
             return worker_->FailJob(context, request, empty);
           })
        .status();
  }
  // Trains the next version of the model with this bias; returns the job.
  std::string MakeVersion(double bias) {
    const absl::StatusOr<v1::Job> job = Train(Request());
    EXPECT_THAT(job, IsOk());
    EXPECT_THAT(Complete(AwaitAttempt(), StoredBundle(TinyClassifier(bias)).bytes), IsOk());
    launcher_.Exit(absl::OkStatus());
    return job->name();
  }

  struct Watch {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::Job>> reader;
  };
  std::unique_ptr<Watch> WatchJob(const std::string& name) {
    auto watch = std::make_unique<Watch>();
    v1::WatchJobRequest request;
    request.set_name(name);
    watch->reader = train_->WatchJob(&watch->context, request);
    return watch;
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  SizesDataset datasets_;
  FakeLauncher launcher_;
  LoopbackServer datasets_server_{{&datasets_}};
  std::unique_ptr<prometheus::Registry> prometheus_;
  std::unique_ptr<ControlRole> role_;
  std::unique_ptr<LoopbackServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::TrainService::Stub> train_;
  std::unique_ptr<v1::ModelService::Stub> models_;
  std::unique_ptr<internal::v1::WorkerService::Stub> worker_;
  std::unique_ptr<internal::v1::ClusterService::Stub> cluster_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_CONTROL_CONTROL_ROLE_FIXTURE_H_
