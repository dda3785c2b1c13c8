#include "server/dataset/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/errors.h"
#include "core/base/sha256.h"

namespace serin {
namespace {

// What tells the tokens of one filter from those of another; nothing where there is no filter.
std::string MarkOf(absl::string_view filter) {
  if (filter.empty()) return "";
  Sha256 digest;
  digest.Update(filter);
  return digest.HexDigest().substr(0, 16);
}

}  // namespace

absl::StatusOr<size_t> PageSizeOf(int32_t page_size) {
  constexpr int32_t kDefault = 100;
  constexpr int32_t kMost = 1000;
  if (page_size < 0) {
    return InvalidField("page_size", absl::StrCat("must not be negative, is ", page_size));
  }
  return page_size == 0 ? kDefault : std::min(page_size, kMost);
}

std::string PageTokenAfter(absl::string_view last, absl::string_view filter) {
  return absl::WebSafeBase64Escape(absl::StrCat(MarkOf(filter), last));
}

absl::StatusOr<std::string> ParsePageToken(absl::string_view token, absl::string_view prefix,
                                           absl::string_view filter) {
  if (token.empty()) return std::string();
  std::string bytes;
  const bool is_text = absl::WebSafeBase64Unescape(token, &bytes);
  absl::string_view last = bytes;
  if (is_text && absl::ConsumePrefix(&last, MarkOf(filter)) && absl::StartsWith(last, prefix)) {
    return std::string(last);
  }
  return InvalidField("page_token", "is none that an earlier answer to this request gave");
}

}  // namespace serin
