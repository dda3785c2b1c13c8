#ifndef SERIN_SERVER_HTTP_SOCKET_TRANSPORT_H_
#define SERIN_SERVER_HTTP_SOCKET_TRANSPORT_H_

#include <memory>

#include "server/http/asio_loop.h"
#include "server/http/transport.h"

namespace serin {

// A connected TCP or Unix socket. Takes `fd`, which it makes non-blocking and, if it is TCP, sets
// TCP_NODELAY on: frames are gathered by whoever writes. Called on the loop.
std::unique_ptr<Transport> MakeSocketTransport(AsioLoop* loop, int fd);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_SOCKET_TRANSPORT_H_
