#include "core/query/row_value_scan.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "core/query/allowed_functions.h"

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

bool BeginsQuery(absl::string_view token) {
  return absl::EqualsIgnoreCase(token, "select") || absl::EqualsIgnoreCase(token, "values") ||
         absl::EqualsIgnoreCase(token, "with");
}

// Follows the brackets of a statement, token by token.
class Brackets {
 public:
  void Take(absl::string_view token) {
    const bool is_not = behind_row_value_ && absl::EqualsIgnoreCase(token, "not");
    behind_row_value_ = is_not;
    if (token == "(") {
      open_.push_back({.of_function = IsAllowedFunction(last_)});
    } else if (token == ")") {
      Close();
    } else if (!open_.empty() && (token == "," || (last_ == "(" && BeginsQuery(token)))) {
      open_.back().may_be_row = true;
    }
    last_ = token;
  }

  // The last token closed what may be a row value, or is a `not` behind it.
  bool behind_row_value() const { return behind_row_value_; }

 private:
  struct Open {
    bool of_function;
    bool may_be_row = false;
  };

  void Close() {
    if (open_.empty()) return;
    behind_row_value_ = open_.back().may_be_row && !open_.back().of_function;
    open_.pop_back();
    // ((a, b)) is one as well.
    if (behind_row_value_ && !open_.empty()) open_.back().may_be_row = true;
  }

  std::vector<Open> open_;
  absl::string_view last_;
  bool behind_row_value_ = false;
};

}  // namespace

bool MayHaveRowValueIn(absl::string_view sql) {
  Brackets brackets;
  while (!sql.empty()) {
    if (const size_t space = SpaceSize(sql); space > 0) {
      sql.remove_prefix(space);
      continue;
    }
    const absl::string_view token = sql.substr(0, TokenSize(sql));
    if (brackets.behind_row_value() && absl::EqualsIgnoreCase(token, "in")) return true;
    brackets.Take(token);
    sql.remove_prefix(token.size());
  }
  return false;
}

}  // namespace serin
