#include "server/control/control_role.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "core/base/errors.h"
#include "core/base/sha256.h"
#include "core/bundle/bundle.h"
#include "core/storage/memory_store.h"
#include "google/protobuf/util/message_differencer.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"
#include "serin/internal/v1/worker_service.grpc.pb.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "serin/v1/train_service.grpc.pb.h"
#include "server/cluster/channel.h"
#include "server/cluster/fetch_bundle.h"
#include "server/cluster/member.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/control/fake_launcher.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {
namespace {

using internal::v1::AppliedState;
using internal::v1::ClusterState;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAborted = absl::StatusCode::kAborted;

// One dataset, datasets/sizes/versions/3 in the default project.
class FakeDatasets final : public v1::DatasetService::Service {
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
  FakeDatasets datasets_;
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

TEST_F(ControlRoleTest, Train_SpellsOutTheSpec_AndTheWorkerGetsIt) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  EXPECT_EQ(job.state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(job.model(), "models/shirts");
  EXPECT_EQ(job.spec().dataset(), "datasets/sizes/versions/3");
  EXPECT_EQ(job.spec().features_size(), 2);
  EXPECT_EQ(job.spec().task(), v1::TASK_CLASSIFICATION);
  EXPECT_GT(job.spec().hyperparameters().fields_size(), 0);

  SERIN_ASSERT_OK_AND_ASSIGN(const auto assignment, GetAssignment(AwaitAttempt()));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(assignment.spec(), job.spec()));
  EXPECT_EQ(assignment.dataset_create_time().seconds(), 1234) << "which dataset has that name";
}

TEST_F(ControlRoleTest, Train_NamesWhatIsWrong) {
  v1::TrainRequest request = Request();
  request.set_model("Shirts/x");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("model: ")));
  request = Request();
  request.mutable_spec()->set_target("weight");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("spec.target: ")));
  request = Request();
  request.mutable_spec()->set_algorithm("oracle");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("spec.algorithm: ")));
  request = Request();
  request.mutable_spec()->set_dataset("a/b");
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("spec.dataset: ")));
  request = Request(std::string(65, 'x'));
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("request_id: ")));
  request = Request();
  request.set_priority(101);
  EXPECT_THAT(Train(request), IsError(kInvalid, HasSubstr("priority: must be from -100 to 100")));
  request = Request();
  request.mutable_spec()->set_dataset("shoes");
  EXPECT_THAT(Train(request), IsError(kNotFound, HasSubstr("datasets/shoes does not exist")));
  EXPECT_THAT(Train(Request(), "other"), IsError(kNotFound, HasSubstr("datasets/sizes")));
}

TEST_F(ControlRoleTest, Train_Repeated_ReturnsTheSameJob_EvenWithoutTheDatasetRole) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request("once")));
  EXPECT_EQ(Train(Request("once"))->name(), job.name());
  datasets_server_.Shutdown();
  EXPECT_EQ(Train(Request("once"))->name(), job.name());
  EXPECT_THAT(Train(Request("twice")), IsError(absl::StatusCode::kUnavailable, testing::_));
}

TEST_F(ControlRoleTest, WatchJob_ShowsTheWayToTheModel_AndEnds) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_RUNNING);
  ASSERT_THAT(Report(attempt, 0.5), IsOk());
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.progress().fraction(), 0.5);
  ASSERT_THAT(Complete(attempt, StoredBundle(TinyClassifier()).bytes), IsOk());
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(seen.model_version(), "models/shirts/versions/1");
  EXPECT_FALSE(watch->reader->Read(&seen));
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsOk());
}

TEST_F(ControlRoleTest, WatchJob_OfASlowReader_IsMergedAndStillEndsWithTheFinalState) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  constexpr int kReports = 500;
  for (int i = 1; i <= kReports; ++i) ASSERT_THAT(Report(attempt, i / 500.0), IsOk());
  ASSERT_THAT(Fail(attempt, absl::InvalidArgumentError("one class")), IsOk());
  v1::Job seen;
  double fraction = 0;
  int count = 0;
  for (; watch->reader->Read(&seen); ++count) {
    EXPECT_GE(seen.progress().fraction(), fraction);
    fraction = seen.progress().fraction();
  }
  EXPECT_LE(count, kReports + 2);
  EXPECT_EQ(seen.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(seen.error().message(), "one class");
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsOk());
}

