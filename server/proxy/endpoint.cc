#include "server/proxy/endpoint.h"

#include <algorithm>
#include <utility>

namespace serin {
namespace {

// A connection that lived so long was no failure, however it ended.
constexpr absl::Duration kLongLived = absl::Seconds(5);

}  // namespace

class Endpoint::Connection final : public ClientSessionEvents {
 public:
  explicit Connection(Endpoint* endpoint)
      : endpoint_(*endpoint), session_(endpoint->connector_->Connect(endpoint->target_, this)) {}

  std::unique_ptr<HttpStream> Open(const Headers& head, bool end, StreamHandler* handler) {
    return usable() ? session_->Open(head, end, handler) : nullptr;
  }

  bool usable() const { return state_ == State::kReady; }
  bool connecting() const { return state_ == State::kConnecting; }

  absl::Time last_heard() const { return session_->last_heard(); }

  void OnReady() override {
    state_ = State::kReady;
    endpoint_.owner_->OnEndpointChanged(&endpoint_);
  }
  void OnStreamAvailable() override { endpoint_.owner_->OnEndpointChanged(&endpoint_); }
  void OnGoAway() override {
    state_ = State::kLeaving;
    if (!endpoint_.AnyUsable() && !endpoint_.AnyConnecting()) endpoint_.ConnectLater();
    endpoint_.owner_->OnEndpointChanged(&endpoint_);
  }
  void OnClosed(absl::Status why) override { endpoint_.OnClosed(this, why); }  // Destroys this.

 private:
  enum class State { kConnecting, kReady, kLeaving };

  Endpoint& endpoint_;
  State state_ = State::kConnecting;
  std::unique_ptr<ClientSession> session_;
};

Endpoint::Endpoint(EventLoop* loop, ClientConnector* connector, std::string target, Owner* owner,
                   EndpointOptions options)
    : loop_(loop),
      connector_(connector),
      target_(std::move(target)),
      owner_(owner),
      options_(options),
      backoff_(options.min_backoff),
      reconnect_(loop->MakeTimer([this] {
        Connect();
        owner_->OnEndpointChanged(this);
      })) {
  Connect();
}

Endpoint::~Endpoint() = default;

std::unique_ptr<HttpStream> Endpoint::Open(const Headers& head, bool end, StreamHandler* handler) {
  for (const auto& connection : connections_) {
    if (auto stream = connection->Open(head, end, handler)) return stream;
  }
  const bool full = AnyUsable() && connections_.size() < options_.max_connections;
  if (full && !AnyConnecting()) Connect();
  return nullptr;
}

Endpoint::State Endpoint::state() const {
  if (AnyUsable()) return State::kReady;
  return AnyConnecting() ? State::kConnecting : State::kDown;
}

absl::Time Endpoint::last_heard() const {
  absl::Time last = absl::InfinitePast();
  for (const auto& connection : connections_) last = std::max(last, connection->last_heard());
  return last;
}

void Endpoint::Connect() {
  last_attempt_ = loop_->Now();
  connections_.push_back(std::make_unique<Connection>(this));
}

void Endpoint::ConnectLater() {
  const absl::Duration pause = last_attempt_ + backoff_ - loop_->Now();
  if (pause > absl::ZeroDuration()) return reconnect_->Arm(pause);
  Connect();
}

void Endpoint::OnClosed(Connection* connection, const absl::Status& why) {
  const bool lived = connection->usable() && loop_->Now() - last_attempt_ >= kLongLived;
  last_error_ = why;
  const auto it =
      std::find_if(connections_.begin(), connections_.end(),
                   [&](const auto& candidate) { return candidate.get() == connection; });
  const std::unique_ptr<Connection> closed = std::move(*it);
  connections_.erase(it);
  if (!AnyUsable() && !AnyConnecting()) {
    ConnectLater();
    backoff_ = lived ? options_.min_backoff : std::min(2 * backoff_, options_.max_backoff);
  }
  owner_->OnEndpointChanged(this);
}

bool Endpoint::AnyUsable() const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& connection) { return connection->usable(); });
}

bool Endpoint::AnyConnecting() const {
  return std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& connection) { return connection->connecting(); });
}

}  // namespace serin
