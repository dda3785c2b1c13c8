#include "inference/grpc_service.pb.h"
#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

// Version 2 exists, and no predictor has loaded it.
TEST_F(ProxyCallTest, OpenInference_IsRoutedByItsOwnFields) {
  ConnectAll();
  inference::ModelInferRequest request;
  request.set_model_name("iris");
  StreamRecord& caller = Call("/inference.GRPCInferenceService/ModelInfer");
  caller.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_EQ(At(Chosen()).headers.at(0).Get("serin-version"), "1");

  request.set_model_version("2");
  StreamRecord& pinned = Call("/inference.GRPCInferenceService/ModelInfer");
  pinned.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_THAT(EndOf(pinned), IsError(absl::StatusCode::kUnavailable,
                                     HasSubstr("no predictor has loaded models/iris/versions/2")));
  Finish(pinned);
}

TEST_F(ProxyCallTest, QuestionAboutAVersionThatNobodyHas_IsAnsweredByAnyPredictor) {
  upstreams_.Update(Iris());
  ConnectAll();
  inference::ModelReadyRequest request;
  request.set_name("iris@2");
  StreamRecord& caller = Call("/inference.GRPCInferenceService/ModelReady");
  caller.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_FALSE(caller.trailers.has_value());
  size_t heads = 0;
  for (const char* target : {"predict-shadow", "predict-a", "predict-b"}) {
    for (const StreamRecord& stream : connector_.To(target).streams) {
      ++heads;
      EXPECT_EQ(stream.headers.at(0).Get("serin-version"), "2");
    }
  }
  EXPECT_EQ(heads, 1);
}

TEST_F(ProxyCallTest, StatisticsOfNoModel_GoToAnyPredictor_AndAModelThatIsNotThereIsNotFound) {
  ConnectAll();
  StreamRecord& all = Call("/inference.GRPCInferenceService/ModelStatistics");
  all.handler->OnData(Framed(""), true);
  EXPECT_FALSE(all.trailers.has_value());
  inference::ModelStatisticsRequest request;
  request.set_name("rose");
  StreamRecord& rose = Call("/inference.GRPCInferenceService/ModelStatistics");
  rose.handler->OnData(Framed(request.SerializeAsString()), true);
  EXPECT_THAT(EndOf(rose), IsError(absl::StatusCode::kNotFound, "models/rose does not exist"));
  Finish(rose);
}

TEST_F(ProxyCallTest, PredictStream_IsRoutedByItsFirstMessage_AndGetsNoShadow) {
  ConnectAll();
  StreamRecord& caller = Call("/serin.v1.PredictService/PredictStream");
  caller.handler->OnData(PredictIris(), false);
  StreamRecord& upstream = At(Chosen());
  EXPECT_EQ(upstream.headers.at(0).Get("serin-version"), "1");
  AnswerWith(upstream, "first");
  EXPECT_EQ(caller.data, Framed("first"));
  EXPECT_EQ(StreamsAt("predict-shadow"), 0);
}

TEST_F(ProxyCallTest, ModelOrVersionThatIsNotThere_IsNamed) {
  ConnectAll();
  upstreams_.Update(Iris());
  StreamRecord& wine = Predict({}, "wine");
  EXPECT_EQ(EndOf(wine), ResourceNotFound("models/wine"));
  Finish(wine);
  StreamRecord& second = Predict({}, "iris@2");
  EXPECT_THAT(EndOf(second), IsError(absl::StatusCode::kUnavailable,
                                     HasSubstr("no predictor has loaded models/iris/versions/2")));
  Finish(second);
}

TEST_F(ProxyCallTest, LongPrediction_IsRoutedByItsBeginning_AndFlowsOn) {
  ConnectAll();
  v1::PredictRequest request;
  request.set_model("iris");
  request.add_rows()->mutable_features()->insert({std::string(100'000, 'x'), {}});
  const std::string body = Framed(request.SerializeAsString());
  StreamRecord& caller = Call("/serin.v1.PredictService/Predict");
  caller.handler->OnData(body.substr(0, 10), false);
  EXPECT_EQ(Chosen(), "(none)");
  caller.handler->OnData(body.substr(10, 20'000), false);
  ASSERT_NE(Chosen(), "(none)");
  StreamRecord& upstream = At(Chosen());
  EXPECT_EQ(upstream.headers.at(0).Get("serin-model"), "iris");
  EXPECT_EQ(caller.consumed, 20'010);
  caller.handler->OnData(body.substr(20'010), true);
  EXPECT_EQ(upstream.data, body);
  EXPECT_EQ(caller.consumed, 20'010);  // The rest when it has been sent on.
  upstream.handler->OnSent(body.size());
  EXPECT_EQ(caller.consumed, body.size());
  EXPECT_EQ(counters_.shadows_left_out, 1);  // Too long to be kept for a copy.
}

TEST_F(ProxyCallTest, ModelInItsLongForm_IsFoundAsWell) {
  ConnectAll();
  Predict({}, "models/iris/versions/1");
  ASSERT_NE(Chosen(), "(none)");
  EXPECT_EQ(At(Chosen()).headers.at(0).Get("serin-version"), "1");
}

}  // namespace
}  // namespace serin