TEST_F(ControlRoleTest, WatchJob_CallerThatLeaves_IsForgotten) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  watch->context.TryCancel();
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsError(absl::StatusCode::kCancelled, testing::_));
  EXPECT_THAT(Report(attempt, 0.5), IsOk());
}

TEST_F(ControlRoleTest, WatchJob_OfAnUnknownJob_IsNotFound) {
  const auto watch = WatchJob("jobs/nothing");
  v1::Job seen;
  EXPECT_FALSE(watch->reader->Read(&seen));
  EXPECT_THAT(FromGrpc(watch->reader->Finish()),
              IsError(kNotFound, HasSubstr("jobs/nothing does not exist")));
}

TEST_F(ControlRoleTest, CompleteJob_Repeated_IsOk_AndMakesOneVersion) {
  ASSERT_THAT(Train(Request()), IsOk());
  const auto attempt = AwaitAttempt();
  const std::string bundle = StoredBundle(TinyClassifier()).bytes;
  EXPECT_THAT(Complete(attempt, bundle), IsOk());
  EXPECT_THAT(Complete(attempt, bundle), IsOk());
  v1::GetModelRequest request;
  request.set_name("shirts");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model model,
                             Ask<v1::Model>([&](auto* context, auto* response) {
                               return models_->GetModel(context, request, response);
                             }));
  EXPECT_EQ(model.version_count(), 1);
}

TEST_F(ControlRoleTest, CompleteJob_TakesOnlyABundleThatProvesItself) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const std::string whole = StoredBundle(TinyClassifier()).bytes;
  EXPECT_THAT(Complete(attempt, whole.substr(0, whole.size() - 1)),
              IsError(absl::StatusCode::kDataLoss, testing::_));
  internal::v1::Bundle wrong = TinyClassifier();
  wrong.mutable_golden_rows()->set_outputs(0, 0.123);
  EXPECT_THAT(Complete(attempt, StoredBundle(wrong).bytes),
              IsError(absl::StatusCode::kFailedPrecondition, testing::_));
  EXPECT_EQ(GetJob(job.name())->state(), v1::JOB_STATE_RUNNING);
  EXPECT_THAT(Complete(attempt, whole), IsOk());
}

