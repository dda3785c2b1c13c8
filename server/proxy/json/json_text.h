#ifndef SERIN_SERVER_PROXY_JSON_JSON_TEXT_H_
#define SERIN_SERVER_PROXY_JSON_JSON_TEXT_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace serin {

// What is checked before any parser sees a body, in one pass: INVALID_ARGUMENT for text that is not
// UTF-8 (naming the byte, counted from 0) and for arrays and objects nested more than `max_depth`
// deep. Whether it is JSON at all is for the parser to say.
absl::Status CheckJsonText(absl::string_view text, int max_depth);

// The checks above, then the parse. The error says where the text stops being JSON.
absl::StatusOr<nlohmann::json> ParseJson(absl::string_view text, int max_depth);

// "a number", "an object", ...: for messages.
absl::string_view JsonTypeName(const nlohmann::json& value);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_JSON_TEXT_H_
