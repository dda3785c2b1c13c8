#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/http/connector.h"
#include "server/http/http2.h"
#include "server/http/listener.h"
#include "server/http/loop_group.h"
#include "tests/testing/self_signed.h"
#include "tests/unit/server/http/http2_peers.h"

// Listener, connector, sockets and TLS, over loopback.

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Answers each request with its body, once that has ended.
class Echo final : public StreamAcceptor {
 public:
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers, bool end, const Peer& peer) override {
    auto call = std::make_unique<Call>(this, std::move(stream), peer.tls);
    if (end) call->Answer();
    calls_[call.get()] = std::move(call);
  }

 private:
  struct Call final : StreamHandler {
    Call(Echo* its_echo, std::unique_ptr<HttpStream> its_stream, bool tls)
        : echo(*its_echo), stream(std::move(its_stream)) {
      stream->set_handler(this);
      stream->SendHeaders(Headers({{":status", "200"}, {"x-tls", tls ? "yes" : "no"}}), false);
    }
    void Answer() { stream->SendTrailers(Headers({{"grpc-status", "0"}})); }
    void OnHeaders(Headers, bool) override {}
    void OnData(absl::string_view data, bool end) override {
      if (!data.empty()) stream->SendData(data, false);
      if (end) Answer();
    }
    void OnTrailers(Headers) override { Answer(); }
    void OnSent(size_t bytes) override { stream->Consume(bytes); }
    void OnClosed(StreamEnd, uint32_t) override { echo.calls_.erase(this); }

    Echo& echo;
    std::unique_ptr<HttpStream> stream;
  };

  std::map<Call*, std::unique_ptr<Call>> calls_;
};

// HTTP/1.1 as far as tests need it: answers the first bytes, and closes.
class OneAnswer final : public ServerConnection, public TransportHandler {
 public:
  explicit OneAnswer(NewConnection connection) : connection_(std::move(connection)) {
    connection_.transport->set_handler(this);
    connection_.transport->Write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    connection_.transport->CloseWrite();
  }
  void Drain(absl::Duration) override {}
  void OnRead(absl::string_view) override {}
  void OnWritable() override {}
  void OnEnd() override { std::exchange(connection_.on_closed, nullptr)(); }
  void OnClosed(absl::Status) override { std::exchange(connection_.on_closed, nullptr)(); }

 private:
  NewConnection connection_;
};

// A unary call on a loop of its own, waited for.
class BlockingClient final : public ClientSessionEvents, public StreamHandler {
 public:
  explicit BlockingClient(const std::string& target, ConnectorOptions options = {})
      : connector_(MakeConnector(&loop_, options)) {
    loop_.Run([&] { session_ = connector_->Connect(target, this); });
  }
  ~BlockingClient() override {
    loop_.Run([&] {
      stream_.reset();
      session_.reset();
    });
  }

  bool WaitReady() { return ready_.get_future().get(); }
  absl::Status WaitClosed() { return closed_.get_future().get(); }

  std::string Call(const std::string& body) {
    auto done = done_.get_future();
    loop_.Run([&] {
      stream_ = session_->Open(PostHead(), false, this);
      stream_->SendData(body, true);
    });
    done.wait();
    done_ = {};
    return std::exchange(received_, "");
  }

  void OnReady() override { ready_.set_value(true); }
  void OnStreamAvailable() override {}
  void OnGoAway() override { went_away.set_value(); }
  void OnClosed(absl::Status why) override {
    // A copy of its own: ThreadSanitizer does not see how abseil counts references.
    closed_.set_value(absl::Status(why.code(), why.message()));
  }

  void OnHeaders(Headers, bool) override {}
  void OnData(absl::string_view data, bool) override {
    received_.append(data.data(), data.size());
    stream_->Consume(data.size());
  }
  void OnTrailers(Headers) override {}
  void OnSent(size_t) override {}
  void OnClosed(StreamEnd end, uint32_t) override {
    if (end != StreamEnd::kComplete) received_ = "failed";
    stream_.reset();
    done_.set_value();
  }

  std::promise<void> went_away;

 private:
  EpollLoop loop_;
  const std::unique_ptr<ClientConnector> connector_;
  std::unique_ptr<ClientSession> session_;
  std::unique_ptr<HttpStream> stream_;
  std::string received_;
  std::promise<bool> ready_;
  std::promise<absl::Status> closed_;
  std::promise<void> done_;
};

class ConnectionTest : public ::testing::Test {
 protected:
  void Listen(ListenerOptions options = {.address = "127.0.0.1:0"}) {
    auto listener = TryListen(options);
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
  }

  absl::StatusOr<std::unique_ptr<Listener>> TryListen(const ListenerOptions& options) {
    std::vector<ListenerLoop> loops;
    for (size_t i = 0; i < loops_.size(); ++i) {
      EpollLoop* const loop = &loops_[i];
      loops.push_back({.loop = loop,
                       .http2 =
                           [=, this](NewConnection connection) {
                             ++http2_connections_[i];
                             return ServeHttp2(loop, limits_, &echoes_[i], std::move(connection));
                           },
                       .http1 =
                           [](NewConnection connection) {
                             return std::make_unique<OneAnswer>(std::move(connection));
                           }});
    }
    return Listener::Listen(options, std::move(loops));
  }

