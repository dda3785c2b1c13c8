#ifndef SERIN_SERVER_PROXY_JSON_REQUEST_TARGET_H_
#define SERIN_SERVER_PROXY_JSON_REQUEST_TARGET_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// What a request's :path names, decoded.
struct RequestTarget {
  std::string path;                   // As it came, without the query.
  std::vector<std::string> segments;  // Of the path, percent-decoded: {"v1", "models", "iris"}.
  std::vector<std::pair<std::string, std::string>> query;  // In order, percent-decoded.
};

// INVALID_ARGUMENT for a path that does not begin with '/', a '%' without two hexadecimal digits
// after it, or text that is not UTF-8 once decoded. A slash at the end counts for nothing.
absl::StatusOr<RequestTarget> ParseRequestTarget(absl::string_view path_and_query);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_REQUEST_TARGET_H_
