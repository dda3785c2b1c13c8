#ifndef SERIN_SERVER_HTTP_CONNECTOR_H_
#define SERIN_SERVER_HTTP_CONNECTOR_H_

#include <memory>

#include "absl/time/time.h"
#include "server/http/client_session.h"
#include "server/http/epoll_loop.h"
#include "server/http/session_limits.h"

namespace serin {

struct ConnectorOptions {
  // Names resolved, connected, and SETTINGS received.
  absl::Duration connect_timeout = absl::Seconds(5);
  SessionLimits limits;
};

// Connects over TCP and Unix sockets, in plain text. Names are resolved without holding up the
// loop, and their addresses are tried in order. `loop` outlives the connector and its sessions.
std::unique_ptr<ClientConnector> MakeConnector(EpollLoop* loop, const ConnectorOptions& options);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_CONNECTOR_H_
