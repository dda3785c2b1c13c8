#include "server/predict/predict_service.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "google/protobuf/util/json_util.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/served_models.h"

namespace serin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PredictServiceTest : public testing::Test {
 protected:
  PredictServiceTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::PredictService::NewStub(server_->InProcessChannel({}));
  }

  ~PredictServiceTest() override { server_->Shutdown(); }

  // Serves these as versions 1, 2, ... of model `flower`.
  void Serve(const std::vector<internal::v1::Bundle>& bundles) {
    ASSERT_TRUE(models_.Serve(bundles));
  }

  // Calls with the version that a proxy has chosen, and the model by which it did; empty: none.
  absl::StatusOr<v1::PredictResponse> Predict(const std::string& request_json,
                                              const std::string& chosen_version,
                                              const std::string& routed_by = "") {
    v1::PredictRequest request;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(request_json, &request).ok());
    grpc::ClientContext context;
    if (!chosen_version.empty()) context.AddMetadata(kVersionKey, chosen_version);
    if (!routed_by.empty()) context.AddMetadata(kModelKey, routed_by);
    v1::PredictResponse response;
    const grpc::Status status = stub_->Predict(&context, request, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }

  // Calls version 1 with bytes for a message.
  absl::Status PredictBytes(const std::string& bytes) {
    const grpc::Slice slice(bytes);
    return PredictBytes(grpc::ByteBuffer(&slice, 1));
  }
  absl::Status PredictBytes(const grpc::ByteBuffer& request) {
    grpc::GenericStub stub(server_->InProcessChannel({}));
    grpc::ClientContext context;
    context.AddMetadata(kVersionKey, "1");
    grpc::ByteBuffer response;
    grpc::Status status;
    absl::Notification done;
    stub.UnaryCall(&context, "/serin.v1.PredictService/Predict", {}, &request, &response,
                   [&](grpc::Status outcome) {
                     status = std::move(outcome);
                     done.Notify();
                   });
    done.WaitForNotification();
    return FromGrpc(status);
  }

  double Counted(const std::string& outcome) {
    for (const auto& family : models_.registry().Collect()) {
      if (family.name != "serin_predictions_total") continue;
      for (const auto& metric : family.metric) {
        for (const auto& label : metric.label) {
          if (label.name == "outcome" && label.value == outcome) return metric.counter.value;
        }
      }
    }
    return -1;
  }

  ServedModels models_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  PredictService service_{models_.host(), &ids_};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PredictService::Stub> stub_;
};

constexpr char kWideRed[] =
    R"({"model": "flower", "rows": [{"features": {"width": 3, "color": "red"}}]})";

TEST_F(PredictServiceTest, Classification_GivesLabelAndProbabilities) {
  Serve({TinyClassifier()});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      Predict(R"({"model": "flower", "rows": [{"features": {"width": 3, "color": "red"}},
                                              {"features": {"width": -3, "color": null}}]})",
              "1"));
  EXPECT_EQ(response.model_version(), "models/flower/versions/1");
  EXPECT_EQ(response.prediction_id().size(), 26u);
  EXPECT_THAT(response.classes(), ElementsAre("small", "large"));
  ASSERT_EQ(response.predictions_size(), 2);
  EXPECT_EQ(response.predictions(0).label(), "large");
  EXPECT_NEAR(response.predictions(0).probabilities(1), 1 / (1 + std::exp(-4)), 1e-12);
  EXPECT_EQ(response.predictions(1).label(), "small");
  EXPECT_DOUBLE_EQ(
      response.predictions(1).probabilities(0) + response.predictions(1).probabilities(1), 1);
}

TEST_F(PredictServiceTest, Tie_GivesTheFirstClass) {
  Serve({TinyClassifier()});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      Predict(R"({"model": "flower", "rows": [{"features": {"width": 0, "color": "blue"}}]})",
              "1"));
  EXPECT_THAT(response.predictions(0).probabilities(), ElementsAre(0.5, 0.5));
  EXPECT_EQ(response.predictions(0).label(), "small");
}

TEST_F(PredictServiceTest, Regression_GivesTheValue) {
  Serve({TinyRegressor(10)});
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse response, Predict(kWideRed, "1"));
  EXPECT_EQ(response.predictions(0).value(), 14);
  EXPECT_THAT(response.classes(), IsEmpty());
  EXPECT_THAT(response.predictions(0).probabilities(), IsEmpty());
}

