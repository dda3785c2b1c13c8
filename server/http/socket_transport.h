#ifndef SERIN_SERVER_HTTP_SOCKET_TRANSPORT_H_
#define SERIN_SERVER_HTTP_SOCKET_TRANSPORT_H_

#include <memory>

#include "server/http/epoll_loop.h"
#include "server/http/transport.h"
#include "server/http/unique_fd.h"

namespace serin {

// A connected TCP or Unix socket. Sets TCP_NODELAY on the former: frames are gathered by whoever
// writes. Called on the loop.
std::unique_ptr<Transport> MakeSocketTransport(EpollLoop* loop, UniqueFd fd);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_SOCKET_TRANSPORT_H_
