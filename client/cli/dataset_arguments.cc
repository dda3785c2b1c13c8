#include "client/cli/dataset_arguments.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

absl::Status Malformed(absl::string_view text, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not ", expected));
}

enum class Limit { kAge, kBytes, kRows };

struct Unit {
  absl::string_view name;
  Limit limit;
  int64_t size;  // In seconds, bytes or rows.
};

constexpr Unit kUnits[] = {
    {"s", Limit::kAge, 1},
    {"m", Limit::kAge, 60},
    {"h", Limit::kAge, 3600},
    {"d", Limit::kAge, 86400},
    {"B", Limit::kBytes, 1},
    {"kB", Limit::kBytes, 1000},
    {"MB", Limit::kBytes, 1'000'000},
    {"GB", Limit::kBytes, 1'000'000'000},
    {"TB", Limit::kBytes, 1'000'000'000'000},
    {"rows", Limit::kRows, 1},
};

const Unit* FindUnit(absl::string_view name) {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

// False: it was set already.
bool SetLimit(Limit limit, int64_t amount, v1::Retention* retention) {
  switch (limit) {
    case Limit::kAge:
      if (retention->has_max_age()) return false;
      retention->mutable_max_age()->set_seconds(amount);
      return true;
    case Limit::kBytes:
      if (retention->max_bytes() > 0) return false;
      retention->set_max_bytes(amount);
      return true;
    case Limit::kRows:
      if (retention->max_rows() > 0) return false;
      retention->set_max_rows(amount);
      return true;
  }
  return false;
}

absl::Status AddLimit(absl::string_view text, v1::Retention* retention) {
  constexpr absl::string_view kExpected =
      "a limit: an age such as 12h or 30d, a size such as 10GB, or a number of rows such as "
      "1000000rows";
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isdigit(text[digits])) ++digits;
  const Unit* unit = FindUnit(text.substr(digits));
  int64_t count = 0;
  const bool valid = absl::SimpleAtoi(text.substr(0, digits), &count) && unit != nullptr &&
                     count > 0 && count <= std::numeric_limits<int64_t>::max() / unit->size;
  if (!valid) return Malformed(text, kExpected);
  if (SetLimit(unit->limit, count * unit->size, retention)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is a second limit of its kind"));
}

}  // namespace

absl::StatusOr<v1::FileFormat::Kind> ParseFileKind(absl::string_view text) {
  if (text == "csv" || text == "tsv") return v1::FileFormat::KIND_CSV;
  if (text == "jsonl") return v1::FileFormat::KIND_JSON_LINES;
  if (text == "libsvm") return v1::FileFormat::KIND_LIBSVM;
  return Malformed(text, "a format: csv, tsv, jsonl or libsvm");
}

absl::StatusOr<v1::DownloadDatasetRequest::Format> ParseDownloadFormat(absl::string_view text) {
  if (text == "as-uploaded") return v1::DownloadDatasetRequest::FORMAT_AS_UPLOADED;
  if (text == "csv") return v1::DownloadDatasetRequest::FORMAT_CSV;
  if (text == "jsonl") return v1::DownloadDatasetRequest::FORMAT_JSON_LINES;
  return Malformed(text, "a format: as-uploaded, csv or jsonl");
}

absl::StatusOr<char> ParseCharacter(absl::string_view flag, absl::string_view text) {
  if (text == "\\t") return '\t';
  if (text.size() == 1 && absl::ascii_isascii(text[0])) return text[0];
  return absl::InvalidArgumentError(
      absl::StrCat(flag, " must be one ASCII character, or \\t for a tab; is '", text, "'"));
}

v1::QueryParameter ParseQueryParameter(absl::string_view text) {
  v1::QueryParameter parameter;
  int64_t integer = 0;
  const bool quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
  if (quoted) {
    parameter.set_text(absl::StrReplaceAll(text.substr(1, text.size() - 2), {{"''", "'"}}));
  } else if (absl::SimpleAtoi(text, &integer)) {
    parameter.set_integer(integer);
  } else if (const auto number = ParseNumber(text)) {
    parameter.set_number(*number);
  } else if (const auto flag = ParseBoolean(text)) {
    parameter.set_boolean(*flag);
  } else if (!absl::EqualsIgnoreCase(text, "null")) {
    parameter.set_text(std::string(text));
  }
  return parameter;
}

absl::StatusOr<v1::Retention> ParseRetention(absl::string_view text) {
  v1::Retention retention;
  if (text == "all") return retention;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    SERIN_RETURN_IF_ERROR(AddLimit(part, &retention));
  }
  return retention;
}

}  // namespace serin
