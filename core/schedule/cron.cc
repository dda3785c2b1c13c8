#include "core/schedule/cron.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/schedule/cron_field.h"

namespace serin {
namespace {

constexpr size_t kMaxExpression = 256;
constexpr size_t kMaxZoneName = 64;
constexpr size_t kMaxQuoted = 64;
constexpr absl::civil_year_t kFirstYear = 1;
constexpr absl::civil_year_t kLastYear = 9000;

constexpr absl::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                         "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr absl::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr size_t kFieldCount = 5;
const CronField kFields[kFieldCount] = {{"minute", 0, 59, {}},
                                        {"hour", 0, 23, {}},
                                        {"day of the month", 1, 31, {}},
                                        {"month", 1, 12, kMonths},
                                        {"day of the week", 0, 7, kWeekdays}};

struct Shorthand {
  absl::string_view name;
  absl::string_view expression;
};
constexpr Shorthand kShorthands[] = {{"@hourly", "0 * * * *"},
                                     {"@daily", "0 0 * * *"},
                                     {"@weekly", "0 0 * * 0"},
                                     {"@monthly", "0 0 1 * *"},
                                     {"@yearly", "0 0 1 1 *"}};

absl::Status Malformed(absl::string_view what) { return InvalidField("expression", what); }

absl::StatusOr<absl::string_view> Expand(absl::string_view text) {
  if (!absl::StartsWith(text, "@")) return text;
  for (const Shorthand& shorthand : kShorthands) {
    if (absl::EqualsIgnoreCase(text, shorthand.name)) return shorthand.expression;
  }
  return Malformed(absl::StrCat("must be one of @hourly, @daily, @weekly, @monthly, @yearly, is ",
                                QuoteForError(text, kMaxQuoted)));
}

bool Has(uint64_t values, int value) { return ((values >> value) & 1) != 0; }

// The least value named that is at least `from`, if any.
std::optional<int> From(uint64_t values, int from) {
  if (from > 63 || (values >> from) == 0) return std::nullopt;
  return from + __builtin_ctzll(values >> from);
}

int WeekdayNumber(absl::CivilDay day) {
  // absl counts from Monday.
  return (static_cast<int>(absl::GetWeekday(day)) + 1) % 7;
}

// The days that a month can have.
int LongestMonth(int month) {
  constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1];
}

// The instant that a time on the wall stands for.
absl::Time InstantOf(absl::CivilMinute minute, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(minute));
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

}  // namespace

