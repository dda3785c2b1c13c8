#ifndef SERIN_SERVER_HTTP_CLIENT_SESSION_H_
#define SERIN_SERVER_HTTP_CLIENT_SESSION_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/http/headers.h"
#include "server/http/stream.h"

namespace serin {

// What the owner of a client session is told, from the session's event loop and never from within
// a call of a method. A callback may destroy the session.
class ClientSessionEvents {
 public:
  virtual ~ClientSessionEvents() = default;

  // Once: connected, and the peer speaks HTTP/2 (its SETTINGS came). Streams can be opened.
  virtual void OnReady() = 0;

  // After Open had no room for a stream: there is room again.
  virtual void OnStreamAvailable() = 0;

  // Once: no stream can be opened any more; those that are open run on. OnClosed follows when the
  // last of them has ended.
  virtual void OnGoAway() = 0;

  // Once, and the last: the connection has ended, or could not be made. OK after OnGoAway when all
  // streams had ended; UNAVAILABLE naming the target and the cause otherwise. Streams that were
  // open have been told before.
  virtual void OnClosed(absl::Status why) = 0;
};

// A connection to an upstream. Not thread-safe: belongs to one event loop. Destroying it closes the
// connection; its streams, which may outlive it, get no callback.
class ClientSession {
 public:
  virtual ~ClientSession() = default;

  // Sends a request whose head is `head` (:method, :scheme, :authority, :path, fields). `handler`
  // outlives the stream. nullptr when no stream can be opened now: not ready, going away, or at
  // the peer's limit of streams; in the last case OnStreamAvailable follows.
  virtual std::unique_ptr<HttpStream> Open(const Headers& head, bool end,
                                           StreamHandler* handler) = 0;

  // Those that have not ended, reset ones until the reset has been written.
  virtual size_t open_streams() const = 0;

  // When the peer last sent anything, if only the answer to a ping; InfinitePast before that.
  virtual absl::Time last_heard() const = 0;
};

// Makes client sessions on one event loop.
class ClientConnector {
 public:
  virtual ~ClientConnector() = default;

  // Starts to connect and returns at once; `events` outlives the session, and hears of anything
  // that is wrong with the target by OnClosed. Targets, as gRPC writes them: "HOST:PORT",
  // "dns:HOST:PORT", "ipv4:1.2.3.4:PORT", "ipv6:[::1]:PORT", "unix:PATH".
  virtual std::unique_ptr<ClientSession> Connect(const std::string& target,
                                                 ClientSessionEvents* events) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_CLIENT_SESSION_H_
