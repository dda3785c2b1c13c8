#include "server/dataset/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {

absl::StatusOr<size_t> PageSizeOf(int32_t page_size) {
  constexpr int32_t kDefault = 100;
  constexpr int32_t kMost = 1000;
  if (page_size < 0) {
    return InvalidField("page_size", absl::StrCat("must not be negative, is ", page_size));
  }
  return page_size == 0 ? kDefault : std::min(page_size, kMost);
}

std::string PageTokenAfter(absl::string_view last) { return absl::WebSafeBase64Escape(last); }

absl::StatusOr<std::string> ParsePageToken(absl::string_view token, absl::string_view prefix) {
  std::string last;
  if (token.empty()) return last;
  if (absl::WebSafeBase64Unescape(token, &last) && absl::StartsWith(last, prefix)) return last;
  return InvalidField("page_token", "is none that an earlier answer to this request gave");
}

}  // namespace serin
