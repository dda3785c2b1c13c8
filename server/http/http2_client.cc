#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/http/http2.h"
#include "server/http/http2_connection.h"

namespace serin {
namespace {

class Http2Client final : public ClientSession, public Http2Owner {
 public:
  Http2Client(EventLoop* loop, const SessionLimits& limits, std::unique_ptr<Transport> transport,
              std::string peer_name, ClientSessionEvents* events)
      : limits_(limits),
        peer_name_(std::move(peer_name)),
        events_(*events),
        connection_(std::make_shared<Http2Connection>(Http2Connection::Side::kClient, loop,
                                                      &limits_, std::move(transport), this)) {
    connection_->Start("");
  }
  ~Http2Client() override { connection_->LetGo(); }

  std::unique_ptr<HttpStream> Open(const Headers& head, bool end, StreamHandler* handler) override {
    return connection_->Open(head, end, handler);
  }
  size_t open_streams() const override { return connection_->open_streams(); }
  absl::Time last_heard() const override { return connection_->last_heard(); }

 private:
  void OnPeerReady() override { events_.OnReady(); }
  void OnGoAway() override { events_.OnGoAway(); }
  void OnRoom() override { events_.OnStreamAvailable(); }
  void OnEnded(absl::Status why) override {
    if (!why.ok()) why = absl::UnavailableError(absl::StrCat(peer_name_, ": ", why.message()));
    events_.OnClosed(std::move(why));
  }
  void OnRequest(std::unique_ptr<HttpStream>, Headers, bool) override {}  // Servers only.

  const SessionLimits limits_;
  const std::string peer_name_;
  ClientSessionEvents& events_;
  const std::shared_ptr<Http2Connection> connection_;
};

}  // namespace

std::unique_ptr<ClientSession> StartHttp2Client(EventLoop* loop, const SessionLimits& limits,
                                                std::unique_ptr<Transport> transport,
                                                std::string peer_name,
                                                ClientSessionEvents* events) {
  return std::make_unique<Http2Client>(loop, limits, std::move(transport), std::move(peer_name),
                                       events);
}

}  // namespace serin
