#include "tests/unit/server/proxy/proxy_call_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(ProxyCallTest, Unary_GoesThereAndBack_AndEverythingIsFreed) {
  ConnectAll();
  StreamRecord& caller = Get();
  StreamRecord& upstream = At("dataset");
  EXPECT_EQ(upstream.data, Framed("iris"));
  EXPECT_TRUE(upstream.ended);
  AnswerWith(upstream, "a dataset");
  EXPECT_EQ(caller.data, Framed("a dataset"));
  EXPECT_THAT(EndOf(caller), IsOk());
  EXPECT_FALSE(caller.reset.has_value());
  Finish(caller);
  EXPECT_TRUE(upstream.destroyed);
  EXPECT_EQ(front_.calls(), 0);
  EXPECT_EQ(admission_.calls(), 0);
  EXPECT_EQ(upstreams_.pool(UpstreamRole::kDataset).outstanding(), 0);
  EXPECT_EQ(deadlines_.size(), 0);
  EXPECT_THAT(Metrics(), HasSubstr(R"({code="OK",method="GetDataset")"));
}

TEST_F(ProxyCallTest, WhatUpstreamsDid_IsCounted) {
  ConnectAll();
  AnswerWith([&]() -> StreamRecord& { return Get(), At("dataset"); }(), "answer");
  Get();
  At("dataset").handler->OnClosed(StreamEnd::kRefused, 7);
  At("dataset").handler->OnSent(9);
  const ProxyCounters::Role& counted = counters_.of(UpstreamRole::kDataset);
  EXPECT_EQ(counted.calls[0], 1);
  EXPECT_EQ(counted.calls[14], 1);
  EXPECT_EQ(counted.retries, 1);
  EXPECT_EQ(counted.received_bytes, Framed("answer").size());
  EXPECT_EQ(counted.sent_bytes, 9);
}

TEST_F(ProxyCallTest, Stopping_RefusesNewCalls_AndEndsTheOthersWhenTold) {
  ConnectAll();
  StreamRecord& under_way = Upload();
  front_.Refuse(absl::UnavailableError("the server is stopping"));
  EXPECT_EQ(EndOf(Upload()).message(), "the server is stopping");
  EXPECT_FALSE(under_way.ended);
  front_.AbortAll(absl::UnavailableError("the server is stopping"));
  EXPECT_EQ(EndOf(under_way).message(), "the server is stopping");
  EXPECT_TRUE(At("dataset").destroyed);
  EXPECT_EQ(front_.calls(), 0);
}

}  // namespace
}  // namespace serin
