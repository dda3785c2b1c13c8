#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/http/http2.h"
#include "tests/testing/memory_transport.h"
#include "tests/testing/simulated_loop.h"
#include "tests/unit/server/http/frames.h"
#include "tests/unit/server/http/http2_peers.h"

// A session whose peer breaks the rules: each is answered with the right code, what it held is
// freed, and the next connection is served.

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeTransportPair;
using testing::SimulatedLoop;
using testing::TransportPair;

constexpr uint32_t kNoError = 0;
constexpr uint32_t kProtocolError = 1;
constexpr uint32_t kFlowControlError = 3;
constexpr uint32_t kFrameSizeError = 6;
constexpr uint32_t kRefusedStream = 7;
constexpr uint32_t kCompressionError = 9;
constexpr uint32_t kEnhanceYourCalm = 11;

class HostileClientTest : public ::testing::Test {
 protected:
  void Connect(const SessionLimits& limits = {}, size_t capacity = 16 << 20) {
    TransportPair ends = MakeTransportPair(&loop_, capacity);
    server_ = ServeHttp2(&loop_, limits, &requests_,
                         {.transport = std::move(ends.first), .on_closed = [this] {
                            closed_ = true;
                            server_.reset();
                          }});
    peer_ = std::make_unique<RawPeer>(std::move(ends.second));
  }

  void Write(absl::string_view bytes) {
    peer_->Write(bytes);
    loop_.RunPosted();
  }

  // The connection of a client that has been well-behaved so far.
  void Greet(const SessionLimits& limits = {}) {
    Connect(limits);
    Write(frames::kPreface + frames::Settings());
  }

  std::vector<frames::Read> Frames(uint8_t type) const {
    std::vector<frames::Read> found;
    for (frames::Read& frame : frames::Parse(peer_->read)) {
      if (frame.type == type) found.push_back(std::move(frame));
    }
    return found;
  }

  // The connection was ended with that code, and its owner told, once the peer has closed, too.
  void ExpectGoAway(uint32_t error) {
    const std::vector<frames::Read> goaways = Frames(frames::kGoAway);
    ASSERT_FALSE(goaways.empty());
    EXPECT_EQ(goaways.back().error(), error);
    EXPECT_TRUE(peer_->ended);
    EXPECT_FALSE(closed_);
    peer_->Close();
    loop_.RunPosted();
    EXPECT_TRUE(closed_);
    for (auto& request : requests_.endpoints) {
      EXPECT_EQ(request->calls.back().substr(0, 6), "closed");
    }
  }

  void ExpectReset(uint32_t stream, uint32_t error) {
    const std::vector<frames::Read> resets = Frames(frames::kReset);
    ASSERT_FALSE(resets.empty());
    EXPECT_EQ(resets.back().stream, stream);
    EXPECT_EQ(resets.back().error(), error);
    EXPECT_THAT(Frames(frames::kGoAway), IsEmpty());
  }

  // As often as it takes to be cut off; the number of times.
  int RepeatUntilGoAway(const std::function<std::string(int)>& bytes, int most) {
    for (int i = 0; i < most; ++i) {
      Write(bytes(i));
      if (!Frames(frames::kGoAway).empty()) return i;
    }
    return most;
  }

  SimulatedLoop loop_;
  Requests requests_;
  std::unique_ptr<RawPeer> peer_;
  std::unique_ptr<ServerConnection> server_;
  bool closed_ = false;
};

// Preface.

TEST_F(HostileClientTest, GarbageInsteadOfAPreface) {
  Connect();
  Write("\x16\x03\x01 this is not HTTP/2 at all, but long enough");
  ExpectGoAway(kProtocolError);
}

TEST_F(HostileClientTest, AnotherFrameBeforeTheFirstSettings) {
  Connect();
  Write(frames::kPreface + frames::Frame(frames::kPing, 0, 0, "12345678"));
  ExpectGoAway(kProtocolError);
}

