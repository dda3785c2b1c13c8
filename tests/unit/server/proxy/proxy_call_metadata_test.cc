#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(ProxyCallTest, HeadForTheUpstream_HasTheMetadata_AndWhatTheProxyAdds) {
  ConnectAll();
  Predict({{"from-caller", "hello"},
           {"blob-bin", "YgE="},
           {"serin-request-id", "trace-1"},
           {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
           {"grpc-encoding", "identity"},
           {"connection", "x"},
           {"host", "evil"}});
  const Headers& head = At(Chosen()).headers.at(0);
  EXPECT_EQ(head.Get(":method"), "POST");
  EXPECT_EQ(head.Get(":path"), "/serin.v1.PredictService/Predict");
  EXPECT_EQ(head.Get("te"), "trailers");
  EXPECT_EQ(head.Get("content-type"), "application/grpc");
  EXPECT_EQ(head.Get("from-caller"), "hello");
  EXPECT_EQ(head.Get("blob-bin"), "YgE");
  EXPECT_EQ(head.Get("grpc-encoding"), "identity");
  EXPECT_EQ(head.Get("serin-request-id"), "trace-1");
  EXPECT_EQ(head.Get("serin-version"), "1");
  EXPECT_EQ(head.Get("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  for (const char* dropped : {"connection", "host", "user-agent", "grpc-timeout"}) {
    EXPECT_FALSE(head.Has(dropped)) << dropped;
  }
}

TEST_F(ProxyCallTest, WhatTheCallerForges_IsReplaced) {
  ConnectAll();
  Predict({{"serin-request-id", "two words"}, {"traceparent", "00-0-0-0"}}, "iris@1");
  const Headers& head = At(Chosen()).headers.at(0);
  EXPECT_EQ(head.Get("serin-request-id").size(), 26);
  EXPECT_TRUE(IsTraceparent(head.Get("traceparent"))) << head.Get("traceparent");
  Get({{"serin-version", "7"}});
  EXPECT_FALSE(At("dataset").headers.at(0).Has("serin-version"));
}

TEST_F(ProxyCallTest, BinaryMetadata_IsPassedOnWithoutPadding) {
  ConnectAll();
  for (const char* value : {"", "YQ", "YQ==", "YWE", "YWE=", "YWFh", "+/+/"}) {
    Get({{"blob-bin", value}});
    EXPECT_EQ(At("dataset").headers.at(0).Get("blob-bin"),
              std::string(value).substr(0, std::string(value).find('=')));
  }
}

// gRPC's C core would end the connection, and with it the calls of others.
TEST_F(ProxyCallTest, BinaryMetadataThatIsNotBase64_GoesNoFurther) {
  ConnectAll();
  for (const char* value : {"!!!", "Y", "YR", "YWF", "YWE,YWE", "Y=Q", "a b", "\xff\xff", "YQ-_"}) {
    StreamRecord& caller = Get({{"blob-bin", value}});
    EXPECT_EQ(ReasonOf(EndOf(caller)), "MALFORMED_METADATA") << value;
    EXPECT_THAT(EndOf(caller), IsError(absl::StatusCode::kInvalidArgument, HasSubstr("blob-bin")));
    Finish(caller);
  }
  EXPECT_EQ(ReasonOf(EndOf(Get({{"-bin", "!"}}))), "MALFORMED_METADATA");
  EXPECT_EQ(StreamsAt("dataset"), 0);
}

TEST_F(ProxyCallTest, ResponseMetadata_IsPassedOn_WithTheProxysRequestId) {
  ConnectAll();
  StreamRecord& caller = Get({{"serin-request-id", "trace-1"}});
  StreamHandler& upstream = *At("dataset").handler;
  upstream.OnHeaders({{":status", "103"}}, false);
  upstream.OnHeaders({{":status", "200"},
                      {"content-type", "application/grpc+proto"},
                      {"initial", "i"},
                      {"serin-request-id", "forged"}},
                     false);
  upstream.OnTrailers({{"grpc-status", "5"}, {"grpc-message", "no%20such"}, {"trailing", "t"}});
  const Headers& head = caller.headers.at(0);
  EXPECT_EQ(head.Get("content-type"), "application/grpc+proto");
  EXPECT_EQ(head.Get("initial"), "i");
  EXPECT_EQ(head.Get("serin-request-id"), "trace-1");
  EXPECT_EQ(caller.trailers->Get("trailing"), "t");
  EXPECT_EQ(caller.trailers->Get("grpc-message"), "no%20such");
  EXPECT_EQ(EndOf(caller), absl::NotFoundError("no such"));
  Finish(caller);
}

TEST_F(ProxyCallTest, ErrorWithoutAMessage_KeepsItsDetails) {
  ConnectAll();
  StreamRecord& caller = Get();
  Headers only = GrpcTrailersOnly(InvalidField("name", "is wrong"));
  only.Add("trailing", "t");
  At("dataset").handler->OnHeaders(only, true);
  EXPECT_EQ(EndOf(caller), InvalidField("name", "is wrong"));
  EXPECT_EQ(caller.trailers->Get("trailing"), "t");
  EXPECT_EQ(caller.headers.at(0).Get("serin-request-id").size(), 26);
  Finish(caller);
}

}  // namespace
}  // namespace serin
