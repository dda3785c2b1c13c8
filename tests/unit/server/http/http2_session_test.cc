#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/http/http2.h"
#include "tests/testing/memory_transport.h"
#include "tests/testing/simulated_loop.h"
#include "tests/unit/server/http/http2_peers.h"

// A client session and a server session, joined in memory.

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;
using testing::MakeTransportPair;
using ::testing::NotNull;
using testing::SimulatedLoop;
using testing::TransportPair;

constexpr uint32_t kNoError = 0;
constexpr uint32_t kInternalError = 2;
constexpr uint32_t kCancel = 8;

class Http2SessionTest : public ::testing::Test {
 protected:
  void Connect(const SessionLimits& server_limits = {}, const SessionLimits& client_limits = {},
               size_t capacity = 1 << 20) {
    TransportPair ends = MakeTransportPair(&loop_, capacity);
    server_ = ServeHttp2(&loop_, server_limits, &requests_,
                         {.transport = std::move(ends.first),
                          .peer = {.address = "10.0.0.1:4242"},
                          .on_closed = [this] {
                            server_closed_ = true;
                            server_.reset();
                          }});
    client_ =
        StartHttp2Client(&loop_, client_limits, std::move(ends.second), "10.0.0.2:1", &events_);
    loop_.RunPosted();
  }

  std::unique_ptr<StreamEndpoint> Open(const Headers& head, bool end) {
    auto endpoint = std::make_unique<StreamEndpoint>();
    endpoint->stream = client_->Open(head, end, endpoint.get());
    return endpoint;
  }

  // A call whose request has arrived.
  std::unique_ptr<StreamEndpoint> Call() {
    auto endpoint = Open(PostHead(), false);
    loop_.RunPosted();
    return endpoint;
  }

  SimulatedLoop loop_;
  Requests requests_;
  SessionLog events_;
  std::unique_ptr<ServerConnection> server_;
  std::unique_ptr<ClientSession> client_;
  bool server_closed_ = false;
};

TEST_F(Http2SessionTest, ClientIsReady_OnceThePeersSettingsCame) {
  TransportPair ends = MakeTransportPair(&loop_);
  client_ = StartHttp2Client(&loop_, {}, std::move(ends.second), "peer", &events_);
  loop_.RunPosted();
  EXPECT_THAT(events_.calls, IsEmpty());
  EXPECT_THAT(client_->Open(PostHead(), true, nullptr), IsNull());
  RawPeer peer(std::move(ends.first));
  peer.Write(std::string("\0\0\0\4\0\0\0\0\0", 9));  // SETTINGS.
  loop_.RunPosted();
  EXPECT_THAT(events_.calls, ElementsAre("ready"));
}

TEST_F(Http2SessionTest, StringsAreSentWithoutHuffmansCode) {
  TransportPair ends = MakeTransportPair(&loop_);
  client_ = StartHttp2Client(&loop_, {}, std::move(ends.second), "peer", &events_);
  RawPeer peer(std::move(ends.first));
  peer.Write(std::string("\0\0\0\4\0\0\0\0\0", 9));  // SETTINGS.
  loop_.RunPosted();
  Headers head = PostHead();
  head.Add("serin-request-id", "01m7zckmyyv0w0zpn1kszmt5eh");
  StreamEndpoint endpoint;
  endpoint.stream = client_->Open(head, true, &endpoint);
  loop_.RunPosted();
  EXPECT_THAT(peer.read, HasSubstr("01m7zckmyyv0w0zpn1kszmt5eh"));
}

TEST_F(Http2SessionTest, UnaryCall_CarriesHeadBodyAndTrailersBothWays) {
  Connect();
  auto call = Open(PostHead("/serin.v1.PredictService/Predict"), false);
  call->stream->SendData("question", true);
  loop_.RunPosted();
  ASSERT_EQ(requests_.size(), 1);
  EXPECT_EQ(requests_.heads[0].Get(":path"), "/serin.v1.PredictService/Predict");
  EXPECT_EQ(requests_.heads[0].Get("content-type"), "application/grpc");
  EXPECT_EQ(requests_.peer.address, "10.0.0.1:4242");
  EXPECT_FALSE(requests_.ends[0]);
  EXPECT_THAT(requests_[0].calls, ElementsAre("data question", "data end"));

  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendData("answer", false);
  requests_[0].stream->SendTrailers(Headers({{"grpc-status", "0"}}));
  loop_.RunPosted();
  EXPECT_THAT(call->calls,
              ElementsAre("headers 200", "data answer", "trailers 0", "closed complete 0"));
  EXPECT_EQ(requests_[0].calls.back(), "closed complete 0");
  EXPECT_EQ(call->sent, 8);
  EXPECT_EQ(requests_[0].sent, 6);
  EXPECT_EQ(client_->open_streams(), 0);
}

