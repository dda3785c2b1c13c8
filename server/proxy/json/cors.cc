#include "server/proxy/json/cors.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr absl::string_view kMaxAgeSeconds = "7200";  // Chromium's limit.

bool IsAllowed(const std::vector<std::string>& allowed, absl::string_view origin) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& candidate) {
    return candidate == "*" || absl::EqualsIgnoreCase(candidate, origin);
  });
}

// Names of headers and commas; what a browser sends holds nothing else.
bool IsFieldNameList(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == ',' || c == ' ';
  });
}

void AddOrigin(absl::string_view origin, Headers* response) {
  response->Add("access-control-allow-origin", origin);
  response->Add("vary", "origin");
}

}  // namespace

bool IsCorsPreflight(const Headers& request) {
  return request.Get(":method") == "OPTIONS" && request.Has("origin") &&
         request.Has("access-control-request-method");
}

HttpReply AnswerCorsPreflight(const std::vector<std::string>& allowed_origins,
                              const Headers& request) {
  const absl::string_view origin = request.Get("origin");
  if (!IsAllowed(allowed_origins, origin)) {
    return ErrorReply(
        ErrorForm::kConnect,
        absl::PermissionDeniedError(
            absl::StrCat("origin ", QuoteForError(origin),
                         " may not call this server; the operator allows it with --cors_origins")));
  }
  HttpReply reply{.status = 204, .content_type = ""};
  AddOrigin(origin, &reply.headers);
  reply.headers.Add("access-control-allow-methods", "GET, HEAD, POST, PUT");
  // Any header may carry metadata, so those that the page wants are those allowed.
  const absl::string_view wanted = request.Get("access-control-request-headers");
  if (!wanted.empty() && IsFieldNameList(wanted)) {
    reply.headers.Add("access-control-allow-headers", wanted);
  }
  reply.headers.Add("access-control-max-age", kMaxAgeSeconds);
  return reply;
}

void AddCorsHeaders(const std::vector<std::string>& allowed_origins, absl::string_view origin,
                    Headers* response) {
  if (origin.empty() || !IsAllowed(allowed_origins, origin)) return;
  if (response->Has("access-control-allow-origin")) return;  // A preflight's; twice is an error.
  std::vector<std::string> exposed;
  for (size_t i = 0; i < response->size(); ++i) {
    const absl::string_view name = (*response)[i].name;
    if (!absl::StartsWith(name, ":")) exposed.emplace_back(name);
  }
  AddOrigin(origin, response);
  response->Add("access-control-expose-headers", absl::StrJoin(exposed, ", "));
}

}  // namespace serin
