#ifndef SERIN_SERVER_PROXY_JSON_HTTP_REPLY_H_
#define SERIN_SERVER_PROXY_JSON_HTTP_REPLY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"
#include "server/http/headers.h"

namespace serin {

// A whole answer.
struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Headers headers = {};     // Beside content-type and content-length.
  absl::Status error = {};  // What the body says, of an error.
};

// Text that is not UTF-8 is replaced, so that an answer always parses. Members stand in
// the order in which they were put in.
HttpReply JsonReply(int status, const nlohmann::ordered_json& body);

// What a gRPC code is in HTTP, by the Connect protocol's table: 404 for NOT_FOUND, 499 for
// CANCELLED, 200 for OK.
int HttpStatusOf(absl::StatusCode code);

// Which of the error forms a path's clients understand.
enum class ErrorForm {
  kConnect,  // {"code": "not_found", "message": "...", "details": [...]}
  kPlain,    // {"error": "..."}, of TensorFlow Serving and the Open Inference Protocol.
};

// With `retry-after` where the error says when to try again.
HttpReply ErrorReply(ErrorForm form, const absl::Status& error);

// The same with another HTTP status, for what gRPC has no code for: 405, 413, 415.
HttpReply ErrorReply(ErrorForm form, const absl::Status& error, int http_status);

// RESOURCE_EXHAUSTED: more bodies are held than there is room for.
absl::Status TooManyBodies();

// The same error, details included, in other words.
absl::Status Reworded(const absl::Status& error, absl::string_view message);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_HTTP_REPLY_H_
