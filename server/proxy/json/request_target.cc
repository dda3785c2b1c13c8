#include "server/proxy/json/request_target.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

absl::Status NotDecodable(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("the path holds ", QuoteForError(text), why));
}

// `plus_is_space`: as forms encode queries.
absl::StatusOr<std::string> Decode(absl::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexValue(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return NotDecodable(text, ", where % must be followed by two hexadecimal digits");
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  if (ValidUtf8Prefix(out) != out.size()) return NotDecodable(text, ", which is not UTF-8");
  return out;
}

absl::Status DecodeQuery(absl::string_view query, RequestTarget* target) {
  for (absl::string_view part : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    SERIN_ASSIGN_OR_RETURN(std::string name, Decode(pair.first, /*plus_is_space=*/true));
    SERIN_ASSIGN_OR_RETURN(std::string value, Decode(pair.second, /*plus_is_space=*/true));
    target->query.emplace_back(std::move(name), std::move(value));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RequestTarget> ParseRequestTarget(absl::string_view path_and_query) {
  RequestTarget target;
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(path_and_query, absl::MaxSplits('?', 1));
  absl::string_view path = halves.first;
  if (!absl::ConsumePrefix(&path, "/")) return NotDecodable(path, ", which must begin with '/'");
  target.path = std::string(halves.first);
  absl::ConsumeSuffix(&path, "/");
  for (absl::string_view segment : absl::StrSplit(path, '/')) {
    SERIN_ASSIGN_OR_RETURN(std::string decoded, Decode(segment, /*plus_is_space=*/false));
    target.segments.push_back(std::move(decoded));
  }
  SERIN_RETURN_IF_ERROR(DecodeQuery(halves.second, &target));
  return target;
}

}  // namespace serin
