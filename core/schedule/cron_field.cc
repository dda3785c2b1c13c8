#include "core/schedule/cron_field.h"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr size_t kMaxQuoted = 32;

std::string Quoted(absl::string_view text) { return QuoteForError(text, kMaxQuoted); }

struct Range {
  int first;
  int last;
};

bool IsNumber(absl::string_view text) {
  return !text.empty() && text.size() <= 4 &&
         text.find_first_not_of("0123456789") == absl::string_view::npos;
}

std::optional<int> ValueOfName(const CronField& field, absl::string_view text) {
  for (size_t i = 0; i < field.names.size(); ++i) {
    if (absl::EqualsIgnoreCase(field.names[i], text)) return field.min + static_cast<int>(i);
  }
  return std::nullopt;
}

absl::StatusOr<int> ParseValue(const CronField& field, absl::string_view text) {
  if (const auto named = ValueOfName(field, text)) return *named;
  int value = 0;
  if (!IsNumber(text) || !absl::SimpleAtoi(text, &value)) {
    return absl::InvalidArgumentError(absl::StrCat(
        Quoted(text), " is no number from ", field.min, " to ", field.max,
        field.names.empty() ? "" : absl::StrCat(" and no name such as ", field.names[1])));
  }
  if (value < field.min || value > field.max) {
    return absl::InvalidArgumentError(
        absl::StrCat(value, " is not between ", field.min, " and ", field.max));
  }
  return value;
}

absl::StatusOr<Range> ParseRange(const CronField& field, absl::string_view text) {
  if (text == "*") return Range{field.min, field.max};
  const std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  SERIN_ASSIGN_OR_RETURN(const int first, ParseValue(field, ends.first));
  if (!absl::StrContains(text, '-')) return Range{first, first};
  SERIN_ASSIGN_OR_RETURN(const int last, ParseValue(field, ends.second));
  if (first <= last) return Range{first, last};
  return absl::InvalidArgumentError(
      absl::StrCat("the range ", Quoted(text), " ends before it begins; write it as two ranges"));
}

absl::StatusOr<int> ParseStep(const CronField& field, absl::string_view text) {
  int step = 0;
  const int most = field.max - field.min;
  if (IsNumber(text) && absl::SimpleAtoi(text, &step) && step >= 1 && step <= most) return step;
  return absl::InvalidArgumentError(
      absl::StrCat("the step ", Quoted(text), " is no number from 1 to ", most));
}

// One entry of the list.
absl::StatusOr<uint64_t> ParseEntry(const CronField& field, absl::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("an entry of the list is empty");
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  SERIN_ASSIGN_OR_RETURN(const Range range, ParseRange(field, parts.first));
  int step = 1;
  if (absl::StrContains(text, '/')) {
    SERIN_ASSIGN_OR_RETURN(step, ParseStep(field, parts.second));
    if (parts.first != "*" && !absl::StrContains(parts.first, '-')) {
      return absl::InvalidArgumentError(
          absl::StrCat("a step needs a range: write ", range.first, "-", field.max, "/", step));
    }
  }
  uint64_t values = 0;
  for (int value = range.first; value <= range.last; value += step) values |= uint64_t{1} << value;
  return values;
}

}  // namespace

absl::StatusOr<uint64_t> ParseCronField(const CronField& field, absl::string_view text) {
  uint64_t values = 0;
  for (const absl::string_view entry : absl::StrSplit(text, ',')) {
    SERIN_ASSIGN_OR_RETURN(const uint64_t named, ParseEntry(field, entry));
    values |= named;
  }
  return values;
}

}  // namespace serin