TEST_F(Http2SessionTest, TrailersOnlyAnswer_EndsWithItsHead) {
  Connect();
  auto call = Open(PostHead(), true);
  loop_.RunPosted();
  ASSERT_EQ(requests_.size(), 1);
  EXPECT_TRUE(requests_.ends[0]);
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}, {"grpc-status", "12"}}), true);
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("headers 200 end", "closed complete 0"));
}

TEST_F(Http2SessionTest, HeadThenTrailersWithoutBody) {
  Connect();
  auto call = Open(PostHead(), true);
  loop_.RunPosted();
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendTrailers(Headers({{"grpc-status", "5"}}));
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("headers 200", "trailers 5", "closed complete 0"));
}

TEST_F(Http2SessionTest, RequestTrailers_ReachTheServer) {
  Connect();
  auto call = Call();
  call->stream->SendData("x", false);
  call->stream->SendTrailers(Headers({{"grpc-status", "none"}}));
  loop_.RunPosted();
  EXPECT_THAT(requests_[0].calls, ElementsAre("data x", "trailers none"));
}

TEST_F(Http2SessionTest, InformationalHeads_ComeBeforeTheLast) {
  Connect();
  auto call = Open(PostHead(), true);
  loop_.RunPosted();
  requests_[0].stream->SendHeaders(Headers({{":status", "103"}}), false);
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendData("", true);
  loop_.RunPosted();
  EXPECT_THAT(call->calls,
              ElementsAre("headers 103", "headers 200", "data end", "closed complete 0"));
}

TEST_F(Http2SessionTest, MessagesBothWays_InterleavedOverTime) {
  Connect();
  auto call = Call();
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  for (const char* text : {"one", "two"}) {
    call->stream->SendData(text, false);
    loop_.RunPosted();
    requests_[0].stream->SendData(text, false);
    loop_.RunPosted();
  }
  EXPECT_THAT(requests_[0].calls, ElementsAre("data one", "data two"));
  EXPECT_THAT(call->calls, ElementsAre("headers 200", "data one", "data two"));
}

TEST_F(Http2SessionTest, Reset_ReachesThePeerWithItsCode) {
  Connect();
  auto call = Call();
  requests_[0].stream->Reset(kInternalError);
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("closed reset 2"));
  EXPECT_THAT(requests_[0].calls, IsEmpty());
}

TEST_F(Http2SessionTest, DestroyingAStream_CancelsIt) {
  Connect();
  auto call = Call();
  call->stream.reset();
  loop_.RunPosted();
  EXPECT_THAT(requests_[0].calls, ElementsAre("closed reset 8"));
  EXPECT_THAT(call->calls, IsEmpty());
  EXPECT_EQ(client_->open_streams(), 0);
}

TEST_F(Http2SessionTest, DestroyingAStream_BeforeItsRequestWent_SendsNothing) {
  Connect();
  auto call = Open(PostHead(), false);
  call->stream.reset();
  loop_.RunPosted();
  EXPECT_EQ(requests_.size(), 0);
  EXPECT_EQ(client_->open_streams(), 0);
}

TEST_F(Http2SessionTest, AcceptorThatDestroysAStream_RefusesIt) {
  Connect();
  requests_.refuses = true;
  auto call = Call();
  EXPECT_THAT(call->calls, ElementsAre("closed refused 7"));
}

TEST_F(Http2SessionTest, ResponseCompleteBeforeItsRequest_GoesOutWhole) {
  Connect();
  auto call = Call();
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendData("enough", false);
  requests_[0].stream->SendTrailers(Headers({{"grpc-status", "0"}}));
  requests_[0].stream->Reset(kNoError);
  requests_[0].stream.reset();
  loop_.RunPosted();
  EXPECT_THAT(call->calls,
              ElementsAre("headers 200", "data enough", "trailers 0", "closed reset 0"));
}

