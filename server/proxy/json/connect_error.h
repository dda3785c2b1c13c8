#ifndef SERIN_SERVER_PROXY_JSON_CONNECT_ERROR_H_
#define SERIN_SERVER_PROXY_JSON_CONNECT_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace serin {

// A code as the Connect protocol spells it: invalid_argument, canceled (with one l).
absl::string_view ConnectCode(absl::StatusCode code);

// An error as the Connect protocol has it:
//   {"code": "...", "message": "...", "details": [{"type", "value", "debug"}]}
// `value` is the detail's bytes in base64 without padding, `debug` the same as JSON, for people.
nlohmann::ordered_json ConnectErrorJson(const absl::Status& error);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_CONNECT_ERROR_H_
