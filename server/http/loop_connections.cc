#include "server/http/loop_connections.h"

#include <utility>
#include <vector>

namespace serin {

LoopConnections::LoopConnections(EventLoop* loop, ServerProtocol http2, ServerProtocol http1,
                                 absl::Duration preface_timeout, std::function<void()> on_ended)
    : loop_(*loop),
      http2_(std::move(http2)),
      http1_(std::move(http1)),
      preface_timeout_(preface_timeout),
      on_ended_(std::move(on_ended)) {}

void LoopConnections::Add(std::unique_ptr<Transport> transport, StreamAcceptor::Peer peer) {
  const uint64_t id = ++last_id_;
  Connection& connection = connections_[id];
  connection.peer = std::move(peer);
  connection.detector = std::make_unique<ProtocolDetector>(
      &loop_, std::move(transport), preface_timeout_,
      [this, id](std::unique_ptr<Transport> detected, HttpVersion version, std::string read) {
        OnDetected(id, std::move(detected), version, std::move(read));
      });
}

void LoopConnections::OnDetected(uint64_t id, std::unique_ptr<Transport> transport,
                                 HttpVersion version, std::string already_read) {
  const ServerProtocol& protocol = version == HttpVersion::kHttp2 ? http2_ : http1_;
  if (transport == nullptr || protocol == nullptr) return Remove(id);
  Connection& connection = connections_[id];
  connection.detector.reset();
  connection.server = protocol({.transport = std::move(transport),
                                .already_read = std::move(already_read),
                                .peer = std::move(connection.peer),
                                .on_closed = [this, id] { Remove(id); }});
}

void LoopConnections::Drain(absl::Duration grace) {
  std::vector<uint64_t> silent;
  for (auto& [id, connection] : connections_) {
    if (connection.server != nullptr) {
      connection.server->Drain(grace);
    } else {
      silent.push_back(id);
    }
  }
  for (const uint64_t id : silent) Remove(id);
}

void LoopConnections::Remove(uint64_t id) {
  // Destroyed outside the map: what it destroys may add or remove.
  const auto removed = connections_.extract(id);
  if (!removed.empty()) on_ended_();
}

}  // namespace serin
