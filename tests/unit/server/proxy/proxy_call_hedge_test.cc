#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

class HedgedCallTest : public ProxyCallTest, public ::testing::WithParamInterface<bool> {};

INSTANTIATE_TEST_SUITE_P(Hedge, HedgedCallTest, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "SecondWins" : "FirstWins"; });

TEST_P(HedgedCallTest, SlowPrediction_GoesToASecondReplica_AndTheFirstAnswerCounts) {
  services_.hedge = true;
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  const std::string second = Other(first);
  loop_.Advance(absl::Milliseconds(49));
  EXPECT_EQ(connector_.To(second).open(), 0);
  loop_.Advance(absl::Milliseconds(1));
  ASSERT_EQ(connector_.To(second).open(), 1);
  EXPECT_EQ(At(second).data, PredictIris());
  AnswerWith(At(GetParam() ? second : first), "setosa");
  EXPECT_EQ(caller.data, Framed("setosa"));
  EXPECT_THAT(EndOf(caller), IsOk());
  EXPECT_TRUE(At(first).destroyed);
  EXPECT_TRUE(At(second).destroyed);
  Finish(caller);
  EXPECT_EQ(upstreams_.pool(UpstreamRole::kPredict).outstanding(), shadows_.calls());
}

TEST_F(ProxyCallTest, PredictionsThatUsuallyTakeLong_AreHedgedLater) {
  ConnectAll();
  for (int i = 0; i < 20; ++i) {
    StreamRecord& caller = Predict();
    loop_.Advance(absl::Milliseconds(200));
    AnswerWith(At(Chosen()), "setosa");
    Finish(caller);
  }
  services_.hedge = true;
  Predict();
  const std::string second = Other(Chosen());
  loop_.Advance(absl::Milliseconds(150));
  EXPECT_EQ(connector_.To(second).open(), 0);
  loop_.Advance(absl::Milliseconds(100));
  EXPECT_EQ(connector_.To(second).open(), 1);
}

TEST_F(ProxyCallTest, SlowPredictionWhoseFirstReplicaIsLost_IsAnsweredByTheSecond) {
  services_.hedge = true;
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  loop_.Advance(absl::Milliseconds(50));
  connector_.To(first).Close();
  AnswerWith(At(Other(first)), "setosa");
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, HedgeThatIsLost_ChangesNothing) {
  services_.hedge = true;
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  loop_.Advance(absl::Milliseconds(50));
  connector_.To(Other(first)).Close();
  EXPECT_FALSE(caller.ended);
  AnswerWith(At(first), "setosa");
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
}

TEST_F(ProxyCallTest, PredictionWhoseReplicaAnswersNobody_GoesToAnother_ThoughHedgingIsOff) {
  upstreams_.pool(UpstreamRole::kPredict).set_stall_observer([this](const Endpoint* endpoint) {
    front_.OnStalled(endpoint);
  });
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string stopped = Chosen();
  const std::string other = Other(stopped);
  for (int i = 0; i < 10 && connector_.To(other).open() == 0; ++i) {
    AnswerWith(At("predict-shadow"), "setosa");
    StreamRecord& meanwhile = Predict();
    if (connector_.To(other).open() > 0) {
      AnswerWith(At(other), "setosa");
      Finish(meanwhile);
    } else {  // Replicas are drawn: now and then it is the stopped one again.
      meanwhile.handler->OnClosed(StreamEnd::kReset, kCancel);
    }
    loop_.Advance(absl::Milliseconds(100));
  }
  ASSERT_EQ(connector_.To(other).open(), 1);
  EXPECT_EQ(At(other).data, PredictIris());
  AnswerWith(At(other), "virginica");
  EXPECT_EQ(caller.data, Framed("virginica"));
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
}

}  // namespace
}  // namespace serin
