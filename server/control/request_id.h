#ifndef SERIN_SERVER_CONTROL_REQUEST_ID_H_
#define SERIN_SERVER_CONTROL_REQUEST_ID_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// Checks a request_id that a user gave: at most 64 characters. The error is
// InvalidField("request_id", ...).
absl::Status ValidateRequestId(absl::string_view request_id);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_REQUEST_ID_H_
