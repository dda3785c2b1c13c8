#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

constexpr absl::Duration kLongestRetryDelay = absl::Milliseconds(20);

TEST_F(ProxyCallTest, LostPrediction_IsSentToTheOtherReplica) {
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  connector_.To(first).Close();
  loop_.Advance(kLongestRetryDelay);
  const std::string second = Chosen();
  EXPECT_EQ(second, Other(first));
  EXPECT_EQ(At(second).data, PredictIris());
  EXPECT_TRUE(At(second).ended);
  AnswerWith(At(second), "setosa");
  EXPECT_EQ(caller.data, Framed("setosa"));
  EXPECT_THAT(EndOf(caller), IsOk());
  Finish(caller);
}

TEST_F(ProxyCallTest, LostPrediction_OfWhichTheCallerHeard_IsNotRepeated) {
  ConnectAll();
  StreamRecord& caller = Predict();
  const std::string first = Chosen();
  At(first).handler->OnHeaders({{":status", "200"}, {"content-type", "application/grpc"}}, false);
  connector_.To(first).Close();
  EXPECT_EQ(Chosen(), "(none)");
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  Finish(caller);
}

TEST_F(ProxyCallTest, LostPrediction_WaitingForItsNextAttempt_EndsWithItsCaller) {
  ConnectAll();
  StreamRecord& caller = Predict();
  connector_.To(Chosen()).Close();
  caller.handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_EQ(front_.calls(), 0);
  loop_.Advance(kLongestRetryDelay);
  EXPECT_EQ(Chosen(), "(none)");
  EXPECT_EQ(deadlines_.size(), shadows_.calls());  // Those of copies.
}

TEST_F(ProxyCallTest, LostCallThatChangesThings_IsNotRepeated_UnlessItWasNotLookedAt) {
  ConnectAll();
  StreamRecord& lost = Upload();
  lost.handler->OnData(Framed("a"), true);
  At("dataset").handler->OnClosed(StreamEnd::kConnectionLost, 0);
  EXPECT_EQ(EndOf(lost).code(), absl::StatusCode::kUnavailable);
  Finish(lost);
  StreamRecord& refused = Upload();
  refused.handler->OnData(Framed("a"), false);
  At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
  EXPECT_FALSE(refused.ended);
  EXPECT_EQ(At("dataset").data, Framed("a"));
  refused.handler->OnData(Framed("b"), true);
  EXPECT_EQ(At("dataset").data, Framed("a") + Framed("b"));
  EXPECT_EQ(StreamsAt("dataset"), 3);
}

TEST_F(ProxyCallTest, LargeRequests_AreNotKept_AndSoNotRepeated) {
  ConnectAll();
  StreamRecord& caller = Upload();
  caller.handler->OnData(Framed(std::string(100'000, 'x')), false);
  At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
}

TEST_F(ProxyCallTest, RetriesAreKeptToTheirBudget) {
  ConnectAll();
  int attempts = 0;
  for (int i = 0; i < 200; ++i) {
    StreamRecord& caller = Get();
    while (!caller.ended) {
      ++attempts;
      At("dataset").handler->OnClosed(StreamEnd::kConnectionLost, 0);
      loop_.Advance(kLongestRetryDelay);
    }
    Finish(caller);
  }
  EXPECT_GT(attempts, 210);
  EXPECT_LT(attempts, 300);
}

TEST_F(ProxyCallTest, ReplicaThatFails_IsSparedForAWhile) {
  ConnectAll();
  for (int i = 0; i < 40; ++i) {
    StreamRecord& caller = Predict();
    const std::string chosen = Chosen();
    ASSERT_NE(chosen, "(none)");
    if (chosen == "predict-a") {
      At(chosen).handler->OnHeaders(GrpcTrailersOnly(absl::InternalError("broken")), true);
    } else {
      AnswerWith(At(chosen), "setosa");
    }
    Finish(caller);
    loop_.Advance(absl::Milliseconds(10));
  }
  EXPECT_EQ(upstreams_.pool(UpstreamRole::kPredict).ejections(), 1);
  EXPECT_EQ(StreamsAt("predict-a"), 5);
}

}  // namespace
}  // namespace serin
