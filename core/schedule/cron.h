#ifndef SERIN_CORE_SCHEDULE_CRON_H_
#define SERIN_CORE_SCHEDULE_CRON_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

// When something is to happen again and again: expressions of crontab(5), in any time zone.

namespace serin {

// The minutes that an expression names, as they show on a clock on the wall. A value.
class CronExpression {
 public:
  // Five fields, apart by blanks: minute (0-59), hour (0-23), day of the month (1-31), month (1-12
  // or jan-dec), day of the week (0-7 or sun-sat; 0 and 7 are Sunday). A field is a list, by
  // commas, of
  // `*`, values and ranges `a-b`; `/n` behind `*` or a range takes every n-th of it. Where both
  // days are restricted (neither begins with `*`) either one counts, else both. Or one of @hourly,
  // @daily,
  // @weekly (Sunday), @monthly, @yearly, all at their very beginning.
  //
  // The error is InvalidField("expression", ...) and names the field of the five; also for an
  // expression whose days do not exist in its months.
  static absl::StatusOr<CronExpression> Parse(absl::string_view text);

  // Whether the minute is named.
  bool Matches(absl::CivilMinute minute) const;

  // The first named minute after `minute`. Nothing from the year 9000 on.
  std::optional<absl::CivilMinute> NextMinute(absl::CivilMinute minute) const;

 private:
  CronExpression() = default;
  bool MatchesDay(absl::CivilDay day) const;
  bool HasAnyDay() const;
  std::optional<absl::CivilDay> DayFrom(absl::CivilDay day) const;
  std::optional<absl::CivilMinute> MinuteFrom(absl::CivilMinute minute) const;

  // Bit i: value i is named.
  uint64_t minutes_ = 0;
  uint64_t hours_ = 0;
  uint64_t days_ = 0;
  uint64_t months_ = 0;
  uint64_t weekdays_ = 0;  // From 0 for Sunday to 6.
  bool either_day_ = false;
};

// The time zone of an IANA name, such as Europe/Berlin; empty: UTC. The error is
// InvalidField("time_zone", ...). Which exist says the machine's database of time zones (tzdata).
absl::StatusOr<absl::TimeZone> FindTimeZone(absl::string_view name);

// The first instant after `after` that the expression names in the zone; nothing where there is
// none from the year 1 to the year 9000. Minutes that a change of the clock skips all stand for the
// instant of the change; of those that it repeats only the first ones count.
std::optional<absl::Time> NextTime(const CronExpression& expression, absl::TimeZone zone,
                                   absl::Time after);

// The last such instant that is after `after` and not after `until`.
std::optional<absl::Time> LastTime(const CronExpression& expression, absl::TimeZone zone,
                                   absl::Time after, absl::Time until);

}  // namespace serin

#endif  // SERIN_CORE_SCHEDULE_CRON_H_