TEST_F(PredictServiceTest, UnseenCategory_CountsAsMissing_AndIsNamed) {
  Serve({TinyRegressor()});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      Predict(R"({"model": "flower", "rows": [{"features": {"width": 3, "color": "red"}},
                                              {"features": {"width": 3, "color": "puce"}}]})",
              "1"));
  EXPECT_THAT(response.predictions(0).unseen_categories(), IsEmpty());
  EXPECT_THAT(response.predictions(1).unseen_categories(), ElementsAre("color"));
  EXPECT_EQ(response.predictions(1).value(), 3);
}

TEST_F(PredictServiceTest, FastForm_GivesTheSameAnswer) {
  Serve({TinyRegressor()});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      Predict(R"({"model": "flower", "columns": [{"name": "color", "strings": {"values": ["red"]}},
                                                 {"name": "width", "numbers": {"values": [3]}}]})",
              "1"));
  EXPECT_EQ(response.predictions(0).value(), 4);
}

TEST_F(PredictServiceTest, VersionChosenByTheProxy_Answers) {
  Serve({TinyRegressor(0), TinyRegressor(10)});
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse response, Predict(kWideRed, "2"));
  EXPECT_EQ(response.model_version(), "models/flower/versions/2");
  EXPECT_EQ(response.predictions(0).value(), 14);
}

TEST_F(PredictServiceTest, PinnedVersion_NeedsNoProxy) {
  Serve({TinyRegressor(0), TinyRegressor(10)});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      Predict(R"({"model": "flower@2", "rows": [{"features": {"width": 3, "color": "red"}}]})",
              ""));
  EXPECT_EQ(response.predictions(0).value(), 14);
}

TEST_F(PredictServiceTest, CallThatPinsNothing_AndPassedNoProxy_IsRefused) {
  Serve({TinyRegressor()});
  EXPECT_THAT(Predict(kWideRed, ""),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("go through the proxy")));
}

TEST_F(PredictServiceTest, ModelOfTheMetadata_CountsWhereTheMessageNamesNone) {
  Serve({TinyRegressor(0), TinyRegressor(10)});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      Predict(R"({"rows": [{"features": {"width": 3, "color": "red"}}]})", "2", "flower"));
  EXPECT_EQ(response.model_version(), "models/flower/versions/2");
}

TEST_F(PredictServiceTest, MessageThatNamesAnotherModelThanTheProxyRoutedBy_IsRefused) {
  Serve({TinyRegressor(0), TinyRegressor(10)});
  EXPECT_THAT(Predict(kWideRed, "1", "flower"), IsOk());
  EXPECT_THAT(Predict(kWideRed, "1", "flower@canary"),
              IsError(absl::StatusCode::kInvalidArgument,
                      "model: must be as in the metadata serin-model, 'flower@canary', is "
                      "'flower'"));
}

TEST_F(PredictServiceTest, UnknownVersion_IsNotFound) {
  Serve({TinyRegressor()});
  EXPECT_THAT(Predict(kWideRed, "7"),
              IsError(absl::StatusCode::kNotFound, "models/flower/versions/7 does not exist"));
}

TEST_F(PredictServiceTest, BytesThatAreNoRequest_AreRefused) {
  Serve({TinyRegressor()});
  const std::string cut_in_its_head(
      "\x0a\x06"
      "flow");
  const std::string cut_in_its_row(
      "\x0a\x06"
      "flower"
      "\x1a\x02\x0a\x05");
  for (const std::string& bytes : {cut_in_its_head, cut_in_its_row, std::string("\xff")}) {
    EXPECT_THAT(PredictBytes(bytes), IsError(absl::StatusCode::kInvalidArgument,
                                             "the message is no serin.v1.PredictRequest"));
  }
}

TEST_F(PredictServiceTest, MessageThatComesInManyPieces_IsAnsweredAsOne) {
  Serve({TinyRegressor()});
  v1::PredictRequest request;
  request.set_model("flower");
  auto& features = *request.add_rows()->mutable_features();
  features["width"].set_number_value(3);
  features["color"].set_string_value("red");
  std::vector<grpc::Slice> pieces;
  for (const char byte : request.SerializeAsString()) pieces.emplace_back(&byte, 1);
  EXPECT_THAT(PredictBytes(grpc::ByteBuffer(pieces.data(), pieces.size())), IsOk());
}

TEST_F(PredictServiceTest, Outcomes_AreCountedByVersion) {
  Serve({TinyRegressor()});
  EXPECT_THAT(Predict(kWideRed, "1"), IsOk());
  EXPECT_THAT(Predict(R"({"model": "flower"})", "1"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("at least one row")));
  EXPECT_EQ(Counted("ok"), 1);
  EXPECT_EQ(Counted("invalid"), 1);
  EXPECT_EQ(Counted("failed"), 0);
}

}  // namespace
}  // namespace serin
