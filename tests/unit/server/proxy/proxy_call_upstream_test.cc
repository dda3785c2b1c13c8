#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kLongestRetryDelay = absl::Milliseconds(20);
constexpr uint32_t kNoError = 0;
constexpr uint32_t kInternalError = 2;

TEST_F(ProxyCallTest, UpstreamThatIsDown_IsUnavailable_AtOnce) {
  connector_.To("dataset").Close();
  StreamRecord& caller = Get();
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(EndOf(caller)), "UPSTREAM_UNAVAILABLE");
  Finish(caller);
}

TEST_F(ProxyCallTest, UpstreamThatIsConnecting_IsWaitedFor_WhateverComesOfIt) {
  StreamRecord& caller = Get();
  EXPECT_FALSE(caller.ended);
  EXPECT_EQ(caller.consumed, 0);  // Held back meanwhile.
  connector_.To("dataset").Close();
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  Finish(caller);

  loop_.Advance(absl::Seconds(1));
  StreamRecord& next = Get();
  ConnectAll();
  EXPECT_EQ(At("dataset").data, Framed("iris"));
  AnswerWith(At("dataset"), "x");
  EXPECT_THAT(EndOf(next), IsOk());
  Finish(next);
}

TEST_F(ProxyCallTest, UpstreamThatIsNeverWell_IsTriedThreeTimes) {
  ConnectAll();
  StreamRecord& caller = Get();
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(caller.ended);
    At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
    loop_.Advance(kLongestRetryDelay);
  }
  EXPECT_EQ(StreamsAt("dataset"), 3);
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  Finish(caller);
}

TEST_F(ProxyCallTest, UpstreamThatResets_IsTold_WithTheCodeThatGrpcHasForIt) {
  ConnectAll();
  StreamRecord& caller = Get();
  At("dataset").handler->OnClosed(StreamEnd::kReset, kInternalError);
  EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kInternal, HasSubstr("the dataset role")));
  EXPECT_EQ(ReasonOf(EndOf(caller)), "UPSTREAM_RESET");
  Finish(caller);
}

TEST_F(ProxyCallTest, UpstreamThatAnswersAsAWebServer_IsUnavailable_AndNotQuotedToTheCaller) {
  ConnectAll();
  StreamRecord& caller = Upload();
  StreamRecord& upstream = At("dataset");
  upstream.handler->OnHeaders({{":status", "502"}, {"content-type", "text/html"}}, false);
  EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(EndOf(caller).message()), Not(HasSubstr("html")));
  EXPECT_TRUE(upstream.destroyed);
}

TEST_F(ProxyCallTest, UpstreamThatEndsWithoutAStatus_OrWithinAMessage_GetsOne) {
  ConnectAll();
  const Headers head = {{":status", "200"}, {"content-type", "application/grpc"}};
  StreamRecord& silent = Get();
  At("dataset").handler->OnHeaders(head, false);
  At("dataset").handler->OnData("", true);
  EXPECT_EQ(EndOf(silent).code(), absl::StatusCode::kUnknown);
  Finish(silent);
  StreamRecord& cut = Get();
  At("dataset").handler->OnHeaders(head, false);
  At("dataset").handler->OnData(Framed("abc").substr(0, 7), false);
  At("dataset").handler->OnTrailers({{"grpc-status", "0"}});
  EXPECT_EQ(EndOf(cut).code(), absl::StatusCode::kInternal);
  Finish(cut);
  StreamRecord& garbage = Get();
  At("dataset").handler->OnHeaders(head, false);
  At("dataset").handler->OnData("garbage", false);
  EXPECT_EQ(ReasonOf(EndOf(garbage)), "BAD_UPSTREAM");
  Finish(garbage);
}

TEST_F(ProxyCallTest, UpstreamThatAnswersEarly_EndsTheUpload) {
  ConnectAll();
  StreamRecord& caller = Upload();
  caller.handler->OnData(Framed("first"), false);
  At("dataset").handler->OnHeaders(GrpcTrailersOnly(absl::InvalidArgumentError("line 2")), true);
  EXPECT_EQ(EndOf(caller).message(), "line 2");
  EXPECT_EQ(caller.reset, kNoError);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, AnswerOfGrpcToWhatItCannotParse_IsExplained) {
  ConnectAll();
  StreamRecord& caller = Get();
  At("dataset").handler->OnHeaders(
      {{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "12"}}, true);
  EXPECT_THAT(EndOf(caller),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("could not parse the message as serin.v1.GetDatasetRequest")));
  Finish(caller);
}

}  // namespace
}  // namespace serin
