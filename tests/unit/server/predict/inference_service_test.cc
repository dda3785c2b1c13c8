#include "server/predict/inference_service.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "google/protobuf/text_format.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/served_models.h"

// The Open Inference Protocol as clients of Triton and KServe speak it, byte for byte where it is
// bytes.

namespace serin {
namespace {

using inference::GRPCInferenceService;
using inference::ModelInferRequest;
using inference::ModelInferResponse;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// Two rows, typed: width 3 and red, width -3 and missing.
ModelInferRequest TwoFlowers() {
  return Parse<ModelInferRequest>(R"pb(
    model_name: "flower"
    id: "42"
    inputs {
      name: "width"
      datatype: "FP64"
      shape: [ 2, 1 ]
      contents { fp64_contents: [ 3, -3 ] }
    }
    inputs {
      name: "color"
      datatype: "BYTES"
      shape: [ 2, 1 ]
      contents { bytes_contents: [ "red", "" ] }
    }
  )pb");
}

class InferenceServiceTest : public ::testing::Test {
 protected:
  InferenceServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = GRPCInferenceService::NewStub(server_->InProcessChannel({}));
  }

  ~InferenceServiceTest() override { server_->Shutdown(); }

  // Calls with the version that a proxy has chosen; empty: none.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (GRPCInferenceService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const Request& request, const std::string& version = "1") {
    grpc::ClientContext context;
    if (!version.empty()) context.AddMetadata(kVersionKey, version);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  absl::StatusOr<ModelInferResponse> Infer(const ModelInferRequest& request,
                                           const std::string& version = "1") {
    return Call(&GRPCInferenceService::Stub::ModelInfer, request, version);
  }

