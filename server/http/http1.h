#ifndef SERIN_SERVER_HTTP_HTTP1_H_
#define SERIN_SERVER_HTTP_HTTP1_H_

#include <memory>

#include "server/http/acceptor.h"
#include "server/http/event_loop.h"
#include "server/http/server_connection.h"
#include "server/http/session_limits.h"

// HTTP/1.1 and 1.0 (RFC 9112) over any transport.

namespace serin {

// Serves one request after the other, in the order in which they come; each is a stream like one of
// HTTP/2. Of the limits it obeys max_header_list_bytes (431), stream_window (it stops reading),
// write_bytes, header_timeout (408), idle_timeout (between requests, and for a peer that within one
// neither sends what it announced nor reads what it asked for) and linger.
//
// What could be read in two ways is answered 400 and ends the connection, so that nobody can
// smuggle a request past whoever stands in front: both Content-Length and Transfer-Encoding,
// several of either, any transfer coding but `chunked`, a line that does not end with CRLF. A peer
// that closes its side while it waits for an answer is taken to have gone away. No upgrades.
//
// `loop` and `acceptor` outlive the connection.
std::unique_ptr<ServerConnection> ServeHttp1(EventLoop* loop, const SessionLimits& limits,
                                             StreamAcceptor* acceptor, NewConnection connection);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP1_H_
