#include "server/http/grpc_codes.h"

#include <iterator>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// RFC 9113, section 7.
enum Http2Error : uint32_t {
  kRefusedStream = 0x7,
  kCancel = 0x8,
  kEnhanceYourCalm = 0xb,
  kInadequateSecurity = 0xc,
};

}  // namespace

absl::StatusCode CodeOfHttpStatus(int http_status) {
  switch (http_status) {
    case 400:
    case 431:
      return absl::StatusCode::kInternal;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

absl::StatusCode CodeOfHttp2Error(uint32_t error) {
  switch (error) {
    case kRefusedStream:
      return absl::StatusCode::kUnavailable;
    case kCancel:
      return absl::StatusCode::kCancelled;
    case kEnhanceYourCalm:
      return absl::StatusCode::kResourceExhausted;
    case kInadequateSecurity:
      return absl::StatusCode::kPermissionDenied;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::string_view Http2ErrorName(uint32_t error) {
  static constexpr const char* kNames[] = {"NO_ERROR",
                                           "PROTOCOL_ERROR",
                                           "INTERNAL_ERROR",
                                           "FLOW_CONTROL_ERROR",
                                           "SETTINGS_TIMEOUT",
                                           "STREAM_CLOSED",
                                           "FRAME_SIZE_ERROR",
                                           "REFUSED_STREAM",
                                           "CANCEL",
                                           "COMPRESSION_ERROR",
                                           "CONNECT_ERROR",
                                           "ENHANCE_YOUR_CALM",
                                           "INADEQUATE_SECURITY",
                                           "HTTP_1_1_REQUIRED"};
  return error < std::size(kNames) ? kNames[error] : "an unknown error";
}

absl::Status StatusOfStreamEnd(absl::string_view peer, StreamEnd end, uint32_t error) {
  switch (end) {
    case StreamEnd::kComplete:
      return absl::UnknownError(absl::StrCat(peer, " ended the call without a grpc-status"));
    case StreamEnd::kReset:
      return absl::Status(CodeOfHttp2Error(error),
                          absl::StrCat(peer, " reset the call (", Http2ErrorName(error), ")"));
    case StreamEnd::kRefused:
      return absl::UnavailableError(absl::StrCat(peer, " did not take the call"));
    case StreamEnd::kConnectionLost:
      return absl::UnavailableError(
          absl::StrCat("the connection ended before ", peer, " had answered"));
  }
  return absl::InternalError("a stream ended in no known way");
}

}  // namespace serin
