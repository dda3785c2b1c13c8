#include "server/predict/explain_calls.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "google/protobuf/util/json_util.h"
#include "server/predict/predict_service.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Model `flower` with version 1, through the service.
class ExplainCallsTest : public testing::Test {
 protected:
  ExplainCallsTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PredictService::NewStub(server_->InProcessChannel({}));
  }

  ~ExplainCallsTest() override { server_->Shutdown(); }

  void Serve(const internal::v1::Bundle& bundle) {
    const StoredBundle stored(bundle);
    bytes_ = stored.bytes;
    internal::v1::ClusterState state;
    state.set_revision(1);
    auto* model = state.add_models();
    model->set_project("default");
    model->set_model("flower");
    auto* version = model->add_versions();
    version->set_version(1);
    version->set_bundle_sha256(stored.sha256);
    ASSERT_TRUE(host_.Apply(state));
  }

  absl::StatusOr<v1::ExplainResponse> Explain(const v1::ExplainRequest& request) {
    grpc::ClientContext context;
    context.AddMetadata(kVersionKey, "1");
    v1::ExplainResponse response;
    const grpc::Status status = stub_->Explain(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  absl::StatusOr<v1::ExplainResponse> Explain(const std::string& request_json) {
    v1::ExplainRequest request;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(request_json, &request).ok());
    return Explain(request);
  }

  std::string bytes_;
  prometheus::Registry registry_;
  PredictMetrics metrics_{&registry_};
  ModelHost host_{[this](const std::string&, const std::string&) { return bytes_; }, &metrics_};
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  PredictService service_{&host_, &ids_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PredictService::Stub> stub_;
};

constexpr char kWideRed[] =
    R"({"model": "flower", "rows": [{"features": {"width": 3, "color": "red"}}]})";

internal::v1::Bundle WithMeans(internal::v1::Bundle bundle) {
  for (const double mean : {2.0, 0.5, 0.5}) bundle.mutable_profile()->add_input_means(mean);
  return bundle;
}

TEST_F(ExplainCallsTest, Regression_SaysWhatEachFeatureAdded) {
  Serve(WithMeans(TinyRegressor(10)));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ExplainResponse response, Explain(kWideRed));
  EXPECT_EQ(response.model_version(), "models/flower/versions/1");
  EXPECT_EQ(response.prediction_id().size(), 26u);
  EXPECT_THAT(response.features(), ElementsAre("width", "color"));
  EXPECT_EQ(response.method(), v1::ExplainResponse::METHOD_LINEAR);
  EXPECT_EQ(response.scale(), v1::ExplainResponse::SCALE_VALUE);
  EXPECT_THAT(response.classes(), IsEmpty());
  ASSERT_EQ(response.explanations_size(), 1);
  const v1::Explanation& explanation = response.explanations(0);
  EXPECT_EQ(explanation.prediction().value(), 14);
  ASSERT_EQ(explanation.outputs_size(), 1);
  EXPECT_EQ(explanation.outputs(0).class_(), "");
  EXPECT_EQ(explanation.outputs(0).base(), 12.5);
  EXPECT_EQ(explanation.outputs(0).score(), 14);
  EXPECT_THAT(explanation.outputs(0).contributions(), ElementsAre(1, 0.5));
  EXPECT_THAT(explanation.outputs(0).errors(), IsEmpty());
}

TEST_F(ExplainCallsTest, TwoClasses_AreExplainedByTheLogOddsOfTheSecond) {
  Serve(WithMeans(TinyClassifier()));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ExplainResponse response, Explain(kWideRed));
  EXPECT_EQ(response.scale(), v1::ExplainResponse::SCALE_LOG_ODDS);
  EXPECT_THAT(response.classes(), ElementsAre("small", "large"));
  EXPECT_EQ(response.explanations(0).prediction().label(), "large");
  ASSERT_EQ(response.explanations(0).outputs_size(), 1);
  EXPECT_EQ(response.explanations(0).outputs(0).class_(), "large");
  EXPECT_EQ(response.explanations(0).outputs(0).score(), 4);
}

TEST_F(ExplainCallsTest, ModelsThatHaveToBeSampled_SayHowFarOff_AndTheSameWithTheSameSeed) {
  Serve(TinyClassifier());  // Without profile.
  v1::ExplainRequest request;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(kWideRed, &request).ok());
  request.set_samples(7);
  request.set_seed(3);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ExplainResponse response, Explain(request));
  EXPECT_EQ(response.method(), v1::ExplainResponse::METHOD_SAMPLED);
  EXPECT_EQ(response.scale(), v1::ExplainResponse::SCALE_PROBABILITY);
  const v1::Contributions& outputs = response.explanations(0).outputs(0);
  EXPECT_EQ(outputs.errors_size(), 2);
  EXPECT_EQ(outputs.score(), response.explanations(0).prediction().probabilities(1));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ExplainResponse again, Explain(request));
  EXPECT_EQ(again.explanations(0).SerializeAsString(),
            response.explanations(0).SerializeAsString());
}

TEST_F(ExplainCallsTest, RequestsAtFault_AreRefused_NamingTheField) {
  Serve(TinyClassifier());
  EXPECT_THAT(Explain(R"({"model": "flower"})"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("rows: must have")));
  EXPECT_THAT(Explain(R"({"model": "flower", "rows": [{"features": {"width": 3}}]})"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("[\"color\"]: is absent")));
  v1::ExplainRequest request;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(kWideRed, &request).ok());
  for (const int samples : {-1, 1, 10'001}) {
    request.set_samples(samples);
    EXPECT_THAT(Explain(request), IsError(absl::StatusCode::kInvalidArgument,
                                          HasSubstr("samples: must be 2 to 10000, is ")));
  }
  request.set_samples(2);
  for (int i = 0; i < 1000; ++i) *request.add_rows() = v1::Row(request.rows(0));
  EXPECT_THAT(Explain(request), IsError(absl::StatusCode::kInvalidArgument,
                                        "rows: must be at most 1000 rows, are 1001"));
}

TEST_F(ExplainCallsTest, UnknownModel_IsNotFound) {
  Serve(TinyClassifier());
  EXPECT_THAT(Explain(R"({"model": "tree", "rows": [{"features": {"width": 3}}]})"),
              IsError(absl::StatusCode::kNotFound, "models/tree/versions/1 does not exist"));
}

}  // namespace
}  // namespace serin