TEST_F(ControlRoleTest, WorkersThatHandInGarbageAndDie_FailTheJob_AndLeaveNoVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  for (int number = 1; number <= 3; ++number) {
    const auto attempt = AwaitAttempt();
    EXPECT_EQ(attempt.number(), number);
    EXPECT_THAT(Complete(attempt, std::string(100'000, 'x')),
                IsError(absl::StatusCode::kDataLoss, testing::_));
    launcher_.Exit(absl::InternalError("the worker was ended by signal 6 (Aborted)"));
  }
  EXPECT_EQ(GetJob(job.name())->state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(GetJob(job.name())->error().message(), HasSubstr("signal 6"));
  EXPECT_THAT(GetModel(), IsError(kNotFound, testing::_));
}

TEST_F(ControlRoleTest, CompleteJob_OfAnOldAttempt_IsRefusedBeforeItsBytesCome) {
  ASSERT_THAT(Train(Request()), IsOk());
  internal::v1::CompleteJobRequest request;
  *request.mutable_attempt() = AwaitAttempt();
  request.mutable_attempt()->set_number(9);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  google::protobuf::Empty empty;
  const auto writer = worker_->CompleteJob(&context, &empty);
  writer->Write(request);
  EXPECT_THAT(FromGrpc(writer->Finish()), IsError(kAborted, HasSubstr("attempt 9")));
}

TEST_F(ControlRoleTest, CompleteJob_WithoutAnAttempt_IsRefused) {
  const auto complete = [&](bool with_bytes) {
    grpc::ClientContext context;
    google::protobuf::Empty empty;
    const auto writer = worker_->CompleteJob(&context, &empty);
    internal::v1::CompleteJobRequest request;
    request.set_chunk("bytes");
    if (with_bytes) writer->Write(request);
    writer->WritesDone();
    return FromGrpc(writer->Finish());
  };
  EXPECT_THAT(complete(true), IsError(kInvalid, HasSubstr("attempt: must come before")));
  EXPECT_THAT(complete(false), IsError(kInvalid, HasSubstr("attempt: is required")));
}

TEST_F(ControlRoleTest, WorkerOfAnOldAttempt_IsAborted) {
  ASSERT_THAT(Train(Request()), IsOk());
  const auto old = AwaitAttempt();
  launcher_.Exit(absl::InternalError("the worker was ended by signal 9 (Killed)"));
  const auto current = AwaitAttempt();
  EXPECT_EQ(current.number(), 2);
  EXPECT_THAT(GetAssignment(old), IsError(kAborted, HasSubstr("attempt 1")));
  EXPECT_THAT(Report(old, 0.1), IsError(kAborted, testing::_));
  EXPECT_THAT(Complete(old, StoredBundle(TinyClassifier()).bytes), IsError(kAborted, testing::_));
  EXPECT_THAT(Fail(old, absl::InternalError("x")), IsError(kAborted, testing::_));
  EXPECT_THAT(GetAssignment(current), IsOk());
}

TEST_F(ControlRoleTest, Restart_ResumesWhatRan) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  EXPECT_EQ(AwaitAttempt().number(), 1);
  Stop();
  Start();
  EXPECT_EQ(AwaitAttempt().number(), 1) << "an orderly stop has cost an attempt";
  EXPECT_THAT(Complete(AwaitAttempt(), StoredBundle(TinyClassifier()).bytes), IsOk());
  EXPECT_EQ(GetJob(job.name())->state(), v1::JOB_STATE_SUCCEEDED);
}

internal::v1::MemberHello PredictorHello() {
  internal::v1::MemberHello hello;
  hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
  hello.set_address("127.0.0.1:1");
  return hello;
}

// Of a store to which nothing was written; each change adds one.
constexpr uint64_t kEmptyRevision = 1;

// A predictor that can hold back what it does about a state, and refuse a version.
class HesitantMember {
 public:
  explicit HesitantMember(std::shared_ptr<grpc::Channel> channel)
      : member_(std::move(channel), Hello(), Hooks()) {}
  ~HesitantMember() { Release(); }

  // The newest state once its revision is at least this.
  ClusterState AwaitState(uint64_t revision) {
    const auto there = [&] { return state_ && state_->revision() >= revision; };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&there), absl::Seconds(20)));
    return state_.value_or(ClusterState());
  }
  void Release() {
    absl::MutexLock lock(&mutex_);
    holding_ = false;
  }
  void Hold() {
    absl::MutexLock lock(&mutex_);
    holding_ = true;
  }
  void Refuse(int32_t version) {
    absl::MutexLock lock(&mutex_);
    refused_ = version;
  }

 private:
  static internal::v1::MemberHello Hello() {
    internal::v1::MemberHello hello;
    hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
    hello.set_id("hesitant");
    return hello;
  }
  PredictorHooks Hooks() {
    return {
        .apply = [this](const ClusterState& state,
                        const ApplyContext& context) { return Apply(state, context); },
        .report = [this] { return Report(); },
        .load = [] { return 0.0; },
    };
  }
  bool Apply(const ClusterState& state, const ApplyContext& context) {
    {
      absl::MutexLock lock(&mutex_);
      state_ = state;
      const auto released = [this] { return !holding_; };
      mutex_.Await(absl::Condition(&released));
      loaded_ = state;
    }
    context.report_changed();
    return true;
  }
  internal::v1::ReplicaReport Report() {
    absl::MutexLock lock(&mutex_);
    internal::v1::ReplicaReport report;
    for (const auto& model : loaded_.models()) {
      for (const auto& version : model.versions()) {
        if (version.version() == refused_) {
          SetName(model, version, report.add_failures());
          report.mutable_failures()->rbegin()->set_reason("golden row 3 differs");
        } else {
          SetName(model, version, report.add_loaded());
        }
      }
    }
    return report;
  }
  template <typename Message>
  static void SetName(const internal::v1::ModelState& model,
                      const internal::v1::VersionState& version, Message* message) {
    message->set_project(model.project());
    message->set_model(model.model());
    message->set_version(version.version());
  }

  absl::Mutex mutex_;
  std::optional<ClusterState> state_;
  ClusterState loaded_;
  bool holding_ = false;
  int32_t refused_ = 0;
  ClusterMember member_;
};

