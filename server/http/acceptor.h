#ifndef SERIN_SERVER_HTTP_ACCEPTOR_H_
#define SERIN_SERVER_HTTP_ACCEPTOR_H_

#include <memory>
#include <string>

#include "server/http/headers.h"
#include "server/http/stream.h"

namespace serin {

// What a server session calls for each request, on the event loop of its connection.
class StreamAcceptor {
 public:
  // The other end of a connection.
  struct Peer {
    std::string address;  // "192.0.2.1:4242", "[2001:db8::1]:4242" or "unix:".
    bool tls = false;
  };

  virtual ~StreamAcceptor() = default;

  // Takes the stream, and sets its handler before it returns or destroys it (which refuses the
  // request: REFUSED_STREAM, so that the client may send it again). `head` is well-formed: it has
  // :method and :path, names in lower case. `end`: there is no body and no trailers. `peer` is
  // valid during the call.
  virtual void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                         const Peer& peer) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_ACCEPTOR_H_
