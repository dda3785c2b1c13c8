#include "server/http/socket_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "server/http/epoll_loop.h"

namespace serin {
namespace {

// Keeps what it is told, and tells when there is enough of it.
class Keeper final : public TransportHandler {
 public:
  void OnRead(absl::string_view bytes) override { read.append(bytes.data(), bytes.size()); }
  void OnWritable() override { ++writable; }
  void OnEnd() override {
    ended = true;
    over.set_value();
  }
  void OnClosed(absl::Status why) override {
    closed = std::move(why);
    over.set_value();
  }

  std::string read;
  int writable = 0;
  bool ended = false;
  absl::Status closed;
  std::promise<void> over;
};

// A transport on one end of a pair of sockets, and the other end, which blocks.
class SocketTransportTest : public ::testing::Test {
 protected:
  SocketTransportTest() {
    int fds[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    peer_ = UniqueFd(fds[0]);
    loop_.Run([&] { transport_ = MakeSocketTransport(&loop_, UniqueFd(fds[1])); });
  }
  ~SocketTransportTest() override {
    loop_.Run([&] { transport_.reset(); });
  }

  void PeerSays(const std::string& text) {
    EXPECT_EQ(write(peer_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  EpollLoop loop_;
  UniqueFd peer_;
  std::unique_ptr<Transport> transport_;
  Keeper keeper_;
};

TEST_F(SocketTransportTest, ReadsWhatCameBeforeThereWasAHandler_AndTheEndBehindIt) {
  PeerSays("hello");
  peer_ = UniqueFd();
  loop_.Run([] {});
  loop_.Run([&] { transport_->set_handler(&keeper_); });
  keeper_.over.get_future().wait();
  EXPECT_EQ(keeper_.read, "hello");
  EXPECT_TRUE(keeper_.ended);
}

TEST_F(SocketTransportTest, ReadsWhatCameWhileItWasPaused) {
  loop_.Run([&] {
    transport_->set_handler(&keeper_);
    transport_->PauseReading(true);
  });
  PeerSays("one ");
  loop_.Run([] {});
  PeerSays("two ");
  loop_.Run([] {});
  loop_.Run([&] { EXPECT_EQ(keeper_.read, ""); });
  loop_.Run([&] { transport_->PauseReading(false); });
  PeerSays("three");
  peer_ = UniqueFd();
  keeper_.over.get_future().wait();
  EXPECT_EQ(keeper_.read, "one two three");
}

TEST_F(SocketTransportTest, ReadsMoreThanOneRoundTakes) {
  std::string sent;
  while (sent.size() < (4 << 20)) sent += "0123456789abcdef";
  loop_.Run([&] { transport_->set_handler(&keeper_); });
  PeerSays(sent);
  peer_ = UniqueFd();
  keeper_.over.get_future().wait();
  EXPECT_EQ(keeper_.read, sent);
}

TEST_F(SocketTransportTest, TellsOnceWhenThereIsRoomAgain) {
  const std::string much(1 << 20, 'x');
  size_t taken = 0;
  loop_.Run([&] {
    transport_->set_handler(&keeper_);
    while (const size_t count = transport_->Write(much)) taken += count;
  });
  std::string received(taken, '\0');
  EXPECT_EQ(recv(peer_.get(), received.data(), taken, MSG_WAITALL), static_cast<ssize_t>(taken));
  loop_.Run([] {});
  loop_.Run([&] { EXPECT_EQ(keeper_.writable, 1); });
  loop_.Run([&] { EXPECT_EQ(transport_->Write("more"), 4); });
}

TEST_F(SocketTransportTest, AWriteToAPeerThatIsGone_TakesAllAndTellsLater) {
  loop_.Run([&] { transport_->set_handler(&keeper_); });
  loop_.Run([&] {
    transport_->PauseReading(true);  // Or the end would come first.
    peer_ = UniqueFd();
    EXPECT_EQ(transport_->Write("lost"), 4);
    EXPECT_TRUE(keeper_.closed.ok());
  });
  keeper_.over.get_future().wait();
  EXPECT_EQ(keeper_.closed, absl::UnavailableError("connection lost: Broken pipe"));
}

}  // namespace
}  // namespace serin
