#include "server/http/connector.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/http/dialer.h"
#include "server/http/http2.h"
#include "server/http/resolver.h"
#include "server/http/target.h"

namespace serin {
namespace {

// A session from the first attempt to connect on: dials, then passes everything to the HTTP/2
// session.
class DialedSession final : public ClientSession, public ClientSessionEvents {
 public:
  DialedSession(EpollLoop* loop, Resolver* resolver, const ConnectorOptions& options,
                std::string target, ClientSessionEvents* events)
      : loop_(*loop),
        options_(options),
        target_(std::move(target)),
        events_(*events),
        timer_(loop->MakeTimer([this] { OnTimeout(); })) {
    absl::StatusOr<Target> parsed = ParseTarget(target_);
    if (!parsed.ok()) bad_target_ = parsed.status();
    timer_->Arm(parsed.ok() ? options.connect_timeout : absl::ZeroDuration());
    if (!parsed.ok()) return;
    dialer_ =
        Dialer::Dial(loop, resolver, *parsed, [this](auto result) { OnDialed(std::move(result)); });
  }

  std::unique_ptr<HttpStream> Open(const Headers& head, bool end, StreamHandler* handler) override {
    return session_ == nullptr ? nullptr : session_->Open(head, end, handler);
  }
  size_t open_streams() const override {
    return session_ == nullptr ? 0 : session_->open_streams();
  }

  absl::Time last_heard() const override {
    return session_ == nullptr ? absl::InfinitePast() : session_->last_heard();
  }

 private:
  void OnDialed(absl::StatusOr<std::unique_ptr<Transport>> transport) {
    if (!transport.ok()) return Fail(transport.status());
    session_ = StartHttp2Client(&loop_, options_.limits, *std::move(transport), target_, this);
  }

  void OnTimeout() {
    if (!bad_target_.ok()) return events_.OnClosed(bad_target_);
    Fail(absl::UnavailableError(
        absl::StrCat("not connected within ", absl::FormatDuration(options_.connect_timeout))));
  }

  void Fail(const absl::Status& why) {
    timer_->Disarm();
    dialer_.reset();
    session_.reset();
    events_.OnClosed(absl::UnavailableError(absl::StrCat(target_, ": ", why.message())));
  }

  // Of the session.
  void OnReady() override {
    timer_->Disarm();
    events_.OnReady();
  }
  void OnStreamAvailable() override { events_.OnStreamAvailable(); }
  void OnGoAway() override { events_.OnGoAway(); }
  void OnClosed(absl::Status why) override {
    timer_->Disarm();
    events_.OnClosed(std::move(why));
  }

  EpollLoop& loop_;
  const ConnectorOptions options_;
  const std::string target_;
  ClientSessionEvents& events_;
  absl::Status bad_target_;
  std::unique_ptr<Timer> timer_;
  std::unique_ptr<Dialer> dialer_;
  std::unique_ptr<ClientSession> session_;  // Once connected.
};

class Connector final : public ClientConnector {
 public:
  Connector(EpollLoop* loop, const ConnectorOptions& options)
      : loop_(*loop), options_(options), resolver_(loop) {}

  std::unique_ptr<ClientSession> Connect(const std::string& target,
                                         ClientSessionEvents* events) override {
    return std::make_unique<DialedSession>(&loop_, &resolver_, options_, target, events);
  }

 private:
  EpollLoop& loop_;
  const ConnectorOptions options_;
  Resolver resolver_;
};

}  // namespace

std::unique_ptr<ClientConnector> MakeConnector(EpollLoop* loop, const ConnectorOptions& options) {
  return std::make_unique<Connector>(loop, options);
}

}  // namespace serin
