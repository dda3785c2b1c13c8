#include "server/http/http1.h"

#include <utility>

#include "server/http/http1_connection.h"

namespace serin {
namespace {

class Http1Server final : public ServerConnection {
 public:
  explicit Http1Server(std::shared_ptr<Http1Connection> connection)
      : connection_(std::move(connection)) {}
  ~Http1Server() override { connection_->LetGo(); }

  void Drain(absl::Duration grace) override { connection_->Drain(grace); }

 private:
  const std::shared_ptr<Http1Connection> connection_;
};

}  // namespace

std::unique_ptr<ServerConnection> ServeHttp1(EventLoop* loop, const SessionLimits& limits,
                                             StreamAcceptor* acceptor, NewConnection connection) {
  std::string already_read = std::move(connection.already_read);
  auto served = std::make_shared<Http1Connection>(loop, limits, acceptor, std::move(connection));
  served->Start(std::move(already_read));
  return std::make_unique<Http1Server>(std::move(served));
}

}  // namespace serin
