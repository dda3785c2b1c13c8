#include "server/proxy/proxy_role.h"

#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "core/base/clock.h"
#include "core/base/errors.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "server/rpc/status.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/proxy/fake_upstream.h"

namespace serin {
namespace {

using grpc::health::v1::HealthCheckResponse;
using internal::v1::ClusterState;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

// A control that tells each member the state it was given, and holds back until it was given one.
class FakeControl final : public internal::v1::ClusterService::Service {
 public:
  using Stream = grpc::ServerReaderWriter<ClusterState, internal::v1::JoinRequest>;

  grpc::Status Join(grpc::ServerContext*, Stream* stream) override {
    internal::v1::JoinRequest request;
    stream->Read(&request);
    stream->Write(WaitForState());
    while (stream->Read(&request)) {
    }
    return grpc::Status::OK;
  }

  void SetState(const ClusterState& state) {
    absl::MutexLock lock(&mutex_);
    state_ = state;
  }

 private:
  ClusterState WaitForState() {
    const auto given = [&] { return state_.revision() != 0; };
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&given), kPatience);
    return state_;
  }

  absl::Mutex mutex_;
  ClusterState state_;
};

ClusterState Iris() {
  ClusterState state;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        revision: 1
        models {
          project: "default"
          model: "iris"
          versions { version: 1 }
          versions { version: 2 }
          traffic { version: 1 weight: 90 }
          traffic { version: 2 weight: 10 }
        }
        models {
          project: "team"
          model: "iris"
          versions { version: 5 }
          traffic { version: 5 weight: 100 }
        }
      )pb",
      &state));
  return state;
}

// On the callback API, as the real roles are.
class FakeModels final : public v1::ModelService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetModel(grpc::CallbackServerContext* context,
                                     const v1::GetModelRequest*, v1::Model*) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class ProxyRoleTest : public testing::Test {
 protected:
  // A started proxy that knows Iris().
  void StartReady() {
    control_.SetState(Iris());
    ASSERT_THAT(proxy_.Start(), IsOk());
    Connect();
    WaitUntilServing();
  }

  void Connect() {
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", proxy_.port()),
                                   grpc::InsecureChannelCredentials());
    datasets_stub_ = v1::DatasetService::NewStub(channel_);
    predict_stub_ = v1::PredictService::NewStub(channel_);
    health_stub_ = grpc::health::v1::Health::NewStub(channel_);
  }

  void WaitUntilServing() {
    grpc::ClientContext context;
    Prepare(context);
    auto watch = health_stub_->Watch(&context, {});
    HealthCheckResponse response;
    while (response.status() != HealthCheckResponse::SERVING) ASSERT_TRUE(watch->Read(&response));
    context.TryCancel();
    watch->Finish();
  }

  absl::Status Get(grpc::ClientContext& context, const std::string& name = "iris") {
    Prepare(context);
    v1::GetDatasetRequest request;
    request.set_name(name);
    v1::Dataset response;
    return FromGrpc(datasets_stub_->GetDataset(&context, request, &response));
  }

  // The version that answered, as FakePredictor says it.
  absl::StatusOr<std::string> Predict(grpc::ClientContext& context, const std::string& model,
                                      const std::string& key = "") {
    Prepare(context);
    v1::PredictRequest request;
    request.set_model(model);
    request.set_key(key);
    v1::PredictResponse response;
    const grpc::Status status = predict_stub_->Predict(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response.model_version();
  }
  absl::StatusOr<std::string> Predict(const std::string& model, const std::string& key = "") {
    grpc::ClientContext context;
    return Predict(context, model, key);
  }

  // Sends raw bytes to a method; returns how that ended.
  absl::Status CallRaw(const std::string& path, const std::string& bytes) {
    grpc::ClientContext context;
    Prepare(context);
    const grpc::Slice slice(bytes);
    const grpc::ByteBuffer request(&slice, 1);
    grpc::ByteBuffer response;
    absl::Status status;
    absl::Notification done;
    grpc::GenericStub(channel_).UnaryCall(&context, path, {}, &request, &response,
                                          [&](const grpc::Status& result) {
                                            status = FromGrpc(result);
                                            done.Notify();
                                          });
    done.WaitForNotification();
    return status;
  }

  std::string Metrics() { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  prometheus::Registry registry_;
  IdGenerator ids_{Clock::Real()};
  FakeControl control_;
  FakeDatasets datasets_;
  FakePredictor predictor_;
  FakeModels models_;
  TestServer control_server_{&control_, &models_};
  TestServer dataset_server_{&datasets_};
  TestServer predict_server_{&predictor_};
  ProxyRole proxy_{ProxyOptions{.port = 0,
                                .control = control_server_.target(),
                                .dataset = dataset_server_.target(),
                                .predict = predict_server_.target(),
                                .max_message_bytes = 1 << 20,
                                .drain_timeout = absl::Milliseconds(200)},
                   &registry_, &ids_};
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::DatasetService::Stub> datasets_stub_;
  std::unique_ptr<v1::PredictService::Stub> predict_stub_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_stub_;
};

TEST_F(ProxyRoleTest, PortInUse_IsRefused_NamingTheAddress) {
  StartReady();
  ProxyRole second({.port = proxy_.port(), .control = "x", .dataset = "x", .predict = "x"},
                   &registry_, &ids_);
  EXPECT_THAT(second.Start(),
              IsError(absl::StatusCode::kUnavailable,
                      HasSubstr(absl::StrCat("cannot listen on 127.0.0.1:", proxy_.port()))));
}

TEST_F(ProxyRoleTest, UntilControlSpoke_PredictionsAreUnavailable_AndOthersServed) {
  datasets_.get = [](auto&, auto&, auto&) { return grpc::Status::OK; };
  ASSERT_THAT(proxy_.Start(), IsOk());
  Connect();
  EXPECT_FALSE(proxy_.ready());
  grpc::ClientContext context;
  EXPECT_THAT(Get(context), IsOk());
  EXPECT_THAT(Predict("iris"),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("not yet heard from control")));
  control_.SetState(Iris());
  WaitUntilServing();
  EXPECT_TRUE(proxy_.ready());
  EXPECT_THAT(Predict("iris"), IsOk());
}

