#ifndef SERIN_SERVER_HTTP_LOOP_CONNECTIONS_H_
#define SERIN_SERVER_HTTP_LOOP_CONNECTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "server/http/event_loop.h"
#include "server/http/protocol_detector.h"
#include "server/http/server_connection.h"

namespace serin {

// A listener's connections on one event loop, each from its first byte to its end.
class LoopConnections {
 public:
  // `on_ended` is called for each connection that has ended by itself, from the loop. An empty
  // `http1` closes what is not HTTP/2.
  LoopConnections(EventLoop* loop, ServerProtocol http2, ServerProtocol http1,
                  absl::Duration preface_timeout, std::function<void()> on_ended);

  void Add(std::unique_ptr<Transport> transport, StreamAcceptor::Peer peer);

  // See ServerConnection::Drain; connections that have not said what they speak end at once.
  void Drain(absl::Duration grace);

  size_t size() const { return connections_.size(); }

 private:
  struct Connection {
    StreamAcceptor::Peer peer;
    std::unique_ptr<ProtocolDetector> detector;  // Until it has detected.
    std::unique_ptr<ServerConnection> server;    // From then on.
  };

  void OnDetected(uint64_t id, std::unique_ptr<Transport> transport, HttpVersion version,
                  std::string already_read);
  void Remove(uint64_t id);

  EventLoop& loop_;
  const ServerProtocol http2_;
  const ServerProtocol http1_;
  const absl::Duration preface_timeout_;
  const std::function<void()> on_ended_;
  uint64_t last_id_ = 0;
  absl::flat_hash_map<uint64_t, Connection> connections_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_LOOP_CONNECTIONS_H_