TEST_F(Http2SessionTest, CallbacksNeverComeFromWithinAMethod) {
  Connect();
  auto call = Call();
  auto& server = requests_[0];
  call->stream->SendData("x", false);
  server.stream->SendHeaders(Headers({{":status", "200"}}), false);
  server.stream->SendData("y", true);
  EXPECT_EQ(call->sent + server.sent, 0);
  EXPECT_THAT(call->calls, IsEmpty());
  EXPECT_THAT(server.calls, IsEmpty());
}

TEST_F(Http2SessionTest, StreamsMayBeDestroyedInAnyCallback) {
  for (size_t at = 0; at < 4; ++at) {
    Connect();
    auto call = Open(PostHead(), true);
    loop_.RunPosted();
    auto& server = *requests_.endpoints.back();
    size_t seen = 0;
    std::function<void()> watch = [&] {
      if (seen++ == at) {
        call->stream.reset();
      } else {
        call->during = watch;
      }
    };
    call->during = watch;
    server.stream->SendHeaders(Headers({{":status", "200"}}), false);
    server.stream->SendData("a", false);
    server.stream->SendTrailers(Headers({{"grpc-status", "0"}}));
    loop_.RunPosted();
    EXPECT_EQ(call->calls.size(), at + 1);
    auto next = Call();
    EXPECT_THAT(next->stream, NotNull());
    client_.reset();
    loop_.RunPosted();
  }
}

TEST_F(Http2SessionTest, SessionMayBeDestroyedInAStreamsCallback) {
  Connect();
  auto call = Open(PostHead(), true);
  auto other = Open(PostHead(), true);
  loop_.RunPosted();
  call->during = [&] { client_.reset(); };
  for (auto& endpoint : requests_.endpoints) {
    endpoint->stream->SendHeaders(Headers({{":status", "200"}}), false);
    endpoint->stream->SendData("a", true);
  }
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("headers 200"));
  EXPECT_THAT(other->calls, IsEmpty());
  call->stream->SendData("nothing happens", true);  // Outlives its session.
  EXPECT_TRUE(server_closed_ || requests_[0].calls.back() == "closed complete 0");
}

TEST_F(Http2SessionTest, SessionMayBeDestroyedInItsOwnCallbacks) {
  events_.during = [&] { client_.reset(); };
  Connect();
  EXPECT_THAT(events_.calls, ElementsAre("ready"));
  loop_.RunPosted();
  EXPECT_TRUE(server_closed_);
}