TEST_F(ProxyRoleTest, Predictions_AreSplitAsTheTraffic_AndKeysStick) {
  StartReady();
  std::map<std::string, int> counts;
  for (int i = 0; i < 300; ++i) ++counts[*Predict("iris", absl::StrCat("user-", i))];
  EXPECT_NEAR(counts["2"], 30, 20);
  EXPECT_EQ(counts["1"] + counts["2"], 300);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(*Predict("iris", "user-7"), *Predict("iris", "user-7"));
  }
}

TEST_F(ProxyRoleTest, CallersCannotForgeTheVersion) {
  StartReady();
  const auto predict_with_header = [&](const std::string& model, const std::string& header) {
    grpc::ClientContext context;
    context.AddMetadata("serin-version", header);
    return Predict(context, model);
  };
  EXPECT_EQ(*predict_with_header("iris", "2"), "2");    // Pins where the model names none,
  EXPECT_EQ(*predict_with_header("iris@1", "2"), "1");  // and nowhere else,
  EXPECT_THAT(predict_with_header("iris", "5"),         // and only what exists.
              IsError(absl::StatusCode::kNotFound, Eq("models/iris/versions/5 does not exist")));
}

TEST_F(ProxyRoleTest, Projects_AreApart) {
  StartReady();
  grpc::ClientContext context;
  context.AddMetadata("serin-project", "team");
  EXPECT_EQ(*Predict(context, "iris"), "5");
}

TEST_F(ProxyRoleTest, GarbageForPredict_IsRefused_AndTheProxyServesOn) {
  StartReady();
  for (const std::string& garbage :
       {std::string("\xff\xff\xff"), std::string(100'000, '\x0b'), std::string("\x0a\x05iris")}) {
    EXPECT_THAT(CallRaw("/serin.v1.PredictService/Predict", garbage),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("PredictRequest")));
  }
  EXPECT_THAT(Predict("iris"), IsOk());
}

TEST_F(ProxyRoleTest, GarbageForARole_IsInvalid_NamingTheMessage) {
  StartReady();
  EXPECT_THAT(CallRaw("/serin.v1.DatasetService/GetDataset", "\xff\xff"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("could not parse the message as serin.v1.GetDatasetRequest")));
  EXPECT_THAT(CallRaw("/serin.v1.ModelService/GetModel", "\xff\xff"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("could not parse the message as serin.v1.GetModelRequest")));
}

TEST_F(ProxyRoleTest, UnknownAndInternalMethods_AreUnimplemented_AndNoLabels) {
  StartReady();
  EXPECT_THAT(CallRaw("/serin.v1.PredictService/Guess", ""),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("has no method Guess")));
  EXPECT_THAT(CallRaw("/serin.internal.v1.ClusterService/Join", ""),
              IsError(absl::StatusCode::kUnimplemented,
                      HasSubstr("serin.internal.v1.ClusterService does not exist")));
  EXPECT_THAT(Metrics(), Not(HasSubstr("Guess")));
  EXPECT_THAT(Metrics(), Not(HasSubstr("ClusterService")));
}

