#include "server/http/dialer.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/http/socket_transport.h"
#include "server/http/unique_fd.h"

namespace serin {
namespace {

// Returns the errno, 0 if it is connected; EINPROGRESS if it is not known yet.
int BeginToConnect(int fd, const SocketAddress& address) {
  return connect(fd, address.get(), address.size) == 0 ? 0 : errno;
}

// The outcome of what was in progress, likewise.
int OutcomeOf(int fd) {
  int error = 0;
  socklen_t size = sizeof(error);
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

class Attempt final : public std::enable_shared_from_this<Attempt>, private WatchHandler {
 public:
  Attempt(EpollLoop* loop, Dialer::Done done) : loop_(*loop), done_(std::move(done)) {}

  // The outcome comes later, whatever is known now.
  void Start(Resolver* resolver, const Target& target) {
    if (target.path.empty()) {
      return resolver->Resolve(target.host, target.port, [self = shared_from_this()](auto found) {
        self->OnResolved(std::move(found));
      });
    }
    loop_.Post([self = shared_from_this(), path = target.path] { self->ConnectToPath(path); });
  }

  void GiveUp() {
    done_ = nullptr;
    watch_.reset();
  }

 private:
  void ConnectToPath(const std::string& path) {
    sockaddr_un unix_address = {.sun_family = AF_UNIX};
    if (path.size() >= sizeof(unix_address.sun_path)) {
      return Finish(absl::InvalidArgumentError("the path is too long for a Unix socket"));
    }
    std::memcpy(unix_address.sun_path, path.data(), path.size());
    SocketAddress address = {.size = sizeof(unix_address)};
    std::memcpy(&address.storage, &unix_address, sizeof(unix_address));
    addresses_.push_back(address);
    ConnectNext();
  }

  void OnResolved(absl::StatusOr<std::vector<SocketAddress>> found) {
    if (!found.ok()) return Finish(found.status());
    addresses_ = *std::move(found);
    ConnectNext();
  }

  void ConnectNext() {
    if (done_ == nullptr) return;
    const SocketAddress& address = addresses_[next_++];
    fd_ =
        UniqueFd(socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int error = fd_.get() < 0 ? errno : BeginToConnect(fd_.get(), address);
    if (error != EINPROGRESS) return OnConnected(error);
    watch_ = loop_.MakeWatch(fd_.get(), this);
    watch_->WantRoom();
  }

  void OnReadable(bool) override {}  // OnRoom comes as well.

  void OnRoom() override {
    const auto self = shared_from_this();
    watch_.reset();
    OnConnected(OutcomeOf(fd_.get()));
  }

  void OnConnected(int error) {
    if (error == 0) return Finish(MakeSocketTransport(&loop_, std::move(fd_)));
    if (next_ < addresses_.size()) return ConnectNext();
    Finish(absl::UnavailableError(absl::StrCat("cannot connect: ", std::strerror(error))));
  }

  void Finish(absl::StatusOr<std::unique_ptr<Transport>> result) {
    if (Dialer::Done done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  EpollLoop& loop_;
  Dialer::Done done_;  // Null once called, or given up.
  std::vector<SocketAddress> addresses_;
  size_t next_ = 0;
  UniqueFd fd_;
  std::unique_ptr<Watch> watch_;
};

class SocketDialer final : public Dialer {
 public:
  SocketDialer(EpollLoop* loop, Resolver* resolver, const Target& target, Done done)
      : attempt_(std::make_shared<Attempt>(loop, std::move(done))) {
    attempt_->Start(resolver, target);
  }
  ~SocketDialer() override { attempt_->GiveUp(); }

 private:
  const std::shared_ptr<Attempt> attempt_;
};

}  // namespace

std::unique_ptr<Dialer> Dialer::Dial(EpollLoop* loop, Resolver* resolver, const Target& target,
                                     Done done) {
  return std::make_unique<SocketDialer>(loop, resolver, target, std::move(done));
}

}  // namespace serin