TEST_F(HostileClientTest, PrefaceThatNeverEnds_IsGivenUpInTime) {
  Connect({.preface_timeout = absl::Seconds(10)});
  Write("PRI * HTTP/2.0\r\n");
  loop_.Advance(absl::Seconds(9));
  EXPECT_THAT(Frames(frames::kGoAway), IsEmpty());
  loop_.Advance(absl::Seconds(1));
  loop_.RunPosted();
  ExpectGoAway(kProtocolError);
}

TEST_F(HostileClientTest, PeerThatDoesNotCloseItsSide_IsClosedAfterTheLinger) {
  Connect({.linger = absl::Seconds(1)});
  Write("garbage that is longer than a preface");
  EXPECT_FALSE(closed_);
  Write("more");  // Is not read.
  loop_.Advance(absl::Seconds(2));
  EXPECT_TRUE(closed_);
}

// Frames.

TEST_F(HostileClientTest, FrameAboveTheLargestSize) {
  Greet();
  Write(frames::Request(1, "", frames::kEndHeaders) +
        frames::Frame(frames::kData, 0, 1, "", (16 << 10) + 1));
  ExpectGoAway(kFrameSizeError);
}

TEST_F(HostileClientTest, FramesOfTheWrongSize) {
  for (const uint8_t type : {frames::kPing, frames::kReset, frames::kWindowUpdate}) {
    Greet();
    Write(frames::Request(1, "", frames::kEndHeaders));
    Write(frames::Frame(type, 0, type == frames::kPing ? 0 : 1, "12345"));
    ExpectGoAway(kFrameSizeError);
    closed_ = false;
  }
}

TEST_F(HostileClientTest, DataOnAStreamThatWasNeverOpened) {
  Greet();
  Write(frames::Frame(frames::kData, 0, 5, "x"));
  ExpectGoAway(kProtocolError);
}

TEST_F(HostileClientTest, StreamNumbersOfTheServers) {
  Greet();
  Write(frames::Request(2));
  ExpectGoAway(kProtocolError);
}

TEST_F(HostileClientTest, StreamNumbersThatGoBack_AreOfStreamsThatHaveEnded) {
  Greet();
  Write(frames::Request(5) + frames::Request(3) + frames::Request(7));
  EXPECT_EQ(requests_.size(), 2);
}