TEST_F(ProxyRoleTest, OversizeMessage_IsRefused_NamingTheLimit) {
  StartReady();
  grpc::ClientContext context;
  EXPECT_THAT(Get(context, std::string(2 << 20, 'x')),
              IsError(absl::StatusCode::kResourceExhausted,
                      HasSubstr("more than the 1048576 that one may have")));
  grpc::ClientContext next;
  EXPECT_THAT(Get(next), IsError(absl::StatusCode::kUnimplemented, Eq("not set by the test")));
}

TEST_F(ProxyRoleTest, RoleThatIsDown_IsNamed_WithWhenToComeAgain) {
  StartReady();
  dataset_server_.Kill();
  grpc::ClientContext context;
  const absl::Status status = Get(context);
  EXPECT_THAT(status, IsError(absl::StatusCode::kUnavailable,
                              Eq("the dataset role cannot be reached, or went away during the "
                                 "call")));
  EXPECT_EQ(ReasonOf(status), "UPSTREAM_UNAVAILABLE");
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_THAT(Predict("iris"), IsOk());
}

TEST_F(ProxyRoleTest, ControlThatIsDown_DoesNotStopPredictions) {
  StartReady();
  control_server_.Kill();
  EXPECT_THAT(Predict("iris"), IsOk());
  EXPECT_TRUE(proxy_.ready());
}

TEST_F(ProxyRoleTest, RequestId_IsKeptIfSane_MadeIfNot_AndComesBackAlsoWithErrors) {
  datasets_.get = [](grpc::ServerContext& context, const std::string&, v1::Dataset&) {
    return grpc::Status(grpc::StatusCode::NOT_FOUND,
                        ValueOf(context.client_metadata(), "serin-request-id"));
  };
  StartReady();
  const auto id_for = [&](const std::string& sent) {
    grpc::ClientContext context;
    if (!sent.empty()) context.AddMetadata("serin-request-id", sent);
    const absl::Status status = Get(context);
    const std::string id = ValueOf(context.GetServerInitialMetadata(), "serin-request-id");
    EXPECT_EQ(status.message(), id);  // The role was told the same.
    return id;
  };
  EXPECT_EQ(id_for("trace-1"), "trace-1");
  EXPECT_EQ(id_for("").size(), 26);
  EXPECT_EQ(id_for("two words").size(), 26);
  EXPECT_EQ(id_for(std::string(65, 'x')).size(), 26);
  grpc::ClientContext context;
  EXPECT_FALSE(Predict(context, "wine").ok());
  EXPECT_EQ(ValueOf(context.GetServerInitialMetadata(), "serin-request-id").size(), 26);
}

TEST_F(ProxyRoleTest, EveryCall_IsOneLogLine_AndCounted) {
  StartReady();
  testing::internal::CaptureStderr();
  grpc::ClientContext context;
  context.AddMetadata("serin-request-id", "trace-1");
  ASSERT_THAT(Predict(context, "iris@2"), IsOk());
  ASSERT_FALSE(Predict("wine").ok());
  proxy_.Drain();                               // Returns when every call has been logged.
  std::map<std::string, nlohmann::json> lines;  // By code: a line may come after the next call.
  for (absl::string_view line :
       absl::StrSplit(testing::internal::GetCapturedStderr(), '\n', absl::SkipEmpty())) {
    const auto parsed = nlohmann::json::parse(std::string(line));
    EXPECT_EQ(parsed["event"], "request");
    lines[parsed["code"]] = parsed;
  }
  ASSERT_EQ(lines.size(), 2);
  const nlohmann::json& answered = lines["OK"];
  EXPECT_EQ(answered["request_id"], "trace-1");
  EXPECT_EQ(answered["method"], "/serin.v1.PredictService/Predict");
  EXPECT_EQ(answered["project"], "default");
  EXPECT_EQ(answered["model"], "iris");
  EXPECT_EQ(answered["version"], 2);
  EXPECT_GE(answered["duration_ms"], 0);
  EXPECT_EQ(answered["bytes_in"], 8);
  const nlohmann::json& refused = lines["NOT_FOUND"];
  EXPECT_EQ(refused["error"], "models/wine does not exist");
  EXPECT_FALSE(refused.contains("model"));
  for (
      const char* sample :
      {R"(serin_rpc_requests_total{code="OK",method="Predict",service="serin.v1.PredictService"} 1)",
       R"(serin_rpc_requests_total{code="NOT_FOUND",method="Predict",service="serin.v1.PredictService"} 1)",
       R"(serin_rpc_duration_seconds_count{method="Predict",service="serin.v1.PredictService"} 2)"}) {
    EXPECT_THAT(Metrics(), HasSubstr(sample));
  }
}

