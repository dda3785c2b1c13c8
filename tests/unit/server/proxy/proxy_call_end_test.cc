#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kNoError = 0;

TEST_F(ProxyCallTest, Flow_TheWindowOpensForWhatTheOtherSideSent) {
  ConnectAll();
  StreamRecord& caller = Upload();
  StreamRecord& upstream = At("dataset");
  caller.handler->OnData(Framed(std::string(1000, 'x')), false);
  EXPECT_EQ(upstream.data.size(), 1005);
  EXPECT_EQ(caller.consumed, 0);
  upstream.handler->OnSent(400);
  EXPECT_EQ(caller.consumed, 400);
  upstream.handler->OnSent(605);
  EXPECT_EQ(caller.consumed, 1005);

  upstream.handler->OnHeaders({{":status", "200"}, {"content-type", "application/grpc"}}, false);
  upstream.handler->OnData(Framed(std::string(100, 'y')), false);
  EXPECT_EQ(upstream.consumed, 0);
  caller.handler->OnSent(105);
  EXPECT_EQ(upstream.consumed, 105);
}

TEST_F(ProxyCallTest, Flow_AFirstMessageThatIsTakenWhole_IsNotPaidForTwice) {
  ConnectAll();
  StreamRecord& caller = Call("/serin.v1.PredictService/Predict");
  const std::string body = PredictIris();
  caller.handler->OnData(body.substr(0, 4), false);
  EXPECT_EQ(caller.consumed, 4);
  EXPECT_EQ(Chosen(), "(none)");
  caller.handler->OnData(body.substr(4), false);
  EXPECT_EQ(caller.consumed, body.size());
  StreamRecord& upstream = At(Chosen());
  EXPECT_EQ(upstream.data, body);
  EXPECT_FALSE(upstream.ended);
  upstream.handler->OnSent(body.size());
  EXPECT_EQ(caller.consumed, body.size());
  caller.handler->OnData("", true);
  EXPECT_TRUE(upstream.ended);
}

TEST_F(ProxyCallTest, Timeout_IsPassedOn_LessTheTimeSpent) {
  StreamRecord& caller = Get({{"grpc-timeout", "2S"}});
  loop_.Advance(absl::Milliseconds(500));
  ConnectAll();
  const auto left = ParseGrpcTimeout(At("dataset").headers.at(0).Get("grpc-timeout"));
  EXPECT_EQ(*left, absl::Milliseconds(1500));
  EXPECT_FALSE(caller.ended);
}

TEST_F(ProxyCallTest, DeadlinePasses_BothSidesEnd) {
  ConnectAll();
  StreamRecord& caller = Upload({{"grpc-timeout", "1S"}});
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kDeadlineExceeded, HasSubstr("deadline")));
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_EQ(caller.reset, kNoError);  // The rest of the request is not wanted.
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, ACallThatComesWithNoTimeLeft_GoesNoFurther) {
  ConnectAll();
  StreamRecord& caller = Get({{"grpc-timeout", "1n"}});
  EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kDeadlineExceeded, HasSubstr("deadline")));
  EXPECT_EQ(StreamsAt("dataset"), 0u);
  EXPECT_EQ(front_.calls(), 0);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="DEADLINE_EXCEEDED",method="GetDataset")"));
}

TEST_F(ProxyCallTest, DeadlinePasses_WhileAnswersWaitForASlowCaller_TheStreamIsCut) {
  ConnectAll();
  StreamRecord& caller = Get({{"grpc-timeout", "1S"}});
  AnswerWith(At("dataset"), "an answer that the caller does not read");
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(caller.reset, kCancel);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, BadTimeout_IsRefused) {
  StreamRecord& caller = Get({{"grpc-timeout", "soon"}});
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, CallerGoesAway_TheUpstreamIsReset) {
  ConnectAll();
  StreamRecord& caller = Upload();
  caller.handler->OnData(Framed("a,b"), false);
  caller.handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_FALSE(At("dataset").ended);  // A half-close would have looked like the end of the file.
  EXPECT_EQ(front_.calls(), 0);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="CANCELLED",method="UploadDataset")"));
}

TEST_F(ProxyCallTest, CallerGoesAwayAtItsDeadline_CountsAsThat) {
  ConnectAll();
  StreamRecord& caller = Get({{"grpc-timeout", "1S"}});
  loop_.Advance(absl::Milliseconds(950));
  caller.handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="DEADLINE_EXCEEDED",method="GetDataset")"));
}

TEST_F(ProxyCallTest, CallerGoesAwayWhileItWaits_NothingIsOpenedLater) {
  StreamRecord& caller = Get();
  EXPECT_EQ(front_.calls(), 1);
  caller.handler->OnClosed(StreamEnd::kConnectionLost, 0);
  EXPECT_EQ(front_.calls(), 0);
  ConnectAll();
  EXPECT_EQ(StreamsAt("dataset"), 0);
}

}  // namespace
}  // namespace serin