  // A blocking socket to the listener.
  int ConnectRaw() const {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {.sin_family = AF_INET,
                           .sin_port = htons(static_cast<uint16_t>(listener_->port()))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }

  // What `curl` prints.
  std::string Curl(const std::string& options, absl::string_view scheme = "http") const {
    const std::string command =
        absl::StrCat("curl --silent --show-error --max-time 20 ", options, " ", scheme,
                     "://127.0.0.1:", listener_->port(), "/ 2>&1");
    FILE* const pipe = popen(command.c_str(), "r");
    std::string out;
    char buffer[4096];
    for (size_t n = 0; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) out.append(buffer, n);
    pclose(pipe);
    return out;
  }

  static std::string ReadToEnd(int fd) {
    std::string all;
    char buffer[1024];
    for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) all.append(buffer, n);
    return all;
  }

  SessionLimits limits_;
  Echo echoes_[2];
  int http2_connections_[2] = {0, 0};  // Read once the loops are at rest.
  LoopGroup loops_{2};
  std::unique_ptr<Listener> listener_;
};

TEST_F(ConnectionTest, CallsGoThroughSockets) {
  Listen();
  EXPECT_THAT(listener_->address(), StartsWith("127.0.0.1:"));
  BlockingClient client(listener_->address());
  ASSERT_TRUE(client.WaitReady());
  EXPECT_EQ(client.Call("hello"), "hello");
  const std::string large(5'000'000, 'x');
  EXPECT_TRUE(client.Call(large) == large);
}

TEST_F(ConnectionTest, CurlSpeaksHttp2WithoutTls) {
  Listen();
  EXPECT_EQ(Curl("--http2-prior-knowledge --data hello -w ' %{http_version} %header{x-tls}'"),
            "hello 2 no");
}

TEST_F(ConnectionTest, NamesAreResolved) {
  Listen();
  BlockingClient client(absl::StrCat("dns:localhost:", listener_->port()));
  ASSERT_TRUE(client.WaitReady());
  EXPECT_EQ(client.Call("by name"), "by name");
}

TEST_F(ConnectionTest, UnixSockets_ReplaceAFileThatNobodyListensOn) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/http", getpid(), ".sock");
  for (int round = 0; round < 2; ++round) {  // The first leaves its file.
    Listen({.address = absl::StrCat("unix:", path)});
    BlockingClient client(absl::StrCat("unix:", path));
    ASSERT_TRUE(client.WaitReady());
    EXPECT_EQ(client.Call("local"), "local");
    EXPECT_THAT(TryListen({.address = absl::StrCat("unix:", path)}).status().message(),
                HasSubstr("Address already in use"));
    listener_.reset();
  }
  std::remove(path.c_str());
}

TEST_F(ConnectionTest, ConnectionsAreSpreadOverTheLoops) {
  Listen();
  std::vector<std::unique_ptr<BlockingClient>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<BlockingClient>(listener_->address()));
    ASSERT_TRUE(clients.back()->WaitReady());
  }
  loops_.RunOnEach([](size_t) {});
  EXPECT_EQ(http2_connections_[0], 2);
  EXPECT_EQ(http2_connections_[1], 2);
  EXPECT_EQ(listener_->connections(), 4);
}

