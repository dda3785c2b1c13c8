#ifndef SERIN_SERVER_PROXY_JSON_CORS_H_
#define SERIN_SERVER_PROXY_JSON_CORS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/http/headers.h"
#include "server/proxy/json/http_reply.h"

// Which pages of other origins may call, as browsers ask it (the Fetch standard, "CORS protocol").
// Credentials (cookies) are never allowed: callers say who they are in headers.

namespace serin {

bool IsCorsPreflight(const Headers& request);

// 204 with what is allowed, or 403 saying that the origin is not.
HttpReply AnswerCorsPreflight(const std::vector<std::string>& allowed_origins,
                              const Headers& request);

// Adds to the head of a response what lets a page of an allowed origin read it; nothing where the
// request has no origin. `response` has all its other fields by then: they are those exposed.
void AddCorsHeaders(const std::vector<std::string>& allowed_origins, absl::string_view origin,
                    Headers* response);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_CORS_H_
