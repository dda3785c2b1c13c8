#ifndef SERIN_SERVER_HTTP_TLS_TRANSPORT_H_
#define SERIN_SERVER_HTTP_TLS_TRANSPORT_H_

#include <memory>

#include "server/http/event_loop.h"
#include "server/http/tls_context.h"
#include "server/http/transport.h"

namespace serin {

// TLS over another transport, on the server's side. The handshake begins with the first handler;
// a handshake that fails is OnClosed.
std::unique_ptr<Transport> MakeTlsServerTransport(EventLoop* loop, const TlsContext& context,
                                                  std::unique_ptr<Transport> inner);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_TLS_TRANSPORT_H_