// A proxy that acts on each state at once.
class ObedientProxy {
 public:
  explicit ObedientProxy(std::shared_ptr<grpc::Channel> channel)
      : member_(std::move(channel), Hello(), [this](const ClusterState& state) {
          absl::MutexLock lock(&mutex_);
          state_ = state;
          AppliedState applied;
          applied.set_revision(state.revision());
          return applied;
        }) {}

  // The first state of which this is true.
  ClusterState Await(const std::function<bool(const ClusterState&)>& is_true) {
    const auto there = [&] { return is_true(state_); };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&there), absl::Seconds(20)));
    return state_;
  }

 private:
  static internal::v1::MemberHello Hello() {
    internal::v1::MemberHello hello;
    hello.set_role(internal::v1::MemberHello::ROLE_PROXY);
    return hello;
  }

  absl::Mutex mutex_;
  ClusterState state_;
  ClusterMember member_;
};

TEST_F(ControlRoleTest, AMember_GetsTheStateAtOnce_AndAfterEachChange_AndTheBundles) {
  MakeVersion(0.5);
  HesitantMember member(channel_);
  const ClusterState state = member.AwaitState(kEmptyRevision + 1);
  ASSERT_EQ(state.models_size(), 1);
  EXPECT_EQ(state.models(0).model(), "shirts");
  const std::string sha256 = state.models(0).versions(0).bundle_sha256();
  BundleFetcher fetcher(channel_);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string bytes, fetcher.Fetch("default", sha256));
  EXPECT_EQ(bytes, StoredBundle(TinyClassifier(0.5)).bytes);
  EXPECT_THAT(fetcher.Fetch("other", sha256), IsError(kNotFound, HasSubstr(sha256)));

  MakeVersion(0.6);
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 2).models(0).versions_size(), 2);
}

TEST_F(ControlRoleTest, AJob_ShowsAsSucceeded_OnlyOnceTheMemberActsOnItsModel) {
  HesitantMember member(channel_);
  member.AwaitState(kEmptyRevision);
  member.Hold();
  const std::string job = MakeVersion(0);
  member.AwaitState(kEmptyRevision + 1);
  EXPECT_EQ(GetJob(job)->state(), v1::JOB_STATE_RUNNING);
  const auto watch = WatchJob(job);
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_RUNNING);
  member.Release();
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_SUCCEEDED);
}

TEST_F(ControlRoleTest, AChange_IsAnswered_WhenTheMemberActsOnIt_OrTheTimeIsOver) {
  MakeVersion(0);
  HesitantMember member(channel_);
  member.AwaitState(kEmptyRevision + 1);
  EXPECT_THAT(SetAlias("champion", 1), IsOk());
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 2).models(0).aliases().at("champion"), 1);

  member.Hold();
  absl::Notification answered;
  std::thread caller([&] {
    EXPECT_THAT(SetAlias("champion", 0), IsOk());
    answered.Notify();
  });
  member.AwaitState(kEmptyRevision + 3);
  EXPECT_FALSE(answered.HasBeenNotified());
  // The wait may begin only after the member has the state: the time goes on until it is over.
  while (!answered.WaitForNotificationWithTimeout(absl::Milliseconds(50))) {
    clock_.Advance(PublisherOptions().apply_timeout);
  }
  caller.join();
}

