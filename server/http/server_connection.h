#ifndef SERIN_SERVER_HTTP_SERVER_CONNECTION_H_
#define SERIN_SERVER_HTTP_SERVER_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "server/http/acceptor.h"
#include "server/http/transport.h"

namespace serin {

// A connection of a client to us, of whatever version of HTTP. Belongs to one event loop.
// Destroying it closes the connection at once; its streams, which may outlive it, get no callback.
class ServerConnection {
 public:
  virtual ~ServerConnection() = default;

  // Takes no more requests, lets those under way end, then closes. After `grace` what still runs
  // is cut off (OnClosed with kConnectionLost).
  virtual void Drain(absl::Duration grace) = 0;
};

// A connection whose protocol has just been recognised.
struct NewConnection {
  std::unique_ptr<Transport> transport;
  std::string already_read;  // Bytes taken from the transport so far, which come before OnRead's.
  StreamAcceptor::Peer peer;

  // Called once, from the loop and never from within a method: the connection has ended, its
  // streams have been told, and whoever owns the ServerConnection destroys it (from within the
  // call, too).
  std::function<void()> on_closed;
};

// Serves one version of HTTP on the connections of one event loop. Called on that loop.
using ServerProtocol = std::function<std::unique_ptr<ServerConnection>(NewConnection)>;

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_SERVER_CONNECTION_H_
