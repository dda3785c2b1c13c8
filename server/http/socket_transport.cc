#include "server/http/socket_transport.h"

#include <utility>

// Boost 1.74 needs <utility> before it.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using boost::system::error_code;

// So many buffers full, and the other connections get their turn.
constexpr int kReadsPerRound = 8;

absl::Status Broken(absl::string_view what, const error_code& error) {
  return absl::UnavailableError(absl::StrCat(what, ": ", error.message()));
}

int FamilyOf(int fd) {
  int family = AF_UNSPEC;
  socklen_t length = sizeof(family);
  getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length);
  return family;
}

// Apart from the transport, since Asio's operations outlive it.
class Socket final : public std::enable_shared_from_this<Socket> {
 public:
  Socket(AsioLoop* loop, int fd) : loop_(*loop), socket_(loop->context()) {
    const int family = FamilyOf(fd);
    error_code error;
    socket_.assign(stream_protocol(family, SOCK_STREAM), fd, error);
    socket_.non_blocking(true, error);
    if (family == AF_UNIX) return;
    socket_.set_option(asio::detail::socket_option::boolean<IPPROTO_TCP, TCP_NODELAY>(true), error);
  }

  void Close() {
    handler_ = nullptr;
    error_code error;
    socket_.close(error);
  }

  void set_handler(TransportHandler* handler) {
    handler_ = handler;
    WaitToRead();
  }

  void PauseReading(bool pause) {
    paused_ = pause;
    WaitToRead();
  }

  size_t Write(absl::string_view bytes) {
    if (broken_) return bytes.size();
    error_code error;
    const size_t taken = socket_.send(asio::buffer(bytes.data(), bytes.size()), 0, error);
    if (error && error != asio::error::would_block) {
      Break(error);
      return bytes.size();
    }
    if (taken < bytes.size()) WaitToWrite();
    return taken;
  }

  void CloseWrite() {
    error_code error;
    socket_.shutdown(stream_protocol::socket::shutdown_send, error);
  }

 private:
  bool Reads() const { return handler_ != nullptr && !paused_ && !ended_ && !broken_; }

  // Waits, and reads only then: no buffer is held for a connection that says nothing.
  void WaitToRead() {
    if (waits_to_read_ || !Reads()) return;
    waits_to_read_ = true;
    socket_.async_wait(stream_protocol::socket::wait_read,
                       [self = shared_from_this()](const error_code&) {
                         self->waits_to_read_ = false;
                         self->Read();
                       });
  }

  void Read() {
    const absl::Span<char> buffer = loop_.read_buffer();
    for (int i = 0; i < kReadsPerRound && Reads(); ++i) {
      error_code error;
      const size_t size = socket_.receive(asio::buffer(buffer.data(), buffer.size()), 0, error);
      if (error == asio::error::would_block) break;
      if (error == asio::error::eof) return End();
      if (error) return Break(error);
      handler_->OnRead(absl::string_view(buffer.data(), size));
      if (size < buffer.size()) break;
    }
    WaitToRead();
  }

  void End() {
    ended_ = true;
    handler_->OnEnd();
  }

  void WaitToWrite() {
    if (waits_to_write_) return;
    waits_to_write_ = true;
    socket_.async_wait(stream_protocol::socket::wait_write,
                       [self = shared_from_this()](const error_code& error) {
                         self->waits_to_write_ = false;
                         if (self->handler_ == nullptr || self->broken_) return;
                         if (!error) self->handler_->OnWritable();
                       });
  }

  // Told later, since the cause may be a Write.
  void Break(const error_code& error) {
    if (std::exchange(broken_, true)) return;
    loop_.Post([self = shared_from_this(), why = Broken("connection lost", error)] {
      if (self->handler_ != nullptr) self->handler_->OnClosed(why);
    });
  }

  AsioLoop& loop_;
  stream_protocol::socket socket_;
  TransportHandler* handler_ = nullptr;
  bool paused_ = false;
  bool ended_ = false;   // The peer writes no more.
  bool broken_ = false;  // OnClosed was called or will be.
  bool waits_to_read_ = false;
  bool waits_to_write_ = false;
};

class SocketTransport final : public Transport {
 public:
  SocketTransport(AsioLoop* loop, int fd) : socket_(std::make_shared<Socket>(loop, fd)) {}
  ~SocketTransport() override { socket_->Close(); }

  void set_handler(TransportHandler* handler) override { socket_->set_handler(handler); }
  size_t Write(absl::string_view bytes) override { return socket_->Write(bytes); }
  void CloseWrite() override { socket_->CloseWrite(); }
  void PauseReading(bool pause) override { socket_->PauseReading(pause); }

 private:
  const std::shared_ptr<Socket> socket_;
};

}  // namespace

std::unique_ptr<Transport> MakeSocketTransport(AsioLoop* loop, int fd) {
  return std::make_unique<SocketTransport>(loop, fd);
}

}  // namespace serin