TEST_F(ControlRoleTest, SetTraffic_ToAVersionThatIsLoading_TakesEffectOnceItIsLoaded) {
  MakeVersion(0);
  HesitantMember member(channel_);
  ObedientProxy proxy(channel_);
  member.AwaitState(kEmptyRevision + 1);
  member.Hold();
  MakeVersion(1);
  member.AwaitState(kEmptyRevision + 2);

  std::thread caller([&] { EXPECT_THAT(SetTraffic(2), IsOk()); });
  const ClusterState before = proxy.Await([](const ClusterState& state) {
    return state.models_size() == 1 && state.models(0).versions_size() == 2;
  });
  EXPECT_EQ(before.models(0).traffic(0).version(), 1);
  member.Release();
  const ClusterState after = proxy.Await(
      [](const ClusterState& state) { return state.models(0).traffic(0).version() == 2; });
  EXPECT_EQ(after.replicas(0).loaded_size(), 2) << "no state has traffic that nobody can answer";
  caller.join();
}

TEST_F(ControlRoleTest, SetTraffic_WithoutAnyPredictor_Fails_AndChangesNothing) {
  MakeVersion(0);
  MakeVersion(1);
  absl::Notification answered;
  absl::Status outcome;
  std::thread caller([&] {
    outcome = SetTraffic(2).status();
    answered.Notify();
  });
  while (!answered.WaitForNotificationWithTimeout(absl::Milliseconds(50))) {
    clock_.Advance(TrafficChangeOptions().timeout);
  }
  caller.join();
  EXPECT_THAT(outcome,
              IsError(absl::StatusCode::kUnavailable, HasSubstr("no predictor is connected")));
  EXPECT_EQ(ReasonOf(outcome), "TRAFFIC_NOT_READY");
  EXPECT_EQ(GetModel()->traffic(0).version(), 1);
}

TEST_F(ControlRoleTest, SetTraffic_ToAVersionThatAPredictorRefused_IsRefusedWithTheReason) {
  MakeVersion(0);
  HesitantMember member(channel_);
  member.Refuse(2);
  member.AwaitState(kEmptyRevision + 1);
  MakeVersion(1);
  const absl::Status refused = SetTraffic(2).status();
  EXPECT_THAT(refused,
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("golden row 3 differs")));
  EXPECT_EQ(ReasonOf(refused), "VERSION_REFUSED");
  EXPECT_EQ(GetModel()->traffic(0).version(), 1);
  EXPECT_THAT(SetTraffic(1), IsOk());
}

TEST_F(ControlRoleTest, ARestart_PublishesTheTrafficOfBefore_AndTakesPredictorsBack) {
  MakeVersion(0);
  MakeVersion(1);
  HesitantMember member(channel_);
  ASSERT_THAT(SetTraffic(2), IsOk());
  Stop();
  Start();
  ObedientProxy proxy(channel_);
  const ClusterState state =
      proxy.Await([](const ClusterState& state) { return state.revision() > 0; });
  EXPECT_EQ(state.models(0).traffic(0).version(), 2);
  EXPECT_TRUE(state.settling());
  HesitantMember again(channel_);
  const ClusterState joined = proxy.Await([](const ClusterState& state) {
    return state.replicas_size() == 1 && state.replicas(0).loaded_size() == 2;
  });
  EXPECT_EQ(joined.replicas(0).id(), "hesitant");
}

TEST_F(ControlRoleTest, APredictorThatLeaves_IsGoneFromTheProxies_WhenItMayGo) {
  MakeVersion(0);
  ObedientProxy proxy(channel_);
  ClusterMember predictor(channel_, PredictorHello(),
                          PredictorHooks{.apply = [](const auto&, const auto&) { return true; },
                                         .report = [] { return internal::v1::ReplicaReport(); },
                                         .load = [] { return 0.0; }});
  proxy.Await([](const ClusterState& state) { return state.replicas_size() == 1; });
  predictor.Leave(absl::Seconds(20));
  proxy.Await([](const ClusterState& state) { return state.replicas_size() == 0; });
}

TEST_F(ControlRoleTest, AMember_JoinsAgainAfterARestart_AndRevisionsGoOn) {
  MakeVersion(0);
  Stop();
  Start();
  HesitantMember member(channel_);
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 1).models_size(), 1);
  MakeVersion(1);
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 2).revision(), kEmptyRevision + 2);
}

TEST_F(ControlRoleTest, Join_WithoutHello_IsRefused) {
  grpc::ClientContext context;
  const auto stream = cluster_->Join(&context);
  internal::v1::JoinRequest request;
  request.mutable_applied()->set_revision(1);
  stream->Write(request);
  ClusterState state;
  EXPECT_FALSE(stream->Read(&state));
  EXPECT_THAT(FromGrpc(stream->Finish()), IsError(kInvalid, HasSubstr("must be `hello`")));
}

