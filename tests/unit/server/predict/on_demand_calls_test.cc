// Calls for versions that are not in memory, over gRPC: they wait without a thread.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/predict/inference_service.h"
#include "server/predict/predict_service.h"
#include "server/rpc/call.h"
#include "server/rpc/task_thread.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/gated_bundles.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr int kInMemory = 1;
constexpr int kUnloaded = 2;

template <typename Request = v1::PredictRequest>
Request Wide(double width) {
  Request request;
  request.set_model("flower");
  auto& features = *request.add_rows()->mutable_features();
  features["width"].set_number_value(width);
  features["color"].set_null_value({});
  return request;
}

inference::ModelInferRequest WideTensor(double width) {
  inference::ModelInferRequest request;
  request.set_model_name("flower");
  auto* number = request.add_inputs();
  number->set_name("width");
  number->set_datatype("FP64");
  number->add_shape(1);
  number->mutable_contents()->add_fp64_contents(width);
  auto* text = request.add_inputs();
  text->set_name("color");
  text->set_datatype("BYTES");
  text->add_shape(1);
  text->mutable_contents()->add_bytes_contents("");
  return request;
}

// Version 1 of `flower` takes traffic and is in memory, version 2 is not: there is room for both,
// but it has not been loaded. Answers are width + 10 * version.
class OnDemandCallsTest : public testing::Test {
 protected:
  OnDemandCallsTest() {
    auto* model = state_.add_models();
    model->set_project("default");
    model->set_model("flower");
    for (const int version : {kInMemory, kUnloaded}) {
      auto* added = model->add_versions();
      added->set_version(version);
      added->set_bundle_sha256(bundles_.Store(TinyRegressor(10 * version)));
      added->set_bundle_bytes(version == kInMemory ? 1 : int64_t{1} << 40);
    }
    model->add_traffic()->set_version(kInMemory);
    model->mutable_traffic(0)->set_weight(100);
    EXPECT_TRUE(host_.Apply(state_));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&predictions_);
    builder.RegisterService(&inference_);
    server_ = builder.BuildAndStart();
    const auto channel =
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
    stub_ = v1::PredictService::NewStub(channel);
    inference_stub_ = inference::GRPCInferenceService::NewStub(channel);
  }
  ~OnDemandCallsTest() override {
    server_->Shutdown();
    loader_.reset();  // Works for the host.
  }

  std::string Sha(int version) { return state_.models(0).versions(version - 1).bundle_sha256(); }

  static void Name(grpc::ClientContext* context, int version) {
    context->AddMetadata(kVersionKey, absl::StrCat(version));
  }
  absl::StatusOr<double> Predict(grpc::ClientContext* context, int version, double width) {
    Name(context, version);
    v1::PredictResponse response;
    const grpc::Status status = stub_->Predict(context, Wide(width), &response);
    if (!status.ok()) return FromGrpc(status);
    return response.predictions(0).value();
  }
  absl::StatusOr<double> Predict(int version, double width) {
    grpc::ClientContext context;
    return Predict(&context, version, width);
  }

  int Waiting() { return static_cast<int>(metrics_.loads().waiting.Value()); }
  void AwaitWaiting(int count) {
    while (Waiting() != count) std::this_thread::yield();
  }

  GatedBundles bundles_;
  prometheus::Registry registry_;
  PredictMetrics metrics_{&registry_};
  SimulatedClock clock_;
  internal::v1::ClusterState state_;
  std::unique_ptr<TaskThread> loader_ = std::make_unique<TaskThread>();
  ModelHost host_{bundles_.source(),
                  &metrics_,
                  &clock_,
                  {.memory_bytes = size_t{1} << 30,
                   .run = [this](auto load) { loader_->Post(std::move(load)); }}};
  IdGenerator ids_{&clock_};
  PredictService predictions_{&host_, &ids_};
  InferenceService inference_{&host_, &ids_, &clock_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PredictService::Stub> stub_;
  std::unique_ptr<inference::GRPCInferenceService::Stub> inference_stub_;
};

TEST_F(OnDemandCallsTest, Predict_LoadsTheVersion_AndIsAnswered) {
  EXPECT_EQ(bundles_.fetches(Sha(kUnloaded)), 0);
  EXPECT_EQ(Predict(kUnloaded, 3).value(), 23);
  EXPECT_EQ(bundles_.fetches(Sha(kUnloaded)), 1);
}

// More calls wait than gRPC has threads.
TEST_F(OnDemandCallsTest, CallsThatWait_KeepNoOtherWaiting) {
  constexpr int kCalls = 64;
  bundles_.Hold(Sha(kUnloaded));
  std::vector<std::thread> callers;
  for (int i = 0; i < kCalls; ++i) {
    callers.emplace_back([&, i] { EXPECT_EQ(Predict(kUnloaded, i).value(), 20 + i); });
  }
  AwaitWaiting(kCalls);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Predict(kInMemory, i).value(), 10 + i);
  EXPECT_EQ(Waiting(), kCalls);
  bundles_.Release(Sha(kUnloaded));
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Waiting(), 0);
  EXPECT_EQ(bundles_.fetches(Sha(kUnloaded)), 1);
}

TEST_F(OnDemandCallsTest, DeadlineThatRunsOutWhileItLoads_EndsTheWait) {
  bundles_.Hold(Sha(kUnloaded));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(100)));
  EXPECT_EQ(Predict(&context, kUnloaded, 3).status().code(), absl::StatusCode::kDeadlineExceeded);
  AwaitWaiting(0);
  bundles_.Release(Sha(kUnloaded));
  EXPECT_EQ(Predict(kUnloaded, 3).value(), 23) << "the next one finds it";
}