TEST_F(Http2SessionTest, ServerMayBeDestroyedWithinARequest) {
  requests_.on_request = [&](StreamEndpoint&) { server_.reset(); };
  Connect();
  auto call = Open(PostHead(), true);
  auto other = Open(PostHead(), true);
  loop_.RunPosted();
  EXPECT_EQ(requests_.size(), 1);
  EXPECT_THAT(call->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(other->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(events_.closed.message(), HasSubstr("10.0.0.2:1: the peer closed the connection"));
}

// Flow control.

TEST_F(Http2SessionTest, SlowReader_StopsTheWriterAtOneWindow_AndGoesOnWhenItConsumes) {
  constexpr size_t kWindow = 100'000;
  requests_.consumes = false;
  Connect({.stream_window = kWindow});
  auto call = Call();
  const std::string body(1'000'000, 'x');
  call->stream->SendData(body, true);
  loop_.RunPosted();
  EXPECT_EQ(requests_[0].received, kWindow);
  EXPECT_EQ(call->sent, kWindow);
  requests_[0].consumes = true;
  requests_[0].stream->Consume(kWindow);
  loop_.RunPosted();
  EXPECT_EQ(requests_[0].received, body.size());
  EXPECT_EQ(call->sent, body.size());
}

TEST_F(Http2SessionTest, StreamsThatReadNothing_DoNotHoldUpTheConnection_OnceDestroyed) {
  requests_.consumes = false;
  Connect({.stream_window = 65'535, .connection_window = 65'535});
  auto stuck = Call();
  stuck->stream->SendData(std::string(100'000, 'x'), false);
  loop_.RunPosted();
  requests_.consumes = true;
  auto call = Call();
  call->stream->SendData("waits", true);
  loop_.RunPosted();
  EXPECT_THAT(requests_[1].calls, IsEmpty());
  requests_[0].stream.reset();
  loop_.RunPosted();
  EXPECT_THAT(requests_[1].calls, ElementsAre("data waits", "data end"));
}

TEST_F(Http2SessionTest, PeerThatDoesNotReadItsSocket_HoldsOneWriteAtMost) {
  Connect({}, {}, 10'000);
  auto call = Call();
  auto& server = requests_[0];
  server.stream->SendHeaders(Headers({{":status", "200"}}), false);
  server.stream->SendData(std::string(3'000'000, 'x'), true);
  loop_.RunPosted();
  EXPECT_EQ(call->received, 3'000'000);
  EXPECT_EQ(call->calls.back(), "data end");
}

TEST_F(Http2SessionTest, ThousandStreams_OnOneConnection) {
  Connect();
  std::vector<std::unique_ptr<StreamEndpoint>> calls;
  for (int i = 0; i < 1000; ++i) calls.push_back(Open(PostHead(), true));
  loop_.RunPosted();
  ASSERT_EQ(requests_.size(), 1000);
  for (auto& endpoint : requests_.endpoints) {
    endpoint->stream->SendHeaders(Headers({{":status", "200"}}), false);
    endpoint->stream->SendData("a", true);
  }
  loop_.RunPosted();
  for (auto& call : calls) EXPECT_EQ(call->calls.back(), "closed complete 0");
}

// Limits.

TEST_F(Http2SessionTest, ClientStopsAtThePeersLimitOfStreams_AndIsToldWhenThereIsRoom) {
  Connect({.max_concurrent_streams = 2});
  auto first = Call();
  auto second = Call();
  EXPECT_THAT(client_->Open(PostHead(), true, nullptr), IsNull());
  EXPECT_THAT(events_.calls, ElementsAre("ready"));
  first->stream.reset();
  loop_.RunPosted();
  EXPECT_THAT(events_.calls, ElementsAre("ready", "available"));
  EXPECT_THAT(Call()->stream, NotNull());
}

TEST_F(Http2SessionTest, RequestHeadAboveTheLimit_IsAnswered431_AndTheConnectionLives) {
  Connect({.max_header_list_bytes = 1000});
  Headers head = PostHead();
  head.Add("x-large", std::string(1500, 'v'));
  auto large = Open(head, false);
  loop_.RunPosted();
  EXPECT_EQ(requests_.size(), 0);
  EXPECT_THAT(large->calls, ElementsAre("headers 431 end", "closed reset 0"));
  auto next = Call();
  EXPECT_EQ(requests_.size(), 1);
}

TEST_F(Http2SessionTest, RequestHeadFarAboveTheLimit_CostsTheConnection) {
  Connect({.max_header_list_bytes = 1000});
  Headers head = PostHead();
  head.Add("x-huge", std::string(9000, 'v'));
  auto huge = Open(head, false);
  loop_.RunPosted();
  EXPECT_THAT(huge->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(events_.closed.message(), HasSubstr("ENHANCE_YOUR_CALM"));
  client_.reset();
  loop_.RunPosted();
  EXPECT_TRUE(server_closed_);
}

TEST_F(Http2SessionTest, ResponseHeadAboveTheLimit_ResetsItsStream) {
  Connect({}, {.max_header_list_bytes = 1000});
  auto call = Open(PostHead(), true);
  loop_.RunPosted();
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}, {"x", std::string(1500, 'v')}}),
                                   false);
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("closed reset 11"));
  EXPECT_EQ(requests_[0].calls.back(), "closed reset 11");
}

TEST_F(Http2SessionTest, FieldsThatMayNotBeSent_ResetTheStream) {
  Connect();
  const Headers bad[] = {Headers({{":status", "200"}, {"x", "a\r\nset-cookie: b"}}),
                         Headers({{":status", "200"}, {"Upper", "case"}}),
                         Headers({{":status", "200"}, {"connection", "close"}})};
  for (const Headers& head : bad) {
    auto call = Call();
    auto& server = *requests_.endpoints.back();
    server.stream->SendHeaders(head, false);
    loop_.RunPosted();
    EXPECT_THAT(call->calls, ElementsAre("closed reset 2"));
    EXPECT_THAT(server.calls, ElementsAre("closed reset 2"));
  }
  Headers request = PostHead();
  request.Add("x", std::string("nul\0", 4));
  auto call = Open(request, true);
  EXPECT_THAT(call->calls, IsEmpty());
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("closed reset 2"));
  EXPECT_EQ(requests_.size(), 3);
}

