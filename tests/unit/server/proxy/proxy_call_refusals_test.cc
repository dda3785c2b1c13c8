#include "absl/strings/str_cat.h"
#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr uint32_t kNoError = 0;

TEST_F(ProxyCallTest, UnknownMethod_IsUnimplemented_AndOfNoLabel) {
  StreamRecord& caller = Call("/serin.v1.PredictService/Guess");
  EXPECT_THAT(EndOf(caller),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("has no method Guess")));
  EXPECT_EQ(ReasonOf(EndOf(caller)), "UNKNOWN_METHOD");
  EXPECT_TRUE(caller.destroyed);
  EXPECT_THAT(Metrics(), Not(HasSubstr("Guess")));
  EXPECT_THAT(Metrics(), HasSubstr(R"(method="unknown")"));
}

TEST_F(ProxyCallTest, WhatIsNotAPost_Is405) {
  StreamRecord& get = callers_.emplace_back();
  front_.OnRequest(std::make_unique<FakeStream>(&get),
                   {{":method", "GET"}, {":path", "/"}, {"content-type", "application/grpc"}}, true,
                   {});
  EXPECT_EQ(get.headers.at(0).Get(":status"), "405");
  EXPECT_TRUE(get.ended);
  EXPECT_TRUE(get.destroyed);
}

TEST_F(ProxyCallTest, AMessageThatAnnounces4GiB_IsRefusedAtOnce) {
  ConnectAll();
  for (const char* path :
       {"/serin.v1.DatasetService/UploadDataset", "/serin.v1.PredictService/Predict"}) {
    StreamRecord& caller = Call(path);
    caller.handler->OnData(absl::string_view("\0\xff\xff\xff\xff", 5), false);
    EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ReasonOf(EndOf(caller)), "MESSAGE_TOO_LARGE");
    EXPECT_EQ(caller.reset, kNoError);
  }
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_EQ(front_.calls(), 0);
}

TEST_F(ProxyCallTest, BytesThatAreNotGrpcs_AreRefused) {
  ConnectAll();
  StreamRecord& garbage = Upload();
  garbage.handler->OnData("GET / HTTP/1.1\r\n", false);
  EXPECT_EQ(ReasonOf(EndOf(garbage)), "MALFORMED_MESSAGE");
  StreamRecord& cut = Upload();
  cut.handler->OnData(Framed("abc").substr(0, 6), true);
  EXPECT_EQ(ReasonOf(EndOf(cut)), "MALFORMED_MESSAGE");
  Finish(cut);
}

TEST_F(ProxyCallTest, NoMessageAtAll_IsForwarded_OrRefusedWhereOneIsNeeded) {
  ConnectAll();
  StreamRecord& upload = Call("/serin.v1.DatasetService/UploadDataset", {}, /*end=*/true);
  EXPECT_TRUE(At("dataset").ended);
  EXPECT_FALSE(upload.ended);
  StreamRecord& predict = Call("/serin.v1.PredictService/Predict", {}, /*end=*/true);
  EXPECT_EQ(EndOf(predict).message(), "the call ended without a request message");
  Finish(predict);
}

// Nobody knows what becomes of them: a megabyte may be a gigabyte.
TEST_F(ProxyCallTest, CompressedMessages_AreRefused) {
  ConnectAll();
  std::string body = Framed("squeezed");
  body[0] = 1;
  for (const char* method :
       {"DatasetService/GetDataset", "DatasetService/UploadDataset", "PredictService/Predict"}) {
    StreamRecord& caller = Call(absl::StrCat("/serin.v1.", method),
                                {{"grpc-encoding", "gzip"}, {"serin-model", "iris"}});
    caller.handler->OnData(body, true);
    EXPECT_EQ(ReasonOf(EndOf(caller)), "COMPRESSED_MESSAGE") << method;
    EXPECT_EQ(EndOf(caller).code(), absl::StatusCode::kUnimplemented);
    Finish(caller);
  }
  EXPECT_EQ(Chosen(), "(none)");
  EXPECT_EQ(At("dataset").data, "");
}

TEST_F(ProxyCallTest, CallerOverItsRate_IsRefused_UntilItsBucketFills) {
  SharedCallerRates rates({.per_second = 1, .burst = 2});
  Admission admission(100, &rates);
  Admission on_another_loop(100, &rates);
  const PublicMethod& method = **routes_.Find("/serin.v1.DatasetService/GetDataset");
  const auto admit = [&](const char* peer) {
    return admission.Admit(method, peer, loop_.Now()).status();
  };
  EXPECT_THAT(admit("192.0.2.1:1"), IsOk());
  EXPECT_THAT(admit("192.0.2.1:2"), IsOk());
  EXPECT_EQ(ReasonOf(admit("192.0.2.1:3")), "RATE_LIMITED");
  EXPECT_EQ(ReasonOf(on_another_loop.Admit(method, "192.0.2.1:4", loop_.Now()).status()),
            "RATE_LIMITED");
  EXPECT_THAT(admit("192.0.2.2:1"), IsOk());
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(admit("192.0.2.1:4"), IsOk());
  EXPECT_EQ(admission.rate_limited(), 1);
}

TEST_F(ProxyCallTest, MoreCallsThanThereMayBe_AreRefused_WithWhenToComeAgain) {
  ConnectAll();
  for (int i = 0; i < 10; ++i) Upload();
  StreamRecord& refused = Upload();
  EXPECT_EQ(EndOf(refused).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(EndOf(refused).GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  callers_.front().handler->OnClosed(StreamEnd::kReset, kCancel);
  EXPECT_FALSE(Upload().ended);
  Predict();  // Predictions have room that nothing else takes.
  EXPECT_NE(Chosen(), "(none)");
}

}  // namespace
}  // namespace serin
