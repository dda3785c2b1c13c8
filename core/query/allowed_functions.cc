#include "core/query/allowed_functions.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace serin {

bool IsAllowedFunction(absl::string_view name) {
  static const auto& allowed = *new absl::flat_hash_set<absl::string_view>{
      // https://sqlite.org/lang_corefunc.html
      "abs", "char", "coalesce", "format", "glob", "hex", "ifnull", "iif", "instr", "length",
      "like", "likelihood", "likely", "lower", "ltrim", "max", "min", "nullif", "printf", "quote",
      "random", "replace", "round", "rtrim", "sign", "soundex", "substr", "substring", "trim",
      "typeof", "unicode", "unlikely", "upper",
      // https://sqlite.org/lang_datefunc.html
      "current_date", "current_time", "current_timestamp", "date", "datetime", "julianday",
      "strftime", "time", "unixepoch",
      // https://sqlite.org/lang_aggfunc.html
      "avg", "count", "group_concat", "sum", "total",
      // https://sqlite.org/windowfunctions.html
      "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile",
      "percent_rank", "rank", "row_number",
      // https://sqlite.org/lang_mathfunc.html
      "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "ceiling", "cos", "cosh",
      "degrees", "exp", "floor", "ln", "log", "log10", "log2", "mod", "pi", "pow", "power",
      "radians", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
      // https://sqlite.org/json1.html
      "->", "->>", "json", "json_array", "json_array_length", "json_extract", "json_group_array",
      "json_group_object", "json_object", "json_quote", "json_type", "json_valid"};
  return allowed.contains(absl::AsciiStrToLower(name));
}

bool IsVolatileFunction(absl::string_view name) {
  return absl::EqualsIgnoreCase(name, "random") || absl::StartsWithIgnoreCase(name, "current_");
}

}  // namespace serin
