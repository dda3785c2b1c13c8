#ifndef SERIN_SERVER_PROXY_JSON_CALL_HEAD_H_
#define SERIN_SERVER_PROXY_JSON_CALL_HEAD_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/acceptor.h"
#include "server/http/headers.h"

// How the headers of HTTP requests and the metadata of gRPC calls become each other.

namespace serin {

// How long the caller waits: `connect-timeout-ms`, which all forms take; infinite without it.
// INVALID_ARGUMENT for what is not 1 to 10 digits.
absl::StatusOr<absl::Duration> CallerTimeout(const Headers& request);

// The head of a gRPC call of `path` on behalf of an HTTP request: its metadata is the request's
// headers without those that speak of HTTP, of browsers, of the Connect protocol or of gRPC.
Headers GrpcCallHead(const Headers& request, absl::string_view path,
                     const StreamAcceptor::Peer& peer, absl::Duration timeout);

// Adds the metadata among the fields of a request, or of a gRPC response's head or trailers, with
// `prefix` before their names.
void AddMetadata(const Headers& from, absl::string_view prefix, Headers* to);

// What the response to a unary call holds of the call's metadata: that of the head as it is, that
// of the trailers with "trailer-" before it, unless the trailers were all there was.
Headers UnaryMetadata(const Headers& call_head, const Headers& call_trailers);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_CALL_HEAD_H_
