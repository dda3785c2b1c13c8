#include "server/control/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

constexpr int32_t kDefaultPageSize = 100;
constexpr int32_t kMaxPageSize = 1000;

absl::StatusOr<int32_t> PageSize(int32_t requested) {
  if (requested < 0) {
    return InvalidField("page_size", absl::StrCat("must not be negative, is ", requested));
  }
  return requested == 0 ? kDefaultPageSize : std::min(requested, kMaxPageSize);
}

std::string PageToken(absl::string_view last_key) { return absl::WebSafeBase64Escape(last_key); }

// The last key of the page before; empty for the first page.
absl::StatusOr<std::string> ParsePageToken(const Listing& listing, absl::string_view token) {
  std::string key;
  if (token.empty()) return key;
  if (absl::WebSafeBase64Unescape(token, &key) && absl::StartsWith(key, listing.prefix)) return key;
  return InvalidField("page_token", "must be the next_page_token of an answer to the same listing");
}

// The first key after `key`.
std::string After(const std::string& key) { return key.empty() ? key : key + '\0'; }

}  // namespace

absl::StatusOr<std::string> ScanPage(const StoreReader& reader, const Listing& listing,
                                     int32_t page_size, absl::string_view page_token,
                                     VisitRecord visit) {
  SERIN_ASSIGN_OR_RETURN(int32_t left, PageSize(page_size));
  SERIN_ASSIGN_OR_RETURN(std::string last, ParsePageToken(listing, page_token));
  std::string next_token;
  absl::Status error;
  const auto visit_one = [&](absl::string_view key, absl::string_view value) {
    const absl::StatusOr<bool> belongs = visit(key, value, /*room=*/left > 0);
    error = belongs.status();
    if (!error.ok()) return false;
    if (!*belongs) return true;
    if (left-- == 0) {
      next_token = PageToken(last);
      return false;
    }
    last = std::string(key);
    return true;
  };
  SERIN_RETURN_IF_ERROR(listing.backward ? reader.ScanBackward(listing.prefix, last, visit_one)
                                         : reader.Scan(listing.prefix, After(last), visit_one));
  SERIN_RETURN_IF_ERROR(error);
  return next_token;
}

}  // namespace serin