  ServedModels models_;
  SimulatedClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  IdGenerator ids_{&clock_};
  InferenceService service_{models_.host(), &ids_, &clock_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GRPCInferenceService::Stub> stub_;
};

TEST_F(InferenceServiceTest, TypedInputs_GiveTypedOutputs) {
  ASSERT_TRUE(models_.Serve({TinyClassifier()}));
  SERIN_ASSERT_OK_AND_ASSIGN(const ModelInferResponse response, Infer(TwoFlowers()));
  EXPECT_EQ(response.model_name(), "flower");
  EXPECT_EQ(response.model_version(), "1");
  EXPECT_EQ(response.id(), "42");
  EXPECT_EQ(response.parameters().at("prediction_id").string_param().size(), 26);
  EXPECT_EQ(response.raw_output_contents_size(), 0);
  ASSERT_EQ(response.outputs_size(), 2);
  const auto& label = response.outputs(0);
  EXPECT_EQ(label.name(), "label");
  EXPECT_EQ(label.datatype(), "BYTES");
  EXPECT_THAT(label.shape(), ElementsAre(2));
  EXPECT_THAT(label.contents().bytes_contents(), ElementsAre("large", "small"));
  const auto& probabilities = response.outputs(1);
  EXPECT_EQ(probabilities.name(), "probabilities");
  EXPECT_EQ(probabilities.datatype(), "FP64");
  EXPECT_THAT(probabilities.shape(), ElementsAre(2, 2));
  ASSERT_EQ(probabilities.contents().fp64_contents_size(), 4);
  EXPECT_NEAR(probabilities.contents().fp64_contents(1), 1 / (1 + std::exp(-4)), 1e-12);
}

TEST_F(InferenceServiceTest, RawInputs_GiveRawOutputs_ByteForByte) {
  using namespace std::string_literals;
  ASSERT_TRUE(models_.Serve({TinyClassifier(), TinyRegressor()}));
  ModelInferRequest request = TwoFlowers();
  for (auto& input : *request.mutable_inputs()) input.clear_contents();
  request.add_raw_input_contents(
      "\x00\x00\x00\x00\x00\x00\x08\x40\x00\x00\x00\x00\x00\x00\x08\xc0"s);  // 3, -3
  request.add_raw_input_contents("\x03\x00\x00\x00red\x00\x00\x00\x00"s);
  SERIN_ASSERT_OK_AND_ASSIGN(const ModelInferResponse response, Infer(request));
  ASSERT_EQ(response.raw_output_contents_size(), 2);
  EXPECT_FALSE(response.outputs(0).has_contents());
  EXPECT_EQ(response.raw_output_contents(0), "\x05\x00\x00\x00large\x05\x00\x00\x00small"s);
  EXPECT_EQ(response.raw_output_contents(1).size(), 4 * 8);

  SERIN_ASSERT_OK_AND_ASSIGN(const ModelInferResponse values, Infer(request, "2"));
  EXPECT_EQ(values.outputs(0).name(), "value");
  EXPECT_THAT(values.outputs(0).shape(), ElementsAre(2));
  // 3 + 1 for red, and -3.
  EXPECT_EQ(values.raw_output_contents(0),
            "\x00\x00\x00\x00\x00\x00\x10\x40\x00\x00\x00\x00\x00\x00\x08\xc0"s);
}

TEST_F(InferenceServiceTest, Outputs_AreThoseAskedFor_InThatOrder) {
  ASSERT_TRUE(models_.Serve({TinyClassifier()}));
  ModelInferRequest request = TwoFlowers();
  request.add_outputs()->set_name("classes");
  request.add_outputs()->set_name("label");
  SERIN_ASSERT_OK_AND_ASSIGN(const ModelInferResponse response, Infer(request));
  ASSERT_EQ(response.outputs_size(), 2);
  EXPECT_THAT(response.outputs(0).contents().bytes_contents(), ElementsAre("small", "large"));
  EXPECT_THAT(response.outputs(0).shape(), ElementsAre(2));
  EXPECT_EQ(response.outputs(1).name(), "label");
}

TEST_F(InferenceServiceTest, UnknownAndDoubleOutputs_AreRefused) {
  ASSERT_TRUE(models_.Serve({TinyClassifier(), TinyRegressor()}));
  ModelInferRequest request = TwoFlowers();
  request.add_outputs()->set_name("value");
  EXPECT_THAT(Infer(request),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("outputs[0].name: must be an output of the model, label, "
                                "probabilities, classes; is 'value'")));
  EXPECT_THAT(Infer(request, "2"), IsOk());
  request.add_outputs()->set_name("value");
  EXPECT_THAT(Infer(request, "2"), IsError(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("outputs[1].name: value is asked for")));
  (*request.mutable_outputs(0)->mutable_parameters())["classification"].set_int64_param(2);
  EXPECT_THAT(Infer(request, "2"), IsError(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("must not ask for classification")));
}

TEST_F(InferenceServiceTest, Version_IsTheProxysChoice_ElseTheRequests) {
  ASSERT_TRUE(models_.Serve({TinyRegressor(0), TinyRegressor(10)}));
  ModelInferRequest request = TwoFlowers();
  EXPECT_THAT(Infer(request, ""), IsError(absl::StatusCode::kFailedPrecondition,
                                          HasSubstr("does not know the traffic")));
  request.set_model_version("2");
  EXPECT_EQ(Infer(request, "")->model_version(), "2");
  EXPECT_EQ(Infer(request, "1")->model_version(), "1");
  request.set_model_version("two");
  EXPECT_THAT(Infer(request, ""), IsError(absl::StatusCode::kInvalidArgument,
                                          HasSubstr("version: must be a version number")));
  request.set_model_version("7");
  EXPECT_THAT(Infer(request, ""),
              IsError(absl::StatusCode::kNotFound, "models/flower/versions/7 does not exist"));
}

TEST_F(InferenceServiceTest, Metadata_HasTheModelsRealShapes_AndAllItsVersions) {
  ASSERT_TRUE(models_.Serve({TinyClassifier(), TinyRegressor()}));
  inference::ModelMetadataRequest request;
  request.set_name("flower");
  SERIN_ASSERT_OK_AND_ASSIGN(const inference::ModelMetadataResponse metadata,
                             Call(&GRPCInferenceService::Stub::ModelMetadata, request));
  EXPECT_EQ(metadata.DebugString(), Parse<inference::ModelMetadataResponse>(R"pb(
                                      name: "flower"
                                      versions: [ "1", "2" ]
                                      platform: "serin"
                                      inputs {
                                        name: "width"
                                        datatype: "FP64"
                                        shape: [ -1, 1 ]
                                      }
                                      inputs {
                                        name: "color"
                                        datatype: "BYTES"
                                        shape: [ -1, 1 ]
                                      }
                                      outputs {
                                        name: "label"
                                        datatype: "BYTES"
                                        shape: [ -1 ]
                                      }
                                      outputs {
                                        name: "probabilities"
                                        datatype: "FP64"
                                        shape: [ -1, 2 ]
                                      }
                                    )pb")
                                        .DebugString());
}

TEST_F(InferenceServiceTest, Config_SaysTheSameInTritonsWords) {
  ASSERT_TRUE(models_.Serve({TinyClassifier()}));
  inference::ModelConfigRequest request;
  request.set_name("flower");
  SERIN_ASSERT_OK_AND_ASSIGN(const inference::ModelConfigResponse response,
                             Call(&GRPCInferenceService::Stub::ModelConfig, request));
  EXPECT_EQ(response.DebugString(),
            Parse<inference::ModelConfigResponse>(R"pb(
              config {
                name: "flower"
                platform: "serin"
                version_policy { all {} }
                max_batch_size: 100000
                input { name: "width" data_type: TYPE_FP64 dims: 1 }
                input { name: "color" data_type: TYPE_STRING dims: 1 }
                output { name: "label" data_type: TYPE_STRING }
                output { name: "probabilities" data_type: TYPE_FP64 dims: 2 }
                backend: "serin"
              }
            )pb")
                .DebugString());
}

TEST_F(InferenceServiceTest, Ready_IsWhatAnswers_AndWhatIsNotThereIsNotFound) {
  inference::ServerReadyRequest server;
  EXPECT_FALSE(Call(&GRPCInferenceService::Stub::ServerReady, server)->ready());
  EXPECT_TRUE(Call(&GRPCInferenceService::Stub::ServerLive, {})->live());
  internal::v1::Bundle refused = TinyClassifier();
  refused.mutable_golden_rows()->set_outputs(0, 0.9);
  ASSERT_TRUE(models_.Serve({TinyClassifier(), refused}));
  EXPECT_TRUE(Call(&GRPCInferenceService::Stub::ServerReady, server)->ready());

  inference::ModelReadyRequest request;
  request.set_name("flower");
  const auto method = &GRPCInferenceService::Stub::ModelReady;
  EXPECT_TRUE(Call(method, request, "1")->ready());
  EXPECT_FALSE(Call(method, request, "2")->ready());
  EXPECT_THAT(Call(method, request, "3"),
              IsError(absl::StatusCode::kNotFound, "models/flower/versions/3 does not exist"));
}

TEST_F(InferenceServiceTest, Index_HasEveryVersion_WithItsStateAndWhy) {
  internal::v1::Bundle refused = TinyClassifier();
  refused.mutable_golden_rows()->set_outputs(0, 0.9);
  ASSERT_TRUE(models_.Serve({TinyClassifier(), refused}));
  inference::RepositoryIndexRequest request;
  const auto method = &GRPCInferenceService::Stub::RepositoryIndex;
  SERIN_ASSERT_OK_AND_ASSIGN(const inference::RepositoryIndexResponse all, Call(method, request));
  ASSERT_EQ(all.models_size(), 2);
  EXPECT_EQ(all.models(0).name(), "flower");
  EXPECT_EQ(all.models(0).version(), "1");
  EXPECT_EQ(all.models(0).state(), "READY");
  EXPECT_EQ(all.models(0).reason(), "");
  EXPECT_EQ(all.models(1).state(), "UNAVAILABLE");
  EXPECT_THAT(all.models(1).reason(), HasSubstr("golden"));
  request.set_ready(true);
  EXPECT_EQ(Call(method, request)->models_size(), 1);
}

TEST_F(InferenceServiceTest, Statistics_CountRequestsRowsAndErrors) {
  ASSERT_TRUE(models_.Serve({TinyClassifier(), TinyRegressor()}));
  EXPECT_THAT(Infer(TwoFlowers()), IsOk());
  EXPECT_THAT(Infer(TwoFlowers()), IsOk());
  ModelInferRequest wrong = TwoFlowers();
  wrong.clear_inputs();
  EXPECT_FALSE(Infer(wrong).ok());

  inference::ModelStatisticsRequest request;
  request.set_name("flower");
  const auto method = &GRPCInferenceService::Stub::ModelStatistics;
  SERIN_ASSERT_OK_AND_ASSIGN(const inference::ModelStatisticsResponse one, Call(method, request));
  ASSERT_EQ(one.model_stats_size(), 1);
  const inference::ModelStatistics& statistics = one.model_stats(0);
  EXPECT_EQ(statistics.name(), "flower");
  EXPECT_EQ(statistics.version(), "1");
  EXPECT_EQ(statistics.last_inference(), 1'700'000'000'000);
  EXPECT_EQ(statistics.inference_count(), 4);
  EXPECT_EQ(statistics.execution_count(), 2);
  const inference::InferStatistics& times = statistics.inference_stats();
  EXPECT_EQ(times.success().count(), 2);
  EXPECT_GT(times.success().ns(), 0);
  EXPECT_EQ(times.success().ns(),
            times.compute_input().ns() + times.compute_infer().ns() + times.compute_output().ns());
  EXPECT_EQ(times.fail().count(), 1);
  EXPECT_EQ(times.queue().ns(), 0);

  SERIN_ASSERT_OK_AND_ASSIGN(const inference::ModelStatisticsResponse all, Call(method, {}, ""));
  ASSERT_EQ(all.model_stats_size(), 2);
  EXPECT_EQ(all.model_stats(1).version(), "2");
  EXPECT_EQ(all.model_stats(1).execution_count(), 0);
}

TEST_F(InferenceServiceTest, ServerMetadata_NamesTheServer_AndTheExtensions) {
  SERIN_ASSERT_OK_AND_ASSIGN(const inference::ServerMetadataResponse metadata,
                             Call(&GRPCInferenceService::Stub::ServerMetadata, {}, ""));
  EXPECT_EQ(metadata.name(), "serin");
  EXPECT_THAT(metadata.extensions(),
              ElementsAre("binary_tensor_data", "model_configuration", "parameters", "statistics"));
}

TEST_F(InferenceServiceTest, Stream_AnswersInOrder_AndAnErrorIsAnAnswer) {
  ASSERT_TRUE(models_.Serve({TinyRegressor()}));
  grpc::ClientContext context;
  context.AddMetadata(kVersionKey, "1");
  const auto stream = stub_->ModelStreamInfer(&context);
  const auto ask = [&](const ModelInferRequest& request) {
    inference::ModelStreamInferResponse answer;
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&answer));
    return answer;
  };
  ModelInferRequest request = TwoFlowers();
  inference::ModelStreamInferResponse answer = ask(request);
  EXPECT_EQ(answer.error_message(), "");
  EXPECT_EQ(answer.infer_response().id(), "42");
  EXPECT_THAT(answer.infer_response().outputs(0).contents().fp64_contents(), ElementsAre(4, -3));
  EXPECT_EQ(answer.infer_response().parameters().count("triton_final_response"), 0);

  ModelInferRequest wrong = request;
  wrong.set_id("43");
  wrong.mutable_inputs(0)->set_shape(0, 5);
  answer = ask(wrong);
  EXPECT_THAT(answer.error_message(), HasSubstr("inputs[0].contents.fp64_contents: must have 5"));
  EXPECT_EQ(answer.infer_response().id(), "43");
  EXPECT_EQ(answer.infer_response().outputs_size(), 0);

  ModelInferRequest other = request;
  other.set_model_name("tree");
  EXPECT_THAT(ask(other).error_message(), AllOf(HasSubstr("'flower'"), HasSubstr("'tree'")));

  request.set_id("44");
  (*request.mutable_parameters())["triton_enable_empty_final_response"].set_bool_param(true);
  answer = ask(request);
  EXPECT_EQ(answer.infer_response().id(), "44");
  EXPECT_TRUE(answer.infer_response().parameters().at("triton_final_response").bool_param());

  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&answer));
  EXPECT_THAT(FromGrpc(stream->Finish()), IsOk());
}

}  // namespace
}  // namespace serin