TEST_F(ControlRoleTest, Join_WithoutARole_IsRefused) {
  grpc::ClientContext context;
  const auto stream = cluster_->Join(&context);
  internal::v1::JoinRequest request;
  request.mutable_hello()->set_id("x");
  stream->Write(request);
  ClusterState state;
  EXPECT_FALSE(stream->Read(&state));
  EXPECT_THAT(FromGrpc(stream->Finish()), IsError(kInvalid, HasSubstr("hello.role: ")));
}

TEST_F(ControlRoleTest, Join_TakesEventsThatItDoesNotKnow_FromNewerMembers) {
  MakeVersion(0);
  grpc::ClientContext context;
  const auto stream = cluster_->Join(&context);
  internal::v1::JoinRequest request;
  *request.mutable_hello() = PredictorHello();
  stream->Write(request);
  request.Clear();
  stream->Write(request);
  ClusterState state;
  EXPECT_TRUE(stream->Read(&state));
  EXPECT_THAT(Train(Request()), IsOk());
  context.TryCancel();
  stream->Finish();
}

TEST_F(ControlRoleTest, CancelJob_OfARunningJob_KillsItsWorker_AndEndsTheStream) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job cancelled, CancelJob(job.name()));
  EXPECT_EQ(cancelled.state(), v1::JOB_STATE_CANCELLED);
  EXPECT_TRUE(cancelled.has_cancel_time());
  EXPECT_EQ(launcher_.running(), 0u);
  while (watch->reader->Read(&seen)) {
  }
  EXPECT_EQ(seen.state(), v1::JOB_STATE_CANCELLED);
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsOk());
  // What the worker had on its way comes too late.
  EXPECT_THAT(Complete(attempt, StoredBundle(TinyClassifier()).bytes),
              IsError(kAborted, testing::_));
  EXPECT_THAT(GetModel(), IsError(kNotFound, testing::_));
  EXPECT_EQ(CancelJob(job.name())->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_THAT(CancelJob("jobs/nothing"), IsError(kNotFound, HasSubstr("jobs/nothing")));
}

TEST_F(ControlRoleTest, CancelJob_OfAJobThatHasSucceeded_ChangesNothing) {
  const std::string job = MakeVersion(0);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job cancelled, CancelJob(job));
  EXPECT_EQ(cancelled.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_FALSE(cancelled.has_cancel_time());
}

TEST_F(ControlRoleTest, ResolveTraining_SaysWhatTrainWouldMakeOfIt) {
  v1::ResolveTrainingRequest request;
  *request.mutable_spec() = Request().spec();
  const auto resolve = [&] {
    return Ask<v1::ResolveTrainingResponse>([&](auto* context, auto* response) {
      return train_->ResolveTraining(context, request, response);
    });
  };
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ResolveTrainingResponse resolved, resolve());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(resolved.spec(), job.spec()));
  request.mutable_spec()->set_target("weight");
  EXPECT_THAT(resolve(), IsError(kInvalid, HasSubstr("spec.target: ")));
  request.mutable_spec()->set_dataset("shoes");
  EXPECT_THAT(resolve(), IsError(kNotFound, HasSubstr("datasets/shoes")));
}

TEST_F(ControlRoleTest, Drain_EndsStreamsAndWaits) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  AwaitAttempt();
  HesitantMember member(channel_);
  member.AwaitState(kEmptyRevision);
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  role_->Drain();
  while (watch->reader->Read(&seen)) {
    EXPECT_EQ(seen.state(), v1::JOB_STATE_QUEUED);
  }
  EXPECT_THAT(FromGrpc(watch->reader->Finish()),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("stopping")));
  EXPECT_EQ(launcher_.running(), 0u);
}

