#ifndef SERIN_SERVER_HTTP_GRPC_CODES_H_
#define SERIN_SERVER_HTTP_GRPC_CODES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/http/stream.h"

// The gRPC code of a call that ended without a grpc-status. Where there is one, it holds, and none
// of this is asked.

namespace serin {

// Of a response whose HTTP status is not a gRPC response's (gRPC's http-grpc-status-mapping.md).
// 200 is UNKNOWN, since a response that is all right has a grpc-status.
absl::StatusCode CodeOfHttpStatus(int http_status);

// Of a stream that the peer reset (gRPC's PROTOCOL-HTTP2.md, "Errors"). Codes that the table there
// leaves out (STREAM_CLOSED, HTTP_1_1_REQUIRED, unknown ones) are INTERNAL, as in gRPC's own core.
absl::StatusCode CodeOfHttp2Error(uint32_t error);

// "CANCEL" for 8 (RFC 9113, section 7); "an unknown error" for what is not there.
absl::string_view Http2ErrorName(uint32_t error);

// Of a call whose stream ended so, seen from the side that waits for the response. `peer` begins
// the message: "the predictor reset the call (INTERNAL_ERROR)". kRefused and kConnectionLost are
// UNAVAILABLE; of the two, only kRefused says that the call was never looked at.
absl::Status StatusOfStreamEnd(absl::string_view peer, StreamEnd end, uint32_t error);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_GRPC_CODES_H_