TEST_F(OnDemandCallsTest, CallerThatGoesAway_EndsTheWait) {
  bundles_.Hold(Sha(kUnloaded));
  grpc::ClientContext context;
  std::thread caller([&] {
    EXPECT_EQ(Predict(&context, kUnloaded, 3).status().code(), absl::StatusCode::kCancelled);
  });
  AwaitWaiting(1);
  context.TryCancel();
  caller.join();
  AwaitWaiting(0);
  bundles_.Release(Sha(kUnloaded));
}

TEST_F(OnDemandCallsTest, BundleThatCannotBeHad_IsToldToTheCaller) {
  bundles_.FailWith(absl::UnavailableError("control is away"));
  EXPECT_THAT(Predict(kUnloaded, 3),
              IsError(absl::StatusCode::kUnavailable,
                      "models/flower/versions/2 is not in memory: control is away"));
  EXPECT_EQ(Predict(kInMemory, 3).value(), 13);
}

TEST_F(OnDemandCallsTest, Stream_WaitsForItsVersion_AndKeepsTheOrder) {
  bundles_.Hold(Sha(kUnloaded));
  grpc::ClientContext context;
  Name(&context, kUnloaded);
  const auto stream = stub_->PredictStream(&context);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(stream->Write(Wide(i)));
  AwaitWaiting(1);
  bundles_.Release(Sha(kUnloaded));
  for (int i = 0; i < 5; ++i) {
    v1::PredictResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.predictions(0).value(), 20 + i);
  }
  stream->WritesDone();
  EXPECT_THAT(FromGrpc(stream->Finish()), IsOk());
}

TEST_F(OnDemandCallsTest, StreamThatIsCancelledWhileItWaits_Ends) {
  bundles_.Hold(Sha(kUnloaded));
  grpc::ClientContext context;
  Name(&context, kUnloaded);
  const auto stream = stub_->PredictStream(&context);
  ASSERT_TRUE(stream->Write(Wide(1)));
  AwaitWaiting(1);
  context.TryCancel();
  EXPECT_EQ(FromGrpc(stream->Finish()).code(), absl::StatusCode::kCancelled);
  AwaitWaiting(0);
  bundles_.Release(Sha(kUnloaded));
}

TEST_F(OnDemandCallsTest, StreamWhoseVersionCannotBeHad_EndsWithTheReason) {
  bundles_.FailWith(absl::UnavailableError("control is away"));
  grpc::ClientContext context;
  Name(&context, kUnloaded);
  const auto stream = stub_->PredictStream(&context);
  ASSERT_TRUE(stream->Write(Wide(1)));
  v1::PredictResponse none;
  EXPECT_FALSE(stream->Read(&none));
  EXPECT_THAT(FromGrpc(stream->Finish()),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("control is away")));
}

TEST_F(OnDemandCallsTest, Explain_WaitsForItsVersion) {
  bundles_.Hold(Sha(kUnloaded));
  std::thread caller([&] {
    grpc::ClientContext context;
    Name(&context, kUnloaded);
    v1::ExplainResponse response;
    const grpc::Status status = stub_->Explain(&context, Wide<v1::ExplainRequest>(3), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.explanations(0).prediction().value(), 23);
  });
  AwaitWaiting(1);
  bundles_.Release(Sha(kUnloaded));
  caller.join();
}

TEST_F(OnDemandCallsTest, OpenInference_SaysReady_DescribesAndInfers) {
  grpc::ClientContext ready_context;
  Name(&ready_context, kUnloaded);
  inference::ModelReadyRequest ready_request;
  ready_request.set_name("flower");
  inference::ModelReadyResponse ready;
  ASSERT_TRUE(inference_stub_->ModelReady(&ready_context, ready_request, &ready).ok());
  EXPECT_TRUE(ready.ready()) << "who asks first is to call";
  EXPECT_EQ(bundles_.fetches(Sha(kUnloaded)), 0);

  grpc::ClientContext metadata_context;
  Name(&metadata_context, kUnloaded);
  inference::ModelMetadataRequest metadata_request;
  metadata_request.set_name("flower");
  inference::ModelMetadataResponse metadata;
  ASSERT_TRUE(inference_stub_->ModelMetadata(&metadata_context, metadata_request, &metadata).ok());
  EXPECT_EQ(metadata.inputs_size(), 2);
  EXPECT_EQ(metadata.versions_size(), 2);

  grpc::ClientContext infer_context;
  Name(&infer_context, kUnloaded);
  inference::ModelInferResponse response;
  ASSERT_TRUE(inference_stub_->ModelInfer(&infer_context, WideTensor(3), &response).ok());
  EXPECT_EQ(response.outputs(0).contents().fp64_contents(0), 23);
}

TEST_F(OnDemandCallsTest, InferenceStream_AnswersWithTheReason_AndTriesAgainWithTheNextRequest) {
  bundles_.FailWith(absl::UnavailableError("control is away"));
  grpc::ClientContext context;
  Name(&context, kUnloaded);
  const auto stream = inference_stub_->ModelStreamInfer(&context);
  inference::ModelStreamInferResponse response;
  ASSERT_TRUE(stream->Write(WideTensor(3)));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_THAT(response.error_message(), HasSubstr("control is away"));
  bundles_.FailWith(absl::OkStatus());
  ASSERT_TRUE(stream->Write(WideTensor(4)));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.error_message(), "");
  EXPECT_EQ(response.infer_response().outputs(0).contents().fp64_contents(0), 24);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace serin
