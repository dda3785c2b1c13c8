#ifndef SERIN_SERVER_PROXY_ENDPOINT_H_
#define SERIN_SERVER_PROXY_ENDPOINT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/http/client_session.h"
#include "server/http/event_loop.h"

namespace serin {

struct EndpointOptions {
  // A further connection is made when those there are have no room for a stream.
  size_t max_connections = 4;

  // Between attempts to connect: the first pause, twice as long after each failure, at most so
  // long. A connection that lived for a while is replaced at once.
  absl::Duration min_backoff = absl::Milliseconds(50);
  absl::Duration max_backoff = absl::Seconds(1);
};

// One address of an upstream, to which it keeps connected: at least one HTTP/2 connection, more
// while the peer's limit of streams demands it. Connects when it is made. Belongs to its loop.
class Endpoint {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    // Open may have more luck than before, or none for now. Not from within a method.
    virtual void OnEndpointChanged(Endpoint* endpoint) = 0;
  };

  // What a call may hope for.
  enum class State {
    kReady,       // Connected; Open fails only while all streams are taken.
    kConnecting,  // The outcome is near.
    kDown,        // It could not be reached; tries again by itself.
  };

  // All pointers outlive it.
  Endpoint(EventLoop* loop, ClientConnector* connector, std::string target, Owner* owner,
           EndpointOptions options = {});
  // Closes the connections; streams get no callback.
  ~Endpoint();

  // nullptr while there is no room; OnEndpointChanged follows when there may be.
  std::unique_ptr<HttpStream> Open(const Headers& head, bool end, StreamHandler* handler);

  State state() const;
  // When the peer last sent anything on a connection that there is now; InfinitePast if it has not.
  absl::Time last_heard() const;
  const std::string& target() const { return target_; }
  size_t connections() const { return connections_.size(); }

  // Why the last connection ended, for logs. Names addresses.
  const absl::Status& last_error() const { return last_error_; }

  // --- Of the pool that it belongs to.

  int outstanding = 0;   // Calls under way.
  int number = 0;        // In the pool's outlier detector.
  bool stalled = false;  // As the detector had it last.
  bool retired = false;  // Gets no more calls and goes with the last of them.

 private:
  class Connection;

  void Connect();
  void ConnectLater();
  void OnClosed(Connection* connection, const absl::Status& why);
  bool AnyUsable() const;
  bool AnyConnecting() const;

  EventLoop* const loop_;
  ClientConnector* const connector_;
  const std::string target_;
  Owner* const owner_;
  const EndpointOptions options_;

  std::vector<std::unique_ptr<Connection>> connections_;
  absl::Duration backoff_;
  absl::Time last_attempt_;
  absl::Status last_error_;
  const std::unique_ptr<Timer> reconnect_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_ENDPOINT_H_
