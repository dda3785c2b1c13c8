#include "server/http/http1.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/testing/memory_transport.h"
#include "tests/testing/simulated_loop.h"

namespace serin {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// One request as the server's code sees it.
class Served final : public StreamHandler {
 public:
  Served(std::unique_ptr<HttpStream> stream, Headers head, bool end)
      : head(std::move(head)), ended(end), stream(std::move(stream)) {
    this->stream->set_handler(this);
  }

  void Answer(int status, absl::string_view body, const Headers& more = {}) {
    Headers out{{":status", absl::StrCat(status)}};
    for (size_t i = 0; i < more.size(); ++i) out.Add(more[i].name, more[i].value);
    stream->SendHeaders(out, false);
    stream->SendData(body, true);
  }

  const Headers head;
  std::string body;
  bool ended;
  size_t sent = 0;
  std::optional<StreamEnd> closed;
  bool consumes = true;
  size_t unconsumed = 0;
  std::unique_ptr<HttpStream> stream;

 private:
  void OnHeaders(Headers, bool) override { FAIL() << "a request has one head"; }
  void OnData(absl::string_view data, bool end) override {
    body.append(data.data(), data.size());
    ended = end;
    consumes ? stream->Consume(data.size()) : void(unconsumed += data.size());
  }
  void OnTrailers(Headers) override { FAIL() << "trailers of requests are dropped"; }
  void OnSent(size_t bytes) override { sent += bytes; }
  void OnClosed(StreamEnd end, uint32_t) override { closed = end; }
};

class Http1Test : public ::testing::Test, public StreamAcceptor, public TransportHandler {
 protected:
  Http1Test() { Connect(1 << 20); }

  void Connect(size_t capacity, std::string already_read = "", bool tls = false) {
    connection_.reset();
    auto [client, server] = testing::MakeTransportPair(&loop_, capacity);
    client_ = std::move(client);
    client_->set_handler(this);
    received_.clear();
    peer_closed_ = false;
    closed_ = 0;
    connection_ = ServeHttp1(&loop_, limits_, this,
                             {.transport = std::move(server),
                              .already_read = std::move(already_read),
                              .peer = {.address = "192.0.2.7:1", .tls = tls},
                              .on_closed = [this] {
                                ++closed_;
                                connection_.reset();
                              }});
    loop_.RunPosted();
  }

  void Send(absl::string_view bytes) {
    while (!bytes.empty() && !peer_closed_) {
      bytes.remove_prefix(client_->Write(bytes));
      loop_.RunPosted();
    }
  }
  // A whole conversation, on a connection of its own.
  std::string Ask(absl::string_view bytes) {
    served_.clear();
    Connect(1 << 20);
    Send(bytes);
    return received_;
  }
  Served& last() { return *served_.back(); }

  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                 const Peer& peer) override {
    peer_ = peer;
    if (refuses_) return;
    served_.push_back(std::make_unique<Served>(std::move(stream), std::move(head), end));
    if (on_request_) on_request_(*served_.back());
  }
  void OnRead(absl::string_view bytes) override { received_.append(bytes.data(), bytes.size()); }
  void OnWritable() override {}
  void OnEnd() override { peer_closed_ = true; }
  void OnClosed(absl::Status) override { peer_closed_ = true; }

  testing::SimulatedLoop loop_;
  SessionLimits limits_ = {.max_header_list_bytes = 1024, .stream_window = 64 * 1024};
  std::vector<std::unique_ptr<Served>> served_;
  std::function<void(Served&)> on_request_;
  bool refuses_ = false;
  Peer peer_;
  std::unique_ptr<Transport> client_;
  std::string received_;
  bool peer_closed_ = false;
  int closed_ = 0;
  std::unique_ptr<ServerConnection> connection_;
};

constexpr char kGet[] = "GET /a?b HTTP/1.1\r\nHost: serin.example\r\n\r\n";