TEST_F(HostileClientTest, FramesOfUnknownTypes_AreSkipped) {
  Greet();
  for (int i = 0; i < 10'000; ++i) Write(frames::Frame(frames::kUnknown, 0xff, 0, "what?"));
  Write(frames::Request(1));
  EXPECT_EQ(requests_.size(), 1);
}

TEST_F(HostileClientTest, HeadThatIsInterruptedByAnotherFrame) {
  Greet();
  Write(frames::Frame(frames::kHeaders, 0, 1, frames::kHead) +
        frames::Frame(frames::kPing, 0, 0, "12345678"));
  ExpectGoAway(kProtocolError);
  EXPECT_EQ(requests_.size(), 0);
}

TEST_F(HostileClientTest, HeadThatCannotBeDecompressed) {
  Greet();
  Write(frames::Frame(frames::kHeaders, frames::kEndHeaders, 1, "\xff\xff\xff\xff\xff\xff"));
  ExpectGoAway(kCompressionError);
}

TEST_F(HostileClientTest, RequestsThatHttpForbids_AreReset_AndTheConnectionLives) {
  const std::string bad[] = {
      frames::Field("Upper", "case"),
      frames::Field("connection", "close"),
      frames::Field("a", "b\r\nc: d"),
      frames::Field(":status", "200"),
      frames::Field(":path", "/twice"),
      frames::Field("content-length", "many"),
      frames::Field("transfer-encoding", "chunked"),
  };
  Greet();
  uint32_t stream = 1;
  for (const std::string& field : bad) {
    Write(frames::Request(stream, field));
    ExpectReset(stream, kProtocolError);
    stream += 2;
  }
  EXPECT_EQ(requests_.size(), 0);
  Write(frames::Request(stream));
  EXPECT_EQ(requests_.size(), 1);
}

TEST_F(HostileClientTest, BodyThatDoesNotHaveItsContentLength) {
  Greet();
  Write(frames::Request(1, frames::Field("content-length", "5"), frames::kEndHeaders) +
        frames::Frame(frames::kData, frames::kEndStream, 1, "four"));
  ExpectReset(1, kProtocolError);
  EXPECT_EQ(requests_[0].calls.back(), "closed reset 1");
}

TEST_F(HostileClientTest, ConnectRequest_IsAnswered405) {
  Greet();
  Write(frames::Frame(frames::kHeaders, frames::kEndHeaders, 1,
                      frames::Field(":method", "CONNECT") + frames::Field(":authority", "a:1")));
  EXPECT_EQ(requests_.size(), 0);
  EXPECT_THAT(Frames(frames::kHeaders)[0].payload, HasSubstr("405"));
  ExpectReset(1, kNoError);
}

// Windows.

TEST_F(HostileClientTest, MoreDataThanTheWindow_EndsTheConnection) {
  requests_.consumes = false;
  Greet({.stream_window = 65'535, .connection_window = 65'535});
  Write(frames::Frame(frames::kSettings, frames::kAck, 0, ""));
  Write(frames::Request(1, "", frames::kEndHeaders));
  for (int i = 0; i < 5; ++i) {
    Write(frames::Frame(frames::kData, 0, 1, std::string(16 << 10, 'x')));
  }
  ExpectGoAway(kFlowControlError);
  EXPECT_LE(requests_[0].received, 65'535);
}

TEST_F(HostileClientTest, WindowAboveItsMaximum) {
  Greet();
  Write(frames::Frame(frames::kWindowUpdate, 0, 0, frames::Number(0x7fffffff)));
  ExpectGoAway(kFlowControlError);
}

TEST_F(HostileClientTest, WindowThatIsNeverOpened_GetsNoData_AndHoldsNoMoreThanWasQueued) {
  Connect();
  Write(frames::kPreface +
        frames::Frame(frames::kSettings, 0, 0, std::string("\0\4", 2) + frames::Number(0)));
  Write(frames::Request(1));
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendData("waits", false);
  loop_.RunPosted();
  EXPECT_THAT(Frames(frames::kData), IsEmpty());
  EXPECT_EQ(requests_[0].sent, 0);
  requests_[0].stream->Reset(8);
  loop_.RunPosted();
  ExpectReset(1, 8);
}

TEST_F(HostileClientTest, WindowThatIsNeverOpened_ResetsItsStreamInTime) {
  Greet({.keepalive_interval = absl::InfiniteDuration(), .stall_timeout = absl::Minutes(4)});
  Write(frames::Frame(frames::kWindowUpdate, 0, 0, frames::Number(1'000'000)));
  Write(frames::Request(1) + frames::Request(3));
  loop_.Advance(absl::Minutes(10));  // No stall: there is nothing to send.
  for (auto& request : requests_.endpoints) {
    request->stream->SendHeaders(Headers({{":status", "200"}}), false);
    request->stream->SendData(std::string(70'000, 'x'), false);
  }
  loop_.Advance(absl::Minutes(3));
  EXPECT_THAT(Frames(frames::kReset), IsEmpty());
  Write(frames::Frame(frames::kWindowUpdate, 0, 3, frames::Number(1)));
  loop_.Advance(absl::Minutes(2));
  ExpectReset(1, 8);
  EXPECT_EQ(requests_[0].calls.back(), "closed reset 8");
  EXPECT_THAT(requests_[1].calls, IsEmpty());
}

TEST_F(HostileClientTest, PeerThatDoesNotReadItsSocket_IsLostInTime) {
  Connect({.keepalive_interval = absl::InfiniteDuration(), .stall_timeout = absl::Minutes(4)},
          1000);
  peer_->Write(frames::kPreface + frames::Settings() + frames::Request(1));
  loop_.RunPosted();
  peer_->PauseReading(true);
  requests_[0].stream->SendHeaders(Headers({{":status", "200"}}), false);
  requests_[0].stream->SendData(std::string(200'000, 'x'), true);
  loop_.Advance(absl::Minutes(3));
  EXPECT_THAT(requests_[0].calls, IsEmpty());
  loop_.Advance(absl::Minutes(3));
  EXPECT_EQ(requests_[0].calls.back(), "closed lost 0");
  EXPECT_TRUE(closed_);
}

TEST_F(HostileClientTest, IdlePeerThatDoesNotReadItsSocket_IsClosedAllTheSame) {
  Connect({.idle_timeout = absl::Minutes(10)}, 40);
  peer_->PauseReading(true);
  peer_->Write(frames::kPreface);
  loop_.RunPosted();
  peer_->Write(frames::Settings());
  loop_.Advance(absl::Minutes(9));
  EXPECT_FALSE(closed_);
  loop_.Advance(absl::Minutes(2));
  EXPECT_TRUE(closed_);
}

TEST_F(HostileClientTest, StreamsAboveTheLimit_AreRefused) {
  Greet({.max_concurrent_streams = 2});
  Write(frames::Request(1) + frames::Request(3) + frames::Request(5));
  ExpectReset(5, kRefusedStream);
  EXPECT_EQ(requests_.size(), 2);
}

// As gRPC's C core sends it of a call that was cancelled before its head was written.
TEST_F(HostileClientTest, ResetOfAStreamThatWasNotOpened_IsDropped_AndOthersGoOn) {
  Greet();
  Write(frames::Request(1, "", frames::kEndHeaders) + frames::Reset(3) +
        frames::Frame(frames::kData, frames::kEndStream, 1, "goes on"));
  const std::string again = frames::Reset(5);
  Write(again.substr(0, 10));
  Write(again.substr(10) + frames::Request(7));
  EXPECT_THAT(Frames(frames::kGoAway), IsEmpty());
  EXPECT_THAT(requests_[0].calls, ElementsAre("data goes on", "data end"));
  EXPECT_EQ(requests_.size(), 2);
  Write(frames::Reset(1));  // Of one that was.
  EXPECT_EQ(requests_[0].calls.back(), "closed reset 8");
}

TEST_F(HostileClientTest, ResetOfAStreamOfTheServers_OrBeforeTheFirstSettings_EndsTheConnection) {
  Greet();
  Write(frames::Reset(2));
  ExpectGoAway(kProtocolError);
  closed_ = false;
  Connect();
  Write(frames::kPreface + frames::Reset(1));
  ExpectGoAway(kProtocolError);
}

// Floods. Each is far below what it takes in ordinary use.

TEST_F(HostileClientTest, FloodOfResetsOfStreamsThatWereNotOpened_IsCutOff) {
  Greet({.idle_frames = {.burst = 100, .per_second = 10}});
  const int resets = RepeatUntilGoAway(
      [](int i) { return frames::Reset(static_cast<uint32_t>(2 * i + 1)); }, 1000);
  EXPECT_GE(resets, 90);
  EXPECT_LT(resets, 110);
  ExpectGoAway(kEnhanceYourCalm);
}

TEST_F(HostileClientTest, RapidReset_IsCutOff_WithNoStreamLeft) {
  Greet({.quick_resets = {.burst = 100, .per_second = 10}});
  const int resets = RepeatUntilGoAway(
      [](int i) {
        const auto stream = static_cast<uint32_t>(2 * i + 1);
        return frames::Request(stream) + frames::Reset(stream);
      },
      1000);
  EXPECT_EQ(resets, 100);
  ExpectGoAway(kEnhanceYourCalm);
}

TEST_F(HostileClientTest, ClientThatGivesUpAtItsDeadlines_IsNotCutOff) {
  Greet({.quick_resets = {.burst = 100, .per_second = 10}});
  for (uint32_t stream = 1; stream < 2001; stream += 2) {
    Write(frames::Request(stream));
    loop_.Advance(absl::Milliseconds(150));
    Write(frames::Reset(stream));
  }
  EXPECT_EQ(requests_.size(), 1000);
  EXPECT_THAT(Frames(frames::kGoAway), IsEmpty());
}

TEST_F(HostileClientTest, FloodsOfFramesThatMoveNothing) {
  const std::string floods[] = {
      frames::Frame(frames::kPing, 0, 0, "12345678"),
      frames::Frame(frames::kPing, frames::kAck, 0, "12345678"),
      frames::Settings(),
      frames::Frame(frames::kPriority, 0, 1, std::string("\0\0\0\0\1", 5)),
      frames::Frame(frames::kWindowUpdate, 0, 1, frames::Number(1)),
      frames::Frame(frames::kData, 0, 1, ""),
  };
  for (const std::string& frame : floods) {
    Greet({.idle_frames = {.burst = 200, .per_second = 10}});
    Write(frames::Request(1, "", frames::kEndHeaders));
    EXPECT_LE(RepeatUntilGoAway([&](int) { return frame; }, 1000), 200);
    ExpectGoAway(kEnhanceYourCalm);
    closed_ = false;
  }
}

TEST_F(HostileClientTest, FramesThatMoveNothing_AreEarnedByWork) {
  Greet({.idle_frames = {.burst = 200, .per_second = 10}});
  for (uint32_t stream = 1; stream < 4001; stream += 2) {
    Write(frames::Request(stream));
    requests_.endpoints.back()->stream->SendHeaders(Headers({{":status", "200"}}), false);
    requests_.endpoints.back()->stream->SendData("x", true);
    Write(frames::Frame(frames::kWindowUpdate, 0, 0, frames::Number(1)));
    Write(frames::Frame(frames::kPing, 0, 0, "12345678"));
  }
  EXPECT_EQ(requests_.size(), 2000);
  EXPECT_THAT(Frames(frames::kGoAway), IsEmpty());
}

TEST_F(HostileClientTest, FloodOfRequestsThatHttpForbids) {
  Greet({.bad_requests = {.burst = 100, .per_second = 10}});
  const int requests = RepeatUntilGoAway(
      [](int i) {
        return frames::Request(static_cast<uint32_t>(2 * i + 1), frames::Field("Upper", "case"));
      },
      1000);
  EXPECT_EQ(requests, 100);
  ExpectGoAway(kEnhanceYourCalm);
}

// CVE-2025-8671: the client has the server do the resetting.
TEST_F(HostileClientTest, FloodOfStreamsThatWeHaveToReset) {
  Greet({.bad_requests = {.burst = 100, .per_second = 10}});
  const int streams = RepeatUntilGoAway(
      [](int i) {
        const auto stream = static_cast<uint32_t>(2 * i + 1);
        return frames::Request(stream) +
               frames::Frame(frames::kWindowUpdate, 0, stream, frames::Number(0x7fffffff));
      },
      1000);
  EXPECT_EQ(streams, 100);
  EXPECT_EQ(requests_[0].calls.back(), "closed reset 3");
  ExpectGoAway(kEnhanceYourCalm);
}

TEST_F(HostileClientTest, FloodOfContinuations) {
  Greet();
  Write(frames::Frame(frames::kHeaders, 0, 1, frames::kHead));
  const int frames_sent = RepeatUntilGoAway(
      [](int) { return frames::Frame(frames::kContinuation, 0, 1, frames::Field("a", "b")); },
      1000);
  EXPECT_LT(frames_sent, 100);
  EXPECT_EQ(requests_.size(), 0);
}

TEST_F(HostileClientTest, FewBytesThatDecompressToALargeHead_CostTheConnection) {
  Greet({.max_header_list_bytes = 16 << 10});
  // One field of 100 bytes goes into the table, then each byte repeats it.
  std::string block = frames::kHead;
  block += std::string("\x40\x01x\x7d", 4) + std::string(0x7d, 'v');
  block += std::string(4000, '\xbe');
  Write(frames::Frame(frames::kHeaders, frames::kEndHeaders | frames::kEndStream, 1, block));
  ExpectGoAway(kEnhanceYourCalm);
  EXPECT_EQ(requests_.size(), 0);
}

TEST_F(HostileClientTest, HeadThatNeverEnds_IsGivenUpInTime) {
  Greet({.header_timeout = absl::Seconds(10)});
  Write(frames::Request(1, "", frames::kEndStream));
  for (int i = 0; i < 5; ++i) {
    loop_.Advance(absl::Seconds(2));
    if (i < 4) Write(frames::Frame(frames::kContinuation, 0, 1, frames::Field("a", "b")));
  }
  loop_.RunPosted();
  ExpectGoAway(kProtocolError);
  EXPECT_EQ(requests_.size(), 0);
}

TEST_F(HostileClientTest, PeerThatAsksAndNeverReads_IsCutOff) {
  Connect({.max_queued_frames = 500, .bad_requests = {.burst = 100'000}}, 1000);
  peer_->Write(frames::kPreface + frames::Settings());
  peer_->PauseReading(true);
  loop_.RunPosted();
  for (uint32_t i = 0; i < 2000 && !closed_; ++i) {
    Write(frames::Request(2 * i + 1, frames::Field("Upper", "case")));
    loop_.Advance(absl::Milliseconds(1));
  }
  loop_.Advance(absl::Seconds(5));
  EXPECT_TRUE(closed_);
}

TEST_F(HostileClientTest, ConnectionThatEndsInTheMiddleOfARequest) {
  Greet();
  Write(frames::Request(1, "", frames::kEndHeaders) + "\0\0\5");
  peer_->Close();
  loop_.RunPosted();
  EXPECT_THAT(requests_[0].calls, ElementsAre("closed lost 0"));
  EXPECT_TRUE(closed_);
}

TEST_F(HostileClientTest, NextConnectionIsServed_AfterEachOfThem) {
  Greet();
  Write(frames::Frame(frames::kData, 0, 0, "x"));
  ExpectGoAway(kProtocolError);
  closed_ = false;
  Greet();
  Write(frames::Request(1));
  EXPECT_EQ(requests_.size(), 1);
}

// Upstreams.

class HostileServerTest : public ::testing::Test {
 protected:
  HostileServerTest() {
    TransportPair ends = MakeTransportPair(&loop_);
    peer_ = std::make_unique<RawPeer>(std::move(ends.first));
    client_ = StartHttp2Client(&loop_, {}, std::move(ends.second), "upstream", &events_);
  }

  void Write(absl::string_view bytes) {
    peer_->Write(bytes);
    loop_.RunPosted();
  }

  std::unique_ptr<StreamEndpoint> Call() {
    auto endpoint = std::make_unique<StreamEndpoint>();
    endpoint->stream = client_->Open(PostHead(), true, endpoint.get());
    loop_.RunPosted();
    return endpoint;
  }

  static std::string Answer(uint32_t stream, uint8_t flags = frames::kEndHeaders) {
    return frames::Frame(frames::kHeaders, flags, stream, "\x88");  // :status 200.
  }

  static std::string GoAway(uint32_t last, uint32_t error) {
    return frames::Frame(frames::kGoAway, 0, 0, frames::Number(last) + frames::Number(error));
  }

  SimulatedLoop loop_;
  SessionLog events_;
  std::unique_ptr<RawPeer> peer_;
  std::unique_ptr<ClientSession> client_;
};

TEST_F(HostileServerTest, Garbage_IsNeverReady) {
  Write("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_THAT(events_.calls, ElementsAre("closed"));
  EXPECT_EQ(events_.closed.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(events_.closed.message(), HasSubstr("upstream: "));
}

TEST_F(HostileServerTest, GoAway_RefusesStreamsAboveItsLast_AndServesThoseBelow) {
  Write(frames::Settings());
  auto served = Call();
  auto refused = Call();
  Write(GoAway(1, kNoError));
  EXPECT_THAT(refused->calls, ElementsAre("closed refused 7"));
  EXPECT_THAT(events_.calls, ElementsAre("ready", "goaway"));
  Write(Answer(1, frames::kEndHeaders | frames::kEndStream));
  EXPECT_THAT(served->calls, ElementsAre("headers 200 end", "closed complete 0"));
  EXPECT_THAT(events_.calls, ElementsAre("ready", "goaway", "closed"));
  EXPECT_TRUE(events_.closed.ok());
}

TEST_F(HostileServerTest, ResetWithRefusedStream_MayBeSentAgain) {
  Write(frames::Settings());
  auto call = Call();
  Write(frames::Reset(1, kRefusedStream));
  EXPECT_THAT(call->calls, ElementsAre("closed refused 7"));
}

TEST_F(HostileServerTest, StreamThatIsDestroyedAsItsEndComes_IsNotReset) {
  Write(frames::Settings());
  for (const uint32_t id : {1u, 3u}) {
    auto call = Call();
    std::function<void()> watch = [&] {
      if (call->calls.size() == 3) return call->stream.reset();  // The end.
      call->during = watch;
    };
    call->during = watch;
    Write(Answer(id) + frames::Frame(frames::kData, 0, id, "all") +
          (id == 1 ? frames::Frame(frames::kData, frames::kEndStream, id, "")
                   : frames::Frame(frames::kHeaders, frames::kEndHeaders | frames::kEndStream, id,
                                   frames::Field("grpc-status", "0"))));
  }
  loop_.RunPosted();
  for (const frames::Read& frame :
       frames::Parse(peer_->read.substr(sizeof(frames::kPreface) - 1))) {
    EXPECT_NE(frame.type, frames::kReset) << frame.stream;
  }
  EXPECT_EQ(client_->open_streams(), 0);
}

TEST_F(HostileServerTest, ResetInTheMiddleOfABody) {
  Write(frames::Settings());
  auto call = Call();
  Write(Answer(1) + frames::Frame(frames::kData, 0, 1, "half") + frames::Reset(1, 2));
  EXPECT_THAT(call->calls, ElementsAre("headers 200", "data half", "closed reset 2"));
}

TEST_F(HostileServerTest, BodyBeforeItsHead) {
  Write(frames::Settings());
  auto call = Call();
  Write(frames::Frame(frames::kData, 0, 1, "early"));
  EXPECT_EQ(call->calls.size(), 1);
  EXPECT_EQ(call->calls.back().substr(0, 6), "closed");
}

TEST_F(HostileServerTest, AnswerToNothing) {
  Write(frames::Settings());
  auto call = Call();
  Write(Answer(7));
  EXPECT_THAT(call->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(events_.calls, ElementsAre("ready", "closed"));
}

TEST_F(HostileServerTest, AnswerAfterTheStreamWasCancelled_IsIgnored) {
  Write(frames::Settings());
  auto call = Call();
  call->stream.reset();
  loop_.RunPosted();
  Write(Answer(1) + frames::Frame(frames::kData, frames::kEndStream, 1, "late"));
  EXPECT_THAT(call->calls, IsEmpty());
  EXPECT_THAT(events_.calls, ElementsAre("ready"));
  auto next = Call();
  Write(Answer(3, frames::kEndHeaders | frames::kEndStream));
  EXPECT_THAT(next->calls, ElementsAre("headers 200 end", "closed complete 0"));
}

TEST_F(HostileServerTest, GoAwayWithAnError_IsTheReasonOfTheEnd) {
  Write(frames::Settings());
  auto call = Call();
  Write(GoAway(1, kEnhanceYourCalm));
  peer_->Close();
  loop_.RunPosted();
  EXPECT_THAT(call->calls, ElementsAre("closed lost 0"));
  EXPECT_THAT(events_.closed.message(), HasSubstr("ENHANCE_YOUR_CALM"));
}

}  // namespace
}  // namespace serin
