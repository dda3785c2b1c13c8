#include <functional>
#include <memory>
#include <utility>

#include "server/http/http2.h"
#include "server/http/http2_connection.h"

namespace serin {
namespace {

class Http2Server final : public ServerConnection, public Http2Owner {
 public:
  Http2Server(EventLoop* loop, const SessionLimits& limits, StreamAcceptor* acceptor,
              NewConnection connection)
      : limits_(limits),
        acceptor_(*acceptor),
        peer_(std::move(connection.peer)),
        on_closed_(std::move(connection.on_closed)),
        connection_(std::make_shared<Http2Connection>(Http2Connection::Side::kServer, loop,
                                                      &limits_, std::move(connection.transport),
                                                      this)) {
    connection_->Start(std::move(connection.already_read));
  }
  ~Http2Server() override { connection_->LetGo(); }

  void Drain(absl::Duration grace) override { connection_->Drain(grace); }

 private:
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end) override {
    acceptor_.OnRequest(std::move(stream), std::move(head), end, peer_);
  }
  void OnEnded(absl::Status) override {
    const std::function<void()> on_closed = std::move(on_closed_);  // It may destroy this.
    on_closed();
  }
  void OnPeerReady() override {}
  void OnGoAway() override {}
  void OnRoom() override {}

  const SessionLimits limits_;
  StreamAcceptor& acceptor_;
  const StreamAcceptor::Peer peer_;
  std::function<void()> on_closed_;
  const std::shared_ptr<Http2Connection> connection_;
};

}  // namespace

std::unique_ptr<ServerConnection> ServeHttp2(EventLoop* loop, const SessionLimits& limits,
                                             StreamAcceptor* acceptor, NewConnection connection) {
  return std::make_unique<Http2Server>(loop, limits, acceptor, std::move(connection));
}

}  // namespace serin