TEST_F(Http1Test, RequestBecomesAStream_WithPseudoFields_AndWithoutThoseOfTheConnection) {
  Send(
      "GET /a?b HTTP/1.1\r\nHost: serin.example\r\nX-Key: Some Value \r\nConnection: x-hop, "
      "keep-alive\r\nX-Hop: 1\r\nTE: trailers\r\nUpgrade: h2c\r\n\r\n");
  ASSERT_EQ(served_.size(), 1u);
  const Headers& head = last().head;
  EXPECT_EQ(head.Get(":method"), "GET");
  EXPECT_EQ(head.Get(":path"), "/a?b");
  EXPECT_EQ(head.Get(":scheme"), "http");
  EXPECT_EQ(head.Get(":authority"), "serin.example");
  EXPECT_EQ(head.Get("x-key"), "Some Value");
  for (const char* hidden : {"host", "connection", "x-hop", "te", "upgrade"}) {
    EXPECT_FALSE(head.Has(hidden)) << hidden;
  }
  EXPECT_TRUE(last().ended);
  EXPECT_EQ(peer_.address, "192.0.2.7:1");

  last().Answer(200, "hello", {{"content-length", "5"}, {"x-answer", "yes"}});
  loop_.RunPosted();
  EXPECT_EQ(received_, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-answer: yes\r\n\r\nhello");
  EXPECT_EQ(last().sent, 5u);
  EXPECT_EQ(last().closed, StreamEnd::kComplete);
  EXPECT_FALSE(peer_closed_) << "the connection is kept";
}

TEST_F(Http1Test, BytesReadBeforeIt_AndTls) {
  Connect(1 << 20, kGet, /*tls=*/true);
  ASSERT_EQ(served_.size(), 1u);
  EXPECT_EQ(last().head.Get(":scheme"), "https");
}

TEST_F(Http1Test, AnswerWithoutLength_IsChunked_AndOnHttp10EndsTheConnection) {
  Send(kGet);
  last().stream->SendHeaders({{":status", "200"}}, false);
  last().stream->SendData("one", false);
  loop_.RunPosted();
  last().stream->SendData("eleven more", true);
  loop_.RunPosted();
  EXPECT_EQ(received_,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            "3\r\none\r\nb\r\neleven more\r\n0\r\n\r\n");
  EXPECT_FALSE(peer_closed_);

  Connect(1 << 20);
  Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  last().Answer(200, "text");
  loop_.RunPosted();
  EXPECT_EQ(received_, "HTTP/1.0 200 OK\r\nconnection: close\r\n\r\ntext");
  EXPECT_TRUE(peer_closed_);
}

TEST_F(Http1Test, Http10_IsKeptOnlyIfAsked) {
  Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  last().Answer(200, "ok", {{"content-length", "2"}});
  loop_.RunPosted();
  EXPECT_THAT(received_, HasSubstr("connection: keep-alive\r\n"));
  Send("GET / HTTP/1.0\r\n\r\n");
  last().Answer(200, "ok", {{"content-length", "2"}});
  loop_.RunPosted();
  EXPECT_THAT(received_, HasSubstr("connection: close\r\n"));
  EXPECT_TRUE(peer_closed_);
}

TEST_F(Http1Test, NeverABody_With204_304_AndHead) {
  for (const char* status : {"204", "304"}) {
    Connect(1 << 20);
    Send(kGet);
    last().Answer(std::stoi(status), "no");
    loop_.RunPosted();
    EXPECT_THAT(received_, StartsWith(absl::StrCat("HTTP/1.1 ", status)));
    EXPECT_THAT(received_, EndsWith("\r\n\r\n"));
    EXPECT_THAT(received_, Not(HasSubstr("transfer-encoding")));
  }
  Connect(1 << 20);
  Send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  last().Answer(200, "no", {{"content-length", "2"}});
  loop_.RunPosted();
  EXPECT_EQ(received_, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n");
  EXPECT_FALSE(peer_closed_);
  Send(kGet);
  last().stream->SendHeaders({{":status", "200"}}, true);
  loop_.RunPosted();
  EXPECT_THAT(received_, EndsWith("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
}

TEST_F(Http1Test, Bodies_WithLengthAndChunked_InPiecesOfAnySize) {
  const std::string sized = "POST /s HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world";
  const std::string chunked =
      "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=\"1\"\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
  for (const std::string& request : {sized, chunked}) {
    for (const size_t piece : {size_t{1}, size_t{3}, size_t{7}, request.size()}) {
      served_.clear();
      Connect(1 << 20);
      for (size_t i = 0; i < request.size(); i += piece) Send(request.substr(i, piece));
      ASSERT_EQ(served_.size(), 1u) << request << piece;
      EXPECT_EQ(last().body, "hello world");
      EXPECT_TRUE(last().ended);
      last().Answer(200, "ok", {{"content-length", "2"}});
      loop_.RunPosted();
      EXPECT_EQ(last().closed, StreamEnd::kComplete);
      Send(kGet);
      EXPECT_EQ(served_.size(), 2u) << "the connection goes on";
    }
  }
}

TEST_F(Http1Test, PipelinedRequests_AreServedInOrder_OneAtATime) {
  Send(absl::StrCat(kGet, "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo",
                    "\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(served_.size(), 1u);
  last().Answer(200, "1", {{"content-length", "1"}});
  loop_.RunPosted();
  ASSERT_EQ(served_.size(), 2u);
  EXPECT_EQ(last().body, "two");
  last().Answer(200, "2", {{"content-length", "1"}});
  loop_.RunPosted();
  ASSERT_EQ(served_.size(), 3u);
  EXPECT_EQ(last().head.Get(":path"), "/3");
}

TEST_F(Http1Test, ConnectionClose_IsObeyed) {
  Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  last().Answer(200, "ok", {{"content-length", "2"}});
  loop_.RunPosted();
  EXPECT_EQ(received_, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
  EXPECT_TRUE(peer_closed_);
  EXPECT_EQ(closed_, 0) << "lingers, so that the peer can read";
  client_->CloseWrite();
  loop_.RunPosted();
  EXPECT_EQ(closed_, 1);
}

TEST_F(Http1Test, ExpectContinue_IsAnsweredOnceSomebodyTakesTheRequest) {
  Send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(received_, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_FALSE(last().head.Has("expect"));
  Send("ok");
  EXPECT_EQ(last().body, "ok");
  last().Answer(201, "", {{"content-length", "0"}});
  loop_.RunPosted();
  EXPECT_THAT(received_, EndsWith("HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n"));
}

TEST_F(Http1Test, ExpectContinue_RefusedAtOnce_GetsNoContinue_AndTheConnectionCloses) {
  on_request_ = [](Served& served) {
    served.Answer(413, "no", {{"content-length", "2"}});
    served.stream->Reset(0);
  };
  Send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(received_,
            "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno");
  EXPECT_TRUE(peer_closed_);
}

TEST_F(Http1Test, AnswerBeforeTheEndOfTheRequest_DrainsALittle_AndKeepsTheConnection) {
  on_request_ = [](Served& served) {
    served.Answer(404, "no", {{"content-length", "2"}});
    served.stream->Reset(0);
  };
  Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  Send(std::string(1000, 'x'));
  EXPECT_THAT(received_, Not(HasSubstr("connection: close")));
  Send(kGet);
  EXPECT_EQ(served_.size(), 2u);
  EXPECT_FALSE(peer_closed_);
}

TEST_F(Http1Test, AnswerBeforeTheEndOfALongRequest_ClosesTheConnection) {
  Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nabc");
  last().Answer(400, "no", {{"content-length", "2"}});
  last().stream->Reset(0);
  loop_.RunPosted();
  EXPECT_THAT(received_, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(received_, EndsWith("no"));
  EXPECT_TRUE(peer_closed_);

  served_.clear();
  Connect(1 << 20);
  Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  last().Answer(400, "no", {{"content-length", "2"}});
  last().stream->Reset(0);
  for (int i = 0; i < 10; ++i) Send("4000\r\n" + std::string(0x4000, 'x') + "\r\n");
  EXPECT_TRUE(peer_closed_) << "a stream that never ends is not drained for ever";
}

TEST_F(Http1Test, Backpressure_StopsReading_AtTheWindow) {
  Connect(16 * 1024);
  Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n");
  last().consumes = false;
  size_t taken = 0;
  const std::string piece(8 * 1024, 'x');
  for (int i = 0; i < 1000 && taken < (1 << 20); ++i) {
    taken += client_->Write(absl::string_view(piece).substr(0, (1 << 20) - taken));
    loop_.RunPosted();
  }
  EXPECT_LE(taken, limits_.stream_window + 3 * 16 * 1024);
  EXPECT_LE(last().unconsumed, limits_.stream_window + 16 * 1024);

  last().consumes = true;
  last().stream->Consume(last().unconsumed);
  for (int i = 0; i < 1000 && taken < (1 << 20); ++i) {
    loop_.RunPosted();
    taken += client_->Write(absl::string_view(piece).substr(0, (1 << 20) - taken));
  }
  loop_.RunPosted();
  EXPECT_EQ(last().body.size(), 1u << 20);
  EXPECT_TRUE(last().ended);
}

TEST_F(Http1Test, OnSent_TellsWhatThePeerTook) {
  Connect(16 * 1024);
  client_->PauseReading(true);
  Send(kGet);
  last().stream->SendHeaders({{":status", "200"}}, false);
  for (int i = 0; i < 64; ++i) last().stream->SendData(std::string(4096, 'x'), i == 63);
  loop_.RunPosted();
  EXPECT_LE(last().sent, 16u * 1024);
  EXPECT_EQ(last().closed, std::nullopt);
  client_->PauseReading(false);
  loop_.RunPosted();
  EXPECT_EQ(last().sent, 64u * 4096);
  EXPECT_EQ(last().closed, StreamEnd::kComplete);
}

TEST_F(Http1Test, Trailers_GoOnlyToWhoWantsThem) {
  for (const bool wants : {true, false}) {
    Connect(1 << 20);
    Send(absl::StrCat("GET / HTTP/1.1\r\nHost: a\r\n", wants ? "TE: trailers\r\n" : "", "\r\n"));
    last().stream->SendHeaders({{":status", "200"}}, false);
    last().stream->SendTrailers({{"grpc-status", "0"}});
    loop_.RunPosted();
    EXPECT_THAT(received_, EndsWith(wants ? "0\r\ngrpc-status: 0\r\n\r\n" : "\r\n0\r\n\r\n"));
  }
}

struct Hostile {
  std::string request;
  int status;
};

TEST_F(Http1Test, HostileRequests_AreRefused_AndReachNobody) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  const std::vector<Hostile> hostile = {
      {"\x16\x03\x01\x02", 400},  // TLS where there is none.
      {"garbage\r\n\r\n", 400},
      {"GET /\r\n\r\n", 400},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 505},  // The line ends with the version, and not so.
      {"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nA\x01: b\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405},
      // What others might read as another number of requests.
      {post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
      {post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 400},
      {post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
      {post + "Content-Length: 5, 6\r\n\r\nhello", 400},
      {post + "Content-Length: -5\r\n\r\nhello", 400},
      {post + "Content-Length: +5\r\n\r\nhello", 400},
      {post + "Content-Length: 5x\r\n\r\nhello", 400},
      {post + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Expect: 200-maybe\r\n\r\n", 417},
  };
  for (const Hostile& each : hostile) {
    const std::string answer = Ask(each.request);
    EXPECT_TRUE(served_.empty()) << each.request;
    EXPECT_THAT(answer, StartsWith(absl::StrCat("HTTP/1.1 ", each.status, " "))) << each.request;
    EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
    EXPECT_TRUE(peer_closed_) << each.request;
    loop_.Advance(limits_.linger);
    EXPECT_EQ(closed_, 1) << each.request;
  }
}

TEST_F(Http1Test, BadChunks_LoseTheStream_WithA400IfNothingWasSaid) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& body :
       {std::string("xyz\r\n"), std::string("5\r\nhelloxxxx\r\n"),
        std::string("fffffffffffffffff\r\n"), std::string("-1\r\nabc"),
        "5;" + std::string(20'000, 'e'), "0\r\n" + std::string(20'000, 't')}) {
    const std::string answer = Ask(head + body);
    ASSERT_EQ(served_.size(), 1u);
    EXPECT_EQ(last().closed, StreamEnd::kConnectionLost) << body.substr(0, 20);
    EXPECT_FALSE(last().ended);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << body.substr(0, 20);
  }
}

TEST_F(Http1Test, HeadOverTheLimit_Is431_HoweverItComes) {
  const std::string line = "x-filler: " + std::string(100, 'y') + "\r\n";
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 12; ++i) request += line;
  EXPECT_THAT(Ask(request + "\r\n"), StartsWith("HTTP/1.1 431 "));
  EXPECT_TRUE(served_.empty());

  Connect(1 << 20);
  for (const char c : request) {
    if (!peer_closed_) Send(absl::string_view(&c, 1));
  }
  EXPECT_THAT(received_, StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(Ask("GET /" + std::string(2000, 'a')), StartsWith("HTTP/1.1 431 "));
}

TEST_F(Http1Test, SlowHead_Is408_ThoughBytesKeepComing) {
  for (const char c : std::string("GET / HTTP/1.1\r\n")) {
    Send(absl::string_view(&c, 1));
    loop_.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(received_, StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(peer_closed_);
}

TEST_F(Http1Test, IdleConnection_IsClosedInSilence) {
  Send(kGet);
  last().Answer(200, "ok", {{"content-length", "2"}});
  loop_.RunPosted();
  received_.clear();
  loop_.Advance(limits_.idle_timeout - absl::Seconds(1));
  EXPECT_EQ(closed_, 0);
  loop_.Advance(absl::Seconds(2));
  EXPECT_EQ(closed_, 1);
  EXPECT_EQ(received_, "");
}

TEST_F(Http1Test, BodyThatStalls_LosesTheStream_ButALongAnswerMayTakeItsTime) {
  Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  loop_.Advance(limits_.idle_timeout + absl::Seconds(1));
  EXPECT_EQ(last().closed, StreamEnd::kConnectionLost);
  EXPECT_EQ(closed_, 1);

  Connect(1 << 20);
  Send(kGet);
  loop_.Advance(10 * limits_.idle_timeout);
  EXPECT_EQ(last().closed, std::nullopt);
  last().Answer(200, "ok", {{"content-length", "2"}});
  loop_.RunPosted();
  EXPECT_THAT(received_, EndsWith("ok"));
}

TEST_F(Http1Test, PeerWhoGoesAway_LosesTheStream) {
  for (const char* request : {kGet, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"}) {
    served_.clear();
    Connect(1 << 20);
    Send(request);
    client_.reset();
    loop_.RunPosted();
    EXPECT_EQ(last().closed, StreamEnd::kConnectionLost);
    EXPECT_EQ(closed_, 1);
    last().Answer(200, "too late");  // Ignored.
    loop_.RunPosted();
  }
}

TEST_F(Http1Test, StreamRefusedOrReset_Is503_OrCutsTheConnectionOnceTheAnswerHasBegun) {
  refuses_ = true;
  EXPECT_THAT(Ask(kGet), StartsWith("HTTP/1.1 503 "));
  refuses_ = false;

  Ask(kGet);
  last().stream.reset();
  loop_.RunPosted();
  EXPECT_THAT(received_, StartsWith("HTTP/1.1 503 "));

  Ask(kGet);
  last().stream->SendHeaders({{":status", "200"}}, false);
  last().stream->SendData("half", false);
  loop_.RunPosted();
  last().stream->Reset(2);
  loop_.RunPosted();
  EXPECT_TRUE(peer_closed_);
  EXPECT_EQ(closed_, 1);
  EXPECT_THAT(received_, Not(EndsWith("0\r\n\r\n"))) << "it must not look whole";
}

TEST_F(Http1Test, HeadThatMayNotBeSent_IsNotSent) {
  Send(kGet);
  last().stream->SendHeaders({{":status", "200"}, {"x", "a\r\nset-cookie: b"}}, false);
  loop_.RunPosted();
  EXPECT_THAT(received_, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(received_, Not(HasSubstr("set-cookie")));
}

TEST_F(Http1Test, BodyOfAnotherLengthThanAnnounced_IsCut_AndTheConnectionCloses) {
  for (const char* body : {"too long", "s"}) {
    Connect(1 << 20);
    Send(kGet);
    last().Answer(200, body, {{"content-length", "3"}});
    loop_.RunPosted();
    EXPECT_THAT(received_, EndsWith(absl::StrCat("\r\n\r\n", std::string(body).substr(0, 3))));
    EXPECT_TRUE(peer_closed_);
  }
}

TEST_F(Http1Test, Drain_LetsTheRequestEnd_AndThenCloses) {
  Send(kGet);
  connection_->Drain(absl::Seconds(10));
  loop_.RunPosted();
  EXPECT_FALSE(peer_closed_);
  last().Answer(200, "ok", {{"content-length", "2"}});
  loop_.RunPosted();
  EXPECT_THAT(received_, HasSubstr("connection: close\r\n"));
  EXPECT_TRUE(peer_closed_);

  Connect(1 << 20);
  connection_->Drain(absl::Seconds(10));
  loop_.RunPosted();
  EXPECT_TRUE(peer_closed_) << "nothing was under way";

  Connect(1 << 20);
  Send(kGet);
  connection_->Drain(absl::Seconds(10));
  loop_.Advance(absl::Seconds(11));
  EXPECT_EQ(last().closed, StreamEnd::kConnectionLost);
  EXPECT_EQ(closed_, 1);
}

TEST_F(Http1Test, DestroyedConnection_TellsNobody_AndItsStreamsMayOutliveIt) {
  Send(kGet);
  connection_.reset();
  last().Answer(200, "ok");
  last().stream->Consume(3);
  loop_.RunPosted();
  EXPECT_EQ(last().closed, std::nullopt);
  EXPECT_EQ(closed_, 0);
  last().stream.reset();
  loop_.RunPosted();
  EXPECT_TRUE(peer_closed_);
}

TEST_F(Http1Test, AbsoluteTarget_NamesTheAuthority) {
  Send("GET http://other.example:80/p?q HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(last().head.Get(":path"), "/p?q");
  EXPECT_EQ(last().head.Get(":authority"), "other.example:80");
}

}  // namespace
}  // namespace serin
