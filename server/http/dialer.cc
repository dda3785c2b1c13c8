#include "server/http/dialer.h"

#include <utility>

// Boost 1.74 needs <utility> before it.
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/http/socket_transport.h"

namespace serin {
namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using asio::ip::tcp;
using boost::system::error_code;

class Attempt final : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(AsioLoop* loop, Dialer::Done done)
      : loop_(*loop),
        done_(std::move(done)),
        resolver_(loop->context()),
        socket_(loop->context()) {}

  void Start(const Target& target) {
    if (target.path.empty()) return Resolve(target);
    if (target.path.size() >= sizeof(sockaddr_un::sun_path)) {
      return loop_.Post([self = shared_from_this()] {
        self->Finish(absl::InvalidArgumentError("the path is too long for a Unix socket"));
      });
    }
    endpoints_.push_back(asio::local::stream_protocol::endpoint(target.path));
    ConnectNext();
  }

  void GiveUp() {
    done_ = nullptr;
    error_code error;
    resolver_.cancel();
    socket_.close(error);
  }

 private:
  void Resolve(const Target& target) {
    resolver_.async_resolve(target.host, target.port,
                            [self = shared_from_this()](const error_code& error,
                                                        const tcp::resolver::results_type& found) {
                              self->OnResolved(error, found);
                            });
  }

  void OnResolved(const error_code& error, const tcp::resolver::results_type& found) {
    if (error)
      return Finish(absl::UnavailableError(absl::StrCat("no such host: ", error.message())));
    for (const auto& entry : found) endpoints_.push_back(entry.endpoint());
    ConnectNext();
  }

  void ConnectNext() {
    if (done_ == nullptr) return;
    const stream_protocol::endpoint& endpoint = endpoints_[next_++];
    error_code error;
    socket_.close(error);
    socket_.async_connect(endpoint, [self = shared_from_this()](const error_code& failed) {
      self->OnConnected(failed);
    });
  }

  void OnConnected(const error_code& error) {
    if (done_ == nullptr) return;
    if (!error) return Finish(MakeSocketTransport(&loop_, socket_.release()));
    if (next_ < endpoints_.size()) return ConnectNext();
    Finish(absl::UnavailableError(absl::StrCat("cannot connect: ", error.message())));
  }

  void Finish(absl::StatusOr<std::unique_ptr<Transport>> result) {
    if (Dialer::Done done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  AsioLoop& loop_;
  Dialer::Done done_;  // Null once called, or given up.
  tcp::resolver resolver_;
  stream_protocol::socket socket_;
  std::vector<stream_protocol::endpoint> endpoints_;
  size_t next_ = 0;
};

class AsioDialer final : public Dialer {
 public:
  AsioDialer(AsioLoop* loop, const Target& target, Done done)
      : attempt_(std::make_shared<Attempt>(loop, std::move(done))) {
    attempt_->Start(target);
  }
  ~AsioDialer() override { attempt_->GiveUp(); }

 private:
  const std::shared_ptr<Attempt> attempt_;
};

}  // namespace

std::unique_ptr<Dialer> Dialer::Dial(AsioLoop* loop, const Target& target, Done done) {
  return std::make_unique<AsioDialer>(loop, target, std::move(done));
}

}  // namespace serin
