#ifndef SERIN_SERVER_HTTP_GRPC_WIRE_H_
#define SERIN_SERVER_HTTP_GRPC_WIRE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/headers.h"

// What gRPC says in header fields (gRPC's PROTOCOL-HTTP2.md). The messages in the body are
// grpc_framer.h's, calls that end without a status grpc_codes.h's.

namespace serin {

inline constexpr absl::string_view kGrpcContentType = "application/grpc";

// "application/grpc", also with "+proto", "+json" or parameters; not "application/grpc-web".
bool IsGrpcContentType(absl::string_view content_type);

// How long the caller waits: the value of `grpc-timeout`, at least 0. INVALID_ARGUMENT for what is
// not 1 to 8 digits and one of H, M, S, m, u, n.
absl::StatusOr<absl::Duration> ParseGrpcTimeout(absl::string_view value);

// The value of `grpc-timeout` to send, given how much time is left: in the finest unit that has
// room, rounded down, so that no hop lengthens a deadline. What is below 1 ns is 1 ns, since 0 may
// not be sent; what is above 99,999,999 hours is that.
std::string FormatGrpcTimeout(absl::Duration remaining);

// The value of `grpc-message`: percent-encoded UTF-8.
std::string EncodeGrpcMessage(absl::string_view message);

// Always UTF-8. What cannot be decoded stays as it is, as the specification demands; where that
// would not be UTF-8, nothing is decoded.
std::string DecodeGrpcMessage(absl::string_view value);

// Adds grpc-status and, of an error, grpc-message and grpc-status-details-bin (google.rpc.Status
// with core/base/errors.h's details). The three stay under 8 KiB, which is what clients must take:
// a message is cut after 1 KiB, and of details that are too large only the ErrorInfo goes.
void AddGrpcStatus(const absl::Status& status, Headers* trailers);

// The trailers of a response without metadata of its own.
Headers GrpcTrailers(const absl::Status& status);

// A response that consists of its end (Trailers-Only): to be sent with `end`.
Headers GrpcTrailersOnly(const absl::Status& status);

// The head of a response that has messages.
Headers GrpcResponseHead();

// The code that `grpc-status` gives; nullopt where the field is absent. UNKNOWN where it is no code
// of gRPC's.
std::optional<absl::StatusCode> GrpcCodeOf(const Headers& trailers);

// The status of a call, from the block of fields that ended its response: trailers, or a head that
// had nothing after it. Details that do not parse, or that are of another code, are dropped.
// Without a grpc-status: as the HTTP status says (grpc_codes.h) if the block has one, else UNKNOWN.
absl::Status GrpcStatusOf(const Headers& trailers);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_GRPC_WIRE_H_