TEST_F(ControlRoleTest, GetModelVersion_TakesNumbersAndAliases) {
  MakeVersion(0);
  const auto get = [&](const std::string& name) {
    v1::GetModelVersionRequest request;
    request.set_name(name);
    return Ask<v1::ModelVersion>([&](auto* context, auto* version) {
      return models_->GetModelVersion(context, request, version);
    });
  };
  EXPECT_EQ(get("shirts@1")->name(), "models/shirts/versions/1");
  EXPECT_EQ(get("shirts@1")->features().columns_size(), 2);
  EXPECT_EQ(get("shirts@1")->classes_size(), 2);
  EXPECT_THAT(get("shirts"), IsError(kInvalid, HasSubstr("name: must name a version")));
  EXPECT_THAT(get("shirts@2"), IsError(kNotFound, testing::_));
  EXPECT_THAT(get("socks@1"), IsError(kNotFound, HasSubstr("models/socks")));

  v1::SetAliasRequest alias;
  alias.set_model("shirts");
  alias.set_alias("champion");
  alias.set_version(1);
  EXPECT_THAT(Ask<v1::Model>([&](auto* context, auto* model) {
                return models_->SetAlias(context, alias, model);
              }),
              IsOk());
  EXPECT_EQ(get("models/shirts@champion")->version(), 1);
}

TEST_F(ControlRoleTest, ListAlgorithms_HasThoseOfLearn) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto listed,
                             Ask<v1::ListAlgorithmsResponse>([&](auto* context, auto* response) {
                               return train_->ListAlgorithms(context, {}, response);
                             }));
  std::vector<std::string> names;
  for (const v1::Algorithm& algorithm : listed.algorithms()) names.push_back(algorithm.name());
  EXPECT_THAT(names, testing::IsSupersetOf({"gradient_boosting", "logistic_regression"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(ControlRoleTest, WhatASearchAndAComparisonFound_IsShownWithTheVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  internal::v1::ReportProgressRequest news;
  *news.mutable_attempt() = attempt;
  news.mutable_leaderboard()->set_finished(1);
  ASSERT_THAT(Ask<internal::v1::ReportProgressResponse>([&](auto* context, auto* response) {
                return worker_->ReportProgress(context, news, response);
              }),
              IsOk());
  EXPECT_EQ(GetJob(job.name())->leaderboard().finished(), 1);
  internal::v1::CompleteJobRequest head;
  head.mutable_leaderboard()->set_finished(40);
  head.mutable_comparison()->set_better(true);
  head.add_warnings("odd");
  ASSERT_THAT(Complete(attempt, StoredBundle(TinyClassifier()).bytes, head), IsOk());
  v1::GetModelVersionRequest request;
  request.set_name("models/shirts/versions/1");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion version,
                             Ask<v1::ModelVersion>([&](auto* context, auto* response) {
                               return models_->GetModelVersion(context, request, response);
                             }));
  EXPECT_EQ(version.leaderboard().finished(), 40);
  EXPECT_TRUE(version.comparison().better());
  EXPECT_THAT(version.warnings(), testing::ElementsAre("odd"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, GetJob(job.name()));
  EXPECT_THAT(ended.warnings(), testing::ElementsAre("odd"));
  EXPECT_FALSE(ended.has_leaderboard());
}

// Jobs that make a version again.
class VerifyModelVersionTest : public ControlRoleTest {
 protected:
  // models/shirts/versions/1, whose bundle this returns.
  std::string MakeVersion() {
    const absl::StatusOr<v1::Job> job = Train(Request());
    internal::v1::Bundle bundle = TinyClassifier();
    *bundle.mutable_lineage()->mutable_spec() = job->spec();
    std::string bytes = StoredBundle(bundle).bytes;
    EXPECT_THAT(Complete(AwaitAttempt(), bytes), IsOk());
    launcher_.Exit(absl::OkStatus());
    return bytes;
  }
  absl::StatusOr<v1::Job> Verify(const std::string& name, const std::string& request_id = "") {
    v1::VerifyModelVersionRequest request;
    request.set_name(name);
    request.set_request_id(request_id);
    return Ask<v1::Job>([&](auto* context, auto* job) {
      return train_->VerifyModelVersion(context, request, job);
    });
  }
  absl::StatusOr<std::string> ReadBundle(const internal::v1::Attempt& attempt,
                                         const std::string& version) {
    grpc::ClientContext context;
    internal::v1::ReadBundleRequest request;
    *request.mutable_attempt() = attempt;
    request.set_model_version(version);
    const auto reader = worker_->ReadBundle(&context, request);
    internal::v1::ReadBundleResponse response;
    std::string bytes;
    while (reader->Read(&response)) bytes += response.chunk();
    const absl::Status status = FromGrpc(reader->Finish());
    if (!status.ok()) return status;
    return bytes;
  }
  absl::Status Verified(const internal::v1::Attempt& attempt) {
    internal::v1::CompleteVerificationRequest request;
    *request.mutable_attempt() = attempt;
    request.mutable_verification()->set_identical(true);
    return Ask<google::protobuf::Empty>([&](auto* context, auto* empty) {
             return worker_->CompleteVerification(context, request, empty);
           })
        .status();
  }
};

TEST_F(VerifyModelVersionTest, IsAJob_WhoseWorkerReadsTheBundle_AndWhichMakesNoVersion) {
  const std::string bundle = MakeVersion();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Verify("models/shirts/versions/1"));
  EXPECT_EQ(job.type(), v1::JOB_TYPE_VERIFY);
  EXPECT_EQ(job.spec().dataset(), "datasets/sizes/versions/3");
  const auto attempt = AwaitAttempt();
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Assignment assignment, GetAssignment(attempt));
  EXPECT_EQ(assignment.type(), v1::JOB_TYPE_VERIFY);
  EXPECT_EQ(assignment.verify().name(), "models/shirts/versions/1");
  EXPECT_EQ(assignment.verify().bundle_sha256(), Sha256Hex(bundle));
  EXPECT_EQ(assignment.dataset_create_time().seconds(), 1234);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string read,
                             ReadBundle(attempt, assignment.verify().name()));
  EXPECT_EQ(read, bundle);

  // Its outcome is no model.
  EXPECT_THAT(Complete(attempt, bundle),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("JOB_TYPE_VERIFY")));
  ASSERT_THAT(Verified(attempt), IsOk());
  EXPECT_THAT(Verified(attempt), IsOk()) << "the answer may have been lost";
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, GetJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_TRUE(ended.verification().identical());
  EXPECT_EQ(ended.model_version(), "");
  EXPECT_EQ(GetModel()->version_count(), 1);
}