// Time.

TEST_F(Http2SessionTest, IdleConnection_IsClosedInOrder) {
  Connect({.idle_timeout = absl::Seconds(60)});
  Call()->stream->Reset(kCancel);
  loop_.Advance(absl::Seconds(59));
  EXPECT_THAT(events_.calls, ElementsAre("ready"));
  loop_.Advance(absl::Seconds(2));
  EXPECT_THAT(events_.calls, ElementsAre("ready", "goaway", "closed"));
  EXPECT_TRUE(events_.closed.ok()) << events_.closed;
  client_.reset();
  loop_.RunPosted();
  EXPECT_TRUE(server_closed_);
}

TEST_F(Http2SessionTest, IdleClient_GoesAway) {
  Connect({}, {.idle_timeout = absl::Seconds(60)});
  loop_.Advance(absl::Seconds(61));
  EXPECT_THAT(events_.calls, ElementsAre("ready", "goaway", "closed"));
  client_.reset();
  loop_.Advance(absl::Seconds(2));
  EXPECT_TRUE(server_closed_);
}

TEST_F(Http2SessionTest, KeepalivePings_KeepAConnectionWithAStreamAlive) {
  Connect({}, {.keepalive_interval = absl::Seconds(10), .keepalive_timeout = absl::Seconds(1)});
  auto call = Call();
  loop_.Advance(absl::Minutes(30));
  EXPECT_THAT(call->calls, IsEmpty());
  EXPECT_THAT(events_.calls, ElementsAre("ready"));
}

TEST_F(Http2SessionTest, PeerThatDoesNotAnswerAPing_IsLost) {
  TransportPair ends = MakeTransportPair(&loop_);
  RawPeer peer(std::move(ends.first));
  client_ = StartHttp2Client(
      &loop_, {.keepalive_interval = absl::Seconds(10), .keepalive_timeout = absl::Seconds(5)},
      std::move(ends.second), "peer", &events_);
  peer.Write(std::string("\0\0\0\4\0\0\0\0\0", 9));
  loop_.RunPosted();
  auto call = Call();
  loop_.Advance(absl::Seconds(14));
  EXPECT_THAT(call->calls, IsEmpty());
  loop_.Advance(absl::Seconds(2));
  EXPECT_THAT(call->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(events_.closed.message(), HasSubstr("ping"));
}

// Drain.

TEST_F(Http2SessionTest, Drain_FinishesWhatRuns_ThenCloses) {
  Connect();
  auto call = Call();
  server_->Drain(absl::Seconds(30));
  loop_.RunPosted();
  EXPECT_THAT(events_.calls, ElementsAre("ready", "goaway"));
  EXPECT_THAT(client_->Open(PostHead(), true, nullptr), IsNull());
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendTrailers(Headers({{"grpc-status", "0"}}));
  call->stream->SendData("", true);
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("headers 200", "trailers 0", "closed complete 0"));
  EXPECT_THAT(events_.calls, ElementsAre("ready", "goaway", "closed"));
  EXPECT_TRUE(events_.closed.ok()) << events_.closed;
  client_.reset();
  loop_.RunPosted();
  EXPECT_TRUE(server_closed_);
}

TEST_F(Http2SessionTest, Drain_ServesRequestsThatWereOnTheirWay) {
  Connect();
  auto call = Open(PostHead(), true);
  server_->Drain(absl::Seconds(30));
  loop_.RunPosted();
  EXPECT_EQ(requests_.size(), 1);
}

TEST_F(Http2SessionTest, Drain_CutsOffWhatStillRunsAfterItsGrace) {
  Connect();
  auto call = Call();
  server_->Drain(absl::Seconds(30));
  loop_.Advance(absl::Seconds(29));
  EXPECT_THAT(call->calls, IsEmpty());
  loop_.Advance(absl::Seconds(5));
  EXPECT_THAT(call->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(requests_[0].calls, ElementsAre("closed lost 0"));
  EXPECT_TRUE(server_closed_);
}

TEST_F(Http2SessionTest, DrainWithoutStreams_ClosesAtOnce) {
  Connect();
  server_->Drain(absl::Seconds(30));
  loop_.RunPosted();
  EXPECT_EQ(events_.calls.back(), "closed");
}

}  // namespace
}  // namespace serin
