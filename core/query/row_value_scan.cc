#include "core/query/row_value_scan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace serin {
namespace {

bool IsWord(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// Bytes up to and with `end`, looked for from `from` on; all where it is not there.
size_t Through(absl::string_view sql, absl::string_view end, size_t from) {
  const size_t at = sql.find(end, from);
  return at == absl::string_view::npos ? sql.size() : at + end.size();
}

// Bytes of the token at the front: https://sqlite.org/lang_keywords.html and lang_comment.html. A
// doubled quote within quotes ends one token and begins the next, which makes no difference here.
size_t TokenSize(absl::string_view sql) {
  switch (sql[0]) {
    case '\'':
    case '"':
    case '`':
      return Through(sql, sql.substr(0, 1), 1);
    case '[':
      return Through(sql, "]", 1);
    default:
      if (!IsWord(sql[0])) return 1;
      return static_cast<size_t>(std::find_if_not(sql.begin(), sql.end(), IsWord) - sql.begin());
  }
}

// Bytes of the space or comment at the front; 0: there is none.
size_t SpaceSize(absl::string_view sql) {
  if (absl::ascii_isspace(sql[0])) return 1;
  if (absl::StartsWith(sql, "--")) return Through(sql, "\n", 2);
  if (absl::StartsWith(sql, "/*")) return Through(sql, "*/", 2);
  return 0;
}

}  // namespace

bool MayHaveRowValueIn(absl::string_view sql) {
  bool behind_bracket = false;  // Or behind the `not` that follows one.
  while (!sql.empty()) {
    if (const size_t space = SpaceSize(sql); space > 0) {
      sql.remove_prefix(space);
      continue;
    }
    const absl::string_view token = sql.substr(0, TokenSize(sql));
    if (behind_bracket && absl::EqualsIgnoreCase(token, "in")) return true;
    behind_bracket = token == ")" || (behind_bracket && absl::EqualsIgnoreCase(token, "not"));
    sql.remove_prefix(token.size());
  }
  return false;
}

}  // namespace serin