absl::StatusOr<CronExpression> CronExpression::Parse(absl::string_view text) {
  if (text.empty()) return Malformed("is required");
  if (text.size() > kMaxExpression) {
    return Malformed(
        absl::StrCat("must have at most ", kMaxExpression, " bytes, has ", text.size()));
  }
  SERIN_ASSIGN_OR_RETURN(const absl::string_view expanded, Expand(text));
  const std::vector<absl::string_view> parts =
      absl::StrSplit(expanded, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (parts.size() != kFieldCount) {
    return Malformed(absl::StrCat(
        "must have 5 fields (minute, hour, day of the month, month, day of the week), has ",
        parts.size(), ": ", QuoteForError(text, kMaxQuoted)));
  }
  std::array<uint64_t, kFieldCount> values;
  for (size_t i = 0; i < kFieldCount; ++i) {
    const absl::StatusOr<uint64_t> named = ParseCronField(kFields[i], parts[i]);
    if (!named.ok()) {
      return Malformed(absl::StrCat(kFields[i].name, ": ", named.status().message()));
    }
    values[i] = *named;
  }
  CronExpression expression;
  expression.minutes_ = values[0];
  expression.hours_ = values[1];
  expression.days_ = values[2];
  expression.months_ = values[3];
  expression.weekdays_ = (values[4] & 0x7F) | (values[4] >> 7);
  expression.either_day_ = !absl::StartsWith(parts[2], "*") && !absl::StartsWith(parts[4], "*");
  if (!expression.HasAnyDay()) {
    return Malformed(
        absl::StrCat("names no day that exists: its months do not have day ", parts[2]));
  }
  return expression;
}

bool CronExpression::HasAnyDay() const {
  if (either_day_) return true;
  for (int month = 1; month <= 12; ++month) {
    const std::optional<int> first = From(days_, 1);
    if (Has(months_, month) && *first <= LongestMonth(month)) return true;
  }
  return false;
}

bool CronExpression::Matches(absl::CivilMinute minute) const {
  return Has(minutes_, minute.minute()) && Has(hours_, minute.hour()) &&
         MatchesDay(absl::CivilDay(minute));
}

bool CronExpression::MatchesDay(absl::CivilDay day) const {
  if (!Has(months_, day.month())) return false;
  const bool of_month = Has(days_, day.day());
  const bool of_week = Has(weekdays_, WeekdayNumber(day));
  return either_day_ ? of_month || of_week : of_month && of_week;
}

std::optional<absl::CivilMinute> CronExpression::NextMinute(absl::CivilMinute minute) const {
  if (minute.year() >= kLastYear) return std::nullopt;
  return MinuteFrom(minute + 1);
}

// The first named minute that is not before `minute`.
std::optional<absl::CivilMinute> CronExpression::MinuteFrom(absl::CivilMinute minute) const {
  const std::optional<absl::CivilDay> day = DayFrom(absl::CivilDay(minute));
  if (!day) return std::nullopt;
  const absl::CivilMinute from = std::max(minute, absl::CivilMinute(*day));
  if (const auto later = From(minutes_, from.minute()); later && Has(hours_, from.hour())) {
    return absl::CivilMinute(absl::CivilHour(from)) + *later;
  }
  const int first_minute = *From(minutes_, 0);
  if (const auto later = From(hours_, from.hour() + 1)) {
    return absl::CivilMinute(absl::CivilHour(*day) + *later) + first_minute;
  }
  const std::optional<absl::CivilDay> next = DayFrom(*day + 1);
  if (!next) return std::nullopt;
  return absl::CivilMinute(absl::CivilHour(*next) + *From(hours_, 0)) + first_minute;
}

// The first named day that is not before `day`.
std::optional<absl::CivilDay> CronExpression::DayFrom(absl::CivilDay day) const {
  while (day.year() < kLastYear) {
    if (!Has(months_, day.month())) {
      day = absl::CivilDay(absl::CivilMonth(day) + 1);
    } else if (!MatchesDay(day)) {
      ++day;
    } else {
      return day;
    }
  }
  return std::nullopt;
}

absl::StatusOr<absl::TimeZone> FindTimeZone(absl::string_view name) {
  if (name.empty()) return absl::UTCTimeZone();
  // Nothing that leads out of the database's folder: absl would open any path.
  const bool plain =
      name.size() <= kMaxZoneName && absl::ascii_isalpha(name[0]) &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
      });
  absl::TimeZone zone;
  if (plain && name != "localtime" && absl::LoadTimeZone(name, &zone)) return zone;
  return InvalidField("time_zone",
                      absl::StrCat("there is no time zone ", QuoteForError(name, kMaxZoneName),
                                   "; names are as Europe/Berlin or UTC"));
}

std::optional<absl::Time> NextTime(const CronExpression& expression, absl::TimeZone zone,
                                   absl::Time after) {
  after = std::max(after, absl::FromCivil(absl::CivilYear(kFirstYear), zone));
  // A time on the wall never stands for an earlier instant than one before it does. So candidates
  // after that of `after` are enough; of a repeated hour, those that lie in its first pass are
  // gone.
  std::optional<absl::CivilMinute> minute =
      expression.NextMinute(absl::CivilMinute(zone.At(after).cs));
  while (minute) {
    const absl::Time instant = InstantOf(*minute, zone);
    if (instant > after) return instant;
    minute = expression.NextMinute(*minute);
  }
  return std::nullopt;
}

std::optional<absl::Time> LastTime(const CronExpression& expression, absl::TimeZone zone,
                                   absl::Time after, absl::Time until) {
  until = std::min(until, absl::FromCivil(absl::CivilYear(kLastYear), zone));
  // Looks at the last hour first, then further back, so that not all minutes of a month are seen.
  for (absl::Duration span = absl::Hours(1);; span *= 24) {
    const absl::Time from = std::max(after, until - span);
    std::optional<absl::Time> last;
    for (auto next = NextTime(expression, zone, from); next && *next <= until;
         next = NextTime(expression, zone, *next)) {
      last = next;
    }
    if (last || from <= after) return last;
  }
}

}  // namespace serin
