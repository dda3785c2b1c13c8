#include "client/cli/flags.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

using Assignment = std::pair<std::string, std::string>;

absl::Status Malformed(absl::string_view text, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not ", expected));
}

absl::Status GivenTwice(absl::string_view name) {
  return absl::InvalidArgumentError(absl::StrCat(name, " is given twice"));
}

absl::StatusOr<Assignment> SplitAt(absl::string_view text, size_t position,
                                   absl::string_view expected) {
  if (position == text.npos || position == 0) return Malformed(text, expected);
  return Assignment(text.substr(0, position), text.substr(position + 1));
}

// A whole number of at least `min`.
bool ParseInteger(absl::string_view text, int32_t min, int32_t* value) {
  return absl::SimpleAtoi(text, value) && *value >= min;
}

}  // namespace

absl::StatusOr<Assignment> ParseAssignment(absl::string_view text) {
  return SplitAt(text, text.find('='), "of the form NAME=VALUE");
}

absl::StatusOr<std::map<std::string, std::string>> ParseAssignments(
    const std::vector<std::string>& texts) {
  std::map<std::string, std::string> values;
  for (const std::string& text : texts) {
    SERIN_ASSIGN_OR_RETURN(const Assignment parts, ParseAssignment(text));
    if (!values.insert(parts).second) return GivenTwice(parts.first);
  }
  return values;
}

absl::StatusOr<std::map<int32_t, int32_t>> ParseWeights(const std::vector<std::string>& texts) {
  constexpr absl::string_view kExpected = "of the form VERSION=PERCENT, such as 2=10";
  std::map<int32_t, int32_t> weights;
  for (const std::string& text : texts) {
    SERIN_ASSIGN_OR_RETURN(const Assignment parts, SplitAt(text, text.find('='), kExpected));
    int32_t version = 0;
    int32_t weight = 0;
    if (!ParseInteger(parts.first, 1, &version) || !ParseInteger(parts.second, 0, &weight)) {
      return Malformed(text, kExpected);
    }
    if (!weights.emplace(version, weight).second) {
      return GivenTwice(absl::StrCat("version ", version));
    }
  }
  return weights;
}

absl::StatusOr<std::pair<std::string, int32_t>> ParseAlias(absl::string_view text) {
  constexpr absl::string_view kExpected = "of the form ALIAS=VERSION, such as champion=2";
  SERIN_ASSIGN_OR_RETURN(const Assignment parts, SplitAt(text, text.find('='), kExpected));
  int32_t version = 0;
  if (!ParseInteger(parts.second, 1, &version)) return Malformed(text, kExpected);
  return std::make_pair(parts.first, version);
}

absl::StatusOr<std::map<std::string, v1::ColumnType>> ParseColumnTypes(
    const std::vector<std::string>& texts) {
  constexpr absl::string_view kExpected =
      "of the form COLUMN=TYPE, where TYPE is number, integer, category, boolean, timestamp or "
      "text";
  std::map<std::string, v1::ColumnType> types;
  for (const std::string& text : texts) {
    SERIN_ASSIGN_OR_RETURN(const Assignment parts, SplitAt(text, text.rfind('='), kExpected));
    v1::ColumnType type;
    const std::string name = absl::StrCat("COLUMN_TYPE_", absl::AsciiStrToUpper(parts.second));
    if (!v1::ColumnType_Parse(name, &type) || type == v1::COLUMN_TYPE_UNSPECIFIED) {
      return Malformed(text, kExpected);
    }
    if (!types.emplace(parts.first, type).second) return GivenTwice(parts.first);
  }
  return types;
}

}  // namespace serin