TEST_F(VerifyModelVersionTest, TakesAliases_AndTheSameRequestOnce) {
  MakeVersion();
  ASSERT_THAT(SetAlias("champion", 1), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Verify("shirts@champion", "once"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job again, Verify("shirts@champion", "once"));
  EXPECT_EQ(again.name(), job.name());
}

TEST_F(VerifyModelVersionTest, SaysWhatIsNotThere) {
  MakeVersion();
  EXPECT_THAT(Verify("shirts"), IsError(kInvalid, HasSubstr("name: must name a version")));
  EXPECT_THAT(Verify("shirts@2"), IsError(kNotFound, HasSubstr("models/shirts/versions/2")));
  EXPECT_THAT(Verify("socks@1"), IsError(kNotFound, HasSubstr("models/socks")));
  datasets_.deleted = true;
  EXPECT_THAT(Verify("shirts@1"),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("datasets/sizes/versions/3, which models/shirts/versions/1 was "
                                "trained on, is not there any more")));
}

TEST_F(VerifyModelVersionTest, AWorkerThatWasGivenUp_ReadsNothing) {
  MakeVersion();
  ASSERT_THAT(Train(Request()), IsOk());
  internal::v1::Attempt attempt = AwaitAttempt();
  EXPECT_THAT(ReadBundle(attempt, "models/shirts/versions/1"), IsOk());
  EXPECT_THAT(ReadBundle(attempt, "models/shirts/versions/7"), IsError(kNotFound, testing::_));
  EXPECT_THAT(Verified(attempt),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("not JOB_TYPE_VERIFY")));
  attempt.set_number(9);
  EXPECT_THAT(ReadBundle(attempt, "models/shirts/versions/1"), IsError(kAborted, testing::_));
  EXPECT_THAT(Verified(attempt), IsError(kAborted, testing::_));
}

}  // namespace
}  // namespace serin