TEST_F(ConnectionTest, AddressInUse_IsAnErrorThatNamesIt) {
  Listen();
  const auto second = TryListen({.address = listener_->address()});
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(second.status().message(), HasSubstr(listener_->address()));
  EXPECT_THAT(second.status().message(), HasSubstr("Address already in use"));
  EXPECT_EQ(TryListen({.address = "nonsense"}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(ConnectionTest, Http1IsRecognised) {
  Listen();
  const int fd = ConnectRaw();
  ASSERT_EQ(write(fd, "P", 1), 1);  // As the preface begins.
  ASSERT_EQ(write(fd, "OST / HTTP/1.1\r\n\r\n", 18), 18);
  shutdown(fd, SHUT_WR);
  EXPECT_THAT(ReadToEnd(fd), HasSubstr("200 OK"));
  close(fd);
}

TEST_F(ConnectionTest, ConnectionThatSaysNothing_IsClosed) {
  Listen({.address = "127.0.0.1:0", .preface_timeout = absl::Milliseconds(20)});
  const int fd = ConnectRaw();
  EXPECT_EQ(ReadToEnd(fd), "");
  close(fd);
}

TEST_F(ConnectionTest, ConnectionsAboveTheLimit_WaitForOneToEnd) {
  Listen({.address = "127.0.0.1:0", .max_connections = 1});
  auto first = std::make_unique<BlockingClient>(listener_->address());
  ASSERT_TRUE(first->WaitReady());
  BlockingClient second(listener_->address());
  EXPECT_EQ(first->Call("x"), "x");
  EXPECT_EQ(listener_->connections(), 1);
  first.reset();
  ASSERT_TRUE(second.WaitReady());
  EXPECT_EQ(second.Call("y"), "y");
}

TEST_F(ConnectionTest, Drain_TellsClientsAndReturnsWhenAllHaveEnded) {
  Listen();
  BlockingClient client(listener_->address());
  ASSERT_TRUE(client.WaitReady());
  EXPECT_EQ(client.Call("x"), "x");
  listener_->Drain(absl::Seconds(10));
  EXPECT_EQ(listener_->connections(), 0);
  client.went_away.get_future().wait();
  EXPECT_TRUE(client.WaitClosed().ok());
}

TEST_F(ConnectionTest, IdleConnections_GoAwayFromEitherSide) {
  Listen();
  BlockingClient leaves(listener_->address(), {.limits = {.idle_timeout = absl::Milliseconds(20)}});
  ASSERT_TRUE(leaves.WaitReady());
  leaves.went_away.get_future().wait();
  EXPECT_TRUE(leaves.WaitClosed().ok());
  loops_[0].Run([&] { limits_.idle_timeout = absl::Milliseconds(20); });  // As it is read there.
  BlockingClient is_left(listener_->address());
  ASSERT_TRUE(is_left.WaitReady());
  is_left.went_away.get_future().wait();
  EXPECT_TRUE(is_left.WaitClosed().ok());
}

TEST_F(ConnectionTest, TargetsThatCannotBeReached_AreNamed) {
  Listen();
  const std::string address = listener_->address();
  listener_.reset();
  EXPECT_THAT(BlockingClient(address).WaitClosed().message(),
              HasSubstr(absl::StrCat(address, ": cannot connect: Connection refused")));
  EXPECT_EQ(BlockingClient("nonsense").WaitClosed().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(BlockingClient("unix:/nowhere/at.all").WaitClosed().message(),
              HasSubstr("No such file"));
}

TEST_F(ConnectionTest, TargetThatDoesNotSpeakHttp2_IsGivenUpInTime) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {.sin_family = AF_INET};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(fd, 1), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  const std::string target = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  const absl::Status why =
      BlockingClient(target, {.connect_timeout = absl::Milliseconds(20)}).WaitClosed();
  EXPECT_EQ(why.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(why.message(), HasSubstr(absl::StrCat(target, ": not connected within 20ms")));
  close(fd);
}

// TLS, with OpenSSL's own client.

class TlsTest : public ConnectionTest {
 protected:
  void SetUp() override {
    const SelfSigned pair = MakeSelfSigned("localhost");
    auto context = TlsContext::Create(pair.certificate, pair.key);
    ASSERT_TRUE(context.ok()) << context.status();
    Listen({.address = "127.0.0.1:0", .tls = *context});
  }

  // Without checking the certificate.
  std::string Curl(const std::string& options) const {
    return ConnectionTest::Curl(absl::StrCat("--insecure ", options), "https");
  }
};

TEST_F(TlsTest, Http2IsChosenByAlpn) {
  EXPECT_EQ(Curl("--http2 --data hello -w ' %{http_version} %header{x-tls}'"), "hello 2 yes");
}

TEST_F(TlsTest, Http1IsChosenByAlpn) {
  EXPECT_EQ(Curl("--http1.1 -w ' %{http_version}'"), "ok 1.1");
}

TEST_F(TlsTest, LargeBodies_GoBothWays) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/body", getpid());
  const std::string body(3'000'000, 'x');
  FILE* const file = fopen(path.c_str(), "w");
  fwrite(body.data(), 1, body.size(), file);
  fclose(file);
  const std::string answer = Curl(absl::StrCat("--http2 --data-binary @", path));
  EXPECT_TRUE(answer == body) << answer.size();
  std::remove(path.c_str());
}

TEST_F(TlsTest, OldVersionsAreRefused) { EXPECT_THAT(Curl("--tls-max 1.1"), HasSubstr("alert")); }

TEST_F(TlsTest, GarbageInsteadOfAHandshake_EndsTheConnection_AndTheNextIsServed) {
  const int fd = ConnectRaw();
  ASSERT_EQ(write(fd, "GET / HTTP/1.1\r\n\r\n", 18), 18);
  ReadToEnd(fd);  // An alert, perhaps, and the end.
  close(fd);
  EXPECT_EQ(Curl("--http2 --data next"), "next");
}

TEST(TlsContextTest, SaysWhichOfCertificateAndKeyIsWrong) {
  const SelfSigned one = MakeSelfSigned("one");
  const SelfSigned other = MakeSelfSigned("other");
  EXPECT_THAT(TlsContext::Create("", one.key).status().message(),
              HasSubstr("the certificate cannot be read"));
  EXPECT_THAT(TlsContext::Create(one.certificate, "x").status().message(),
              HasSubstr("the private key cannot be read"));
  EXPECT_THAT(TlsContext::Create(one.certificate, other.key).status().message(),
              HasSubstr("the private key does not belong"));
}

}  // namespace
}  // namespace serin
