#ifndef SERIN_SERVER_HTTP_HTTP2_H_
#define SERIN_SERVER_HTTP_HTTP2_H_

#include <memory>
#include <string>

#include "server/http/acceptor.h"
#include "server/http/client_session.h"
#include "server/http/event_loop.h"
#include "server/http/server_connection.h"
#include "server/http/session_limits.h"
#include "server/http/transport.h"

// HTTP/2 (RFC 9113) over any transport.

namespace serin {

// `loop` and `acceptor` outlive the connection.
std::unique_ptr<ServerConnection> ServeHttp2(EventLoop* loop, const SessionLimits& limits,
                                             StreamAcceptor* acceptor, NewConnection connection);

// `peer_name` is for messages. `loop` and `events` outlive the session.
std::unique_ptr<ClientSession> StartHttp2Client(EventLoop* loop, const SessionLimits& limits,
                                                std::unique_ptr<Transport> transport,
                                                std::string peer_name, ClientSessionEvents* events);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP2_H_
