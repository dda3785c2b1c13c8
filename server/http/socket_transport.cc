#include "server/http/socket_transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// So many buffers full, and the other connections get their turn.
constexpr int kReadsPerRound = 8;

// Apart from the transport, which a handler may destroy while it is called.
class Socket final : public WatchHandler, public std::enable_shared_from_this<Socket> {
 public:
  Socket(EpollLoop* loop, UniqueFd fd)
      : loop_(*loop), fd_(std::move(fd)), watch_(loop->MakeWatch(fd_.get(), this)) {
    const int on = 1;
    setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // Not for Unix sockets.
  }

  void Close() {
    handler_ = nullptr;
    watch_.reset();
    fd_ = UniqueFd();
  }

  void set_handler(TransportHandler* handler) {
    handler_ = handler;
    ReadLater();
  }

  void PauseReading(bool pause) {
    paused_ = pause;
    ReadLater();
  }

  size_t Write(absl::string_view bytes) {
    if (broken_) return bytes.size();
    const ssize_t sent = send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      Break(errno);
      return bytes.size();
    }
    const auto taken = static_cast<size_t>(std::max<ssize_t>(sent, 0));
    if (taken < bytes.size()) watch_->WantRoom();
    return taken;
  }

  void CloseWrite() { shutdown(fd_.get(), SHUT_WR); }

 private:
  void OnReadable(bool ends) override {
    readable_ = true;
    ends_ |= ends;
    Read();
  }

  void OnRoom() override {
    const auto self = shared_from_this();
    if (handler_ != nullptr && !broken_) handler_->OnWritable();
  }

  bool Reads() const { return readable_ && handler_ != nullptr && !paused_ && !ended_ && !broken_; }

  // What there was to read when nobody wanted it is not told of again.
  void ReadLater() {
    if (!Reads() || std::exchange(reads_later_, true)) return;
    loop_.Post([self = shared_from_this()] {
      self->reads_later_ = false;
      self->Read();
    });
  }

  void Read() {
    const auto self = shared_from_this();
    const absl::Span<char> buffer = loop_.read_buffer();
    for (int i = 0; i < kReadsPerRound && Reads(); ++i) {
      const ssize_t size = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size == 0) return End();
      if (size < 0) return OnReadFailed(errno);
      // Less than there was room for is all there is: to ask again would cost a call of the system.
      readable_ = ends_ || static_cast<size_t>(size) == buffer.size();
      handler_->OnRead(absl::string_view(buffer.data(), static_cast<size_t>(size)));
    }
    ReadLater();
  }

  void OnReadFailed(int error) {
    if (error == EINTR) return ReadLater();
    if (error != EAGAIN) return Break(error);
    readable_ = false;
  }

  void End() {
    ended_ = true;
    handler_->OnEnd();
  }

  // Told later, since the cause may be a Write.
  void Break(int error) {
    if (std::exchange(broken_, true)) return;
    loop_.Post([self = shared_from_this(), error] {
      if (self->handler_ == nullptr) return;
      self->handler_->OnClosed(
          absl::UnavailableError(absl::StrCat("connection lost: ", std::strerror(error))));
    });
  }

  EpollLoop& loop_;
  UniqueFd fd_;
  std::unique_ptr<Watch> watch_;
  TransportHandler* handler_ = nullptr;
  bool readable_ = false;     // There may be something to read.
  bool ends_ = false;         // The end, or an error, is behind what there is to read.
  bool reads_later_ = false;  // Read has been posted.
  bool paused_ = false;
  bool ended_ = false;   // The peer writes no more.
  bool broken_ = false;  // OnClosed was called or will be.
};

class SocketTransport final : public Transport {
 public:
  SocketTransport(EpollLoop* loop, UniqueFd fd)
      : socket_(std::make_shared<Socket>(loop, std::move(fd))) {}
  ~SocketTransport() override { socket_->Close(); }

  void set_handler(TransportHandler* handler) override { socket_->set_handler(handler); }
  size_t Write(absl::string_view bytes) override { return socket_->Write(bytes); }
  void CloseWrite() override { socket_->CloseWrite(); }
  void PauseReading(bool pause) override { socket_->PauseReading(pause); }

 private:
  const std::shared_ptr<Socket> socket_;
};

}  // namespace

std::unique_ptr<Transport> MakeSocketTransport(EpollLoop* loop, UniqueFd fd) {
  return std::make_unique<SocketTransport>(loop, std::move(fd));
}

}  // namespace serin