TEST_F(ProxyRoleTest, DeadlineOfTheCaller_IsLoggedAsOne) {
  absl::Notification ended;
  datasets_.upload = [&](grpc::ServerContext&, FakeDatasets::Uploads& reader, auto&) {
    v1::UploadDatasetRequest request;
    while (reader.Read(&request)) {
    }
    ended.Notify();
    return grpc::Status::OK;
  };
  StartReady();
  grpc::ClientContext context;
  Prepare(context, absl::Seconds(1));
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
  proxy_.Drain();
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="DEADLINE_EXCEEDED",method="UploadDataset")"));
}

TEST_F(ProxyRoleTest, TrafficWeights_AreGauges_WithTheProjectWhereItIsNotTheDefault) {
  StartReady();
  EXPECT_THAT(Metrics(), HasSubstr(R"(serin_traffic_weight{model="iris",version="2"} 10)"));
  EXPECT_THAT(Metrics(), HasSubstr(R"(serin_traffic_weight{model="team/iris",version="5"} 100)"));
}

TEST_F(ProxyRoleTest, Health_KnowsEveryPublicService_AndNoOther) {
  StartReady();
  const auto check = [&](const std::string& service) -> absl::StatusOr<int> {
    grpc::ClientContext context;
    Prepare(context);
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    const grpc::Status status = health_stub_->Check(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response.status();
  };
  for (const char* service : {"", "serin.v1.DatasetService", "serin.v1.TrainService",
                              "serin.v1.ModelService", "serin.v1.PredictService",
                              "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"}) {
    EXPECT_EQ(*check(service), HealthCheckResponse::SERVING) << service;
  }
  EXPECT_THAT(check("serin.internal.v1.ClusterService"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("ClusterService")));
  proxy_.Drain();
  EXPECT_THAT(Metrics(),
              HasSubstr(R"({code="OK",method="Check",service="grpc.health.v1.Health"} 7)"));
}

TEST_F(ProxyRoleTest, Drain_TellsWatchers_LetsCallsEnd_AndRefusesNewOnes) {
  absl::Notification started;
  absl::Notification go_on;
  datasets_.get = [&](auto&, auto&, auto&) {
    started.Notify();
    go_on.WaitForNotificationWithTimeout(kPatience);
    return grpc::Status::OK;
  };
  StartReady();
  grpc::ClientContext watch_context;
  Prepare(watch_context);
  auto watch = health_stub_->Watch(&watch_context, {});
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);

  absl::Status under_way;
  std::thread caller([&] {
    grpc::ClientContext context;
    under_way = Get(context);
  });
  ASSERT_TRUE(started.WaitForNotificationWithTimeout(kPatience));
  std::thread drainer([&] { proxy_.Drain(); });
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_message(), "the server is stopping");
  go_on.Notify();
  caller.join();
  drainer.join();
  EXPECT_THAT(under_way, IsOk());
}

TEST_F(ProxyRoleTest, Drain_CancelsWhatDoesNotEnd) {
  absl::Notification started;
  absl::Notification ended;
  datasets_.upload = [&](grpc::ServerContext& context, FakeDatasets::Uploads& reader, auto&) {
    started.Notify();
    v1::UploadDatasetRequest request;
    while (reader.Read(&request)) {
    }
    EXPECT_TRUE(context.IsCancelled());
    ended.Notify();
    return grpc::Status::OK;
  };
  StartReady();
  grpc::ClientContext context;
  Prepare(context);
  v1::DatasetVersion response;
  auto writer = datasets_stub_->UploadDataset(&context, &response);
  ASSERT_TRUE(started.WaitForNotificationWithTimeout(kPatience));
  proxy_.Drain();
  EXPECT_TRUE(ended.WaitForNotificationWithTimeout(kPatience));
  EXPECT_FALSE(writer->Finish().ok());
}

// Or refused, as far as they would have had to wait in a queue: how many those are depends on the
// machine.
TEST_F(ProxyRoleTest, AThousandCallsAtOnce_AreAllAnswered_OrToldToComeAgain) {
  StartReady();
  constexpr int kCalls = 1000;
  struct Call {
    grpc::ClientContext context;
    v1::PredictRequest request;
    v1::PredictResponse response;
  };
  std::vector<Call> calls(kCalls);
  std::atomic<int> left = kCalls;
  std::atomic<int> answered = 0;
  std::atomic<int> refused = 0;
  absl::Notification done;
  for (Call& call : calls) {
    Prepare(call.context);
    call.request.set_model("iris");
    predict_stub_->async()->Predict(&call.context, &call.request, &call.response,
                                    [&](const grpc::Status& status) {
                                      if (status.ok()) ++answered;
                                      if (ReasonOf(FromGrpc(status)) == "OVERLOADED") ++refused;
                                      if (--left == 0) done.Notify();
                                    });
  }
  ASSERT_TRUE(done.WaitForNotificationWithTimeout(kPatience));
  EXPECT_EQ(answered + refused, kCalls);
  EXPECT_GT(answered, 100);
}

}  // namespace
}  // namespace serin
