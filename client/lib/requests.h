#ifndef SERIN_CLIENT_LIB_REQUESTS_H_
#define SERIN_CLIENT_LIB_REQUESTS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace serin {

// Pages as large as the server gives them.
inline constexpr int kPageSize = 1000;

template <typename Request>
Request Named(absl::string_view name) {
  Request request;
  request.set_name(std::string(name));
  return request;
}

template <typename Request>
Request FirstPage() {
  Request request;
  request.set_page_size(kPageSize);
  return request;
}

}  // namespace serin

#endif  // SERIN_CLIENT_LIB_REQUESTS_H_
