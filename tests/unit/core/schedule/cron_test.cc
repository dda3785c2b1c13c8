#include "core/schedule/cron.h"

#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kFormat[] = "%Y-%m-%d %H:%M %Ez";

absl::Time At(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(kFormat, text, &time, &error)) << text << ": " << error;
  return time;
}

absl::TimeZone Zone(const char* name) {
  const absl::StatusOr<absl::TimeZone> zone = FindTimeZone(name);
  EXPECT_THAT(zone, IsOk());
  return *zone;
}

// The first `count` times after `after`, as they show in the zone.
std::vector<std::string> Times(const std::string& expression, const char* zone_name,
                               const std::string& after, int count) {
  const absl::StatusOr<CronExpression> cron = CronExpression::Parse(expression);
  EXPECT_THAT(cron, IsOk());
  const absl::TimeZone zone = Zone(zone_name);
  std::vector<std::string> times;
  absl::Time time = At(after);
  for (int i = 0; i < count; ++i) {
    const std::optional<absl::Time> next = NextTime(*cron, zone, time);
    if (!next) break;
    time = *next;
    times.push_back(absl::FormatTime(kFormat, time, zone));
  }
  return times;
}

TEST(NextTimeTest, TakesListsRangesStepsAndNames) {
  EXPECT_THAT(
      Times("*/20 9-10 * * *", "", "2026-03-02 09:20 +00:00", 5),
      ElementsAre("2026-03-02 09:40 +00:00", "2026-03-02 10:00 +00:00", "2026-03-02 10:20 +00:00",
                  "2026-03-02 10:40 +00:00", "2026-03-03 09:00 +00:00"));
  EXPECT_THAT(Times("5,35 0 1-7/3 JAN,Jul *", "", "2026-01-01 00:05 +00:00", 4),
              ElementsAre("2026-01-01 00:35 +00:00", "2026-01-04 00:05 +00:00",
                          "2026-01-04 00:35 +00:00", "2026-01-07 00:05 +00:00"));
  EXPECT_THAT(Times("30 2 * * mon-fri", "", "2026-11-20 02:30 +00:00", 2),
              ElementsAre("2026-11-23 02:30 +00:00", "2026-11-24 02:30 +00:00"));
}

TEST(NextTimeTest, SundayIs0And7) {
  const std::string sunday = "2026-11-22 00:00 +00:00";
  for (const char* expression : {"0 0 * * 0", "0 0 * * 7", "0 0 * * sun", "@weekly"}) {
    EXPECT_THAT(Times(expression, "", "2026-11-21 18:00 +00:00", 1), ElementsAre(sunday))
        << expression;
  }
  EXPECT_THAT(Times("0 0 * * 5-7", "", "2026-11-19 00:00 +00:00", 4),
              ElementsAre("2026-11-20 00:00 +00:00", "2026-11-21 00:00 +00:00", sunday,
                          "2026-11-27 00:00 +00:00"));
}

TEST(NextTimeTest, WhereBothDaysAreRestricted_EitherOneCounts) {
  // Of crontab(5): half past four on the 1st and 15th of each month, plus every Friday.
  EXPECT_THAT(Times("30 4 1,15 * 5", "", "2026-04-30 12:00 +00:00", 4),
              ElementsAre("2026-05-01 04:30 +00:00", "2026-05-08 04:30 +00:00",
                          "2026-05-15 04:30 +00:00", "2026-05-22 04:30 +00:00"));
  // A field that begins with `*` does not restrict: both have to match.
  EXPECT_THAT(Times("0 0 */2 * mon", "", "2026-11-01 00:00 +00:00", 2),
              ElementsAre("2026-11-09 00:00 +00:00", "2026-11-23 00:00 +00:00"));
}

TEST(NextTimeTest, ShorthandsAreAtTheirBeginning) {
  const std::string after = "2026-11-21 18:42 +00:00";
  EXPECT_THAT(Times("@hourly", "", after, 1), ElementsAre("2026-11-21 19:00 +00:00"));
  EXPECT_THAT(Times("@daily", "", after, 1), ElementsAre("2026-11-22 00:00 +00:00"));
  EXPECT_THAT(Times("@monthly", "", after, 1), ElementsAre("2026-12-01 00:00 +00:00"));
  EXPECT_THAT(Times("@yearly", "", after, 1), ElementsAre("2027-01-01 00:00 +00:00"));
}

TEST(NextTimeTest, LeapDays_AlsoAcross2100) {
  EXPECT_THAT(Times("0 12 29 2 *", "", "2095-01-01 00:00 +00:00", 2),
              ElementsAre("2096-02-29 12:00 +00:00", "2104-02-29 12:00 +00:00"));
}

TEST(NextTimeTest, IsAfterTheGivenInstant_AlsoWithinItsMinute) {
  SERIN_ASSERT_OK_AND_ASSIGN(const CronExpression every_minute, CronExpression::Parse("* * * * *"));
  const absl::Time ten = At("2026-11-21 10:00 +00:00");
  EXPECT_EQ(NextTime(every_minute, absl::UTCTimeZone(), ten - absl::Nanoseconds(1)), ten);
  EXPECT_EQ(NextTime(every_minute, absl::UTCTimeZone(), ten), ten + absl::Minutes(1));
  EXPECT_EQ(NextTime(every_minute, absl::UTCTimeZone(), ten + absl::Seconds(30)),
            ten + absl::Minutes(1));
}

TEST(NextTimeTest, AtTheEndsOfTime_Ends) {
  SERIN_ASSERT_OK_AND_ASSIGN(const CronExpression yearly, CronExpression::Parse("@yearly"));
  const absl::TimeZone utc = absl::UTCTimeZone();
  EXPECT_EQ(NextTime(yearly, utc, absl::InfiniteFuture()), std::nullopt);
  EXPECT_NE(NextTime(yearly, utc, absl::InfinitePast()), std::nullopt);
  EXPECT_EQ(LastTime(yearly, utc, At("2026-02-01 00:00 +00:00"), absl::InfiniteFuture()),
            absl::FromCivil(absl::CivilYear(8999), utc));
}

// On 2026-03-29 clocks in Berlin go from 02:00 to 03:00.
TEST(NextTimeTest, Berlin_SkippedTimes_AreTheInstantOfTheChange) {
  EXPECT_THAT(
      Times("30 2 * * *", "Europe/Berlin", "2026-03-28 00:00 +01:00", 3),
      ElementsAre("2026-03-28 02:30 +01:00", "2026-03-29 03:00 +02:00", "2026-03-30 02:30 +02:00"));
  EXPECT_THAT(
      Times("*/20 1-3 * * *", "Europe/Berlin", "2026-03-29 01:20 +01:00", 3),
      ElementsAre("2026-03-29 01:40 +01:00", "2026-03-29 03:00 +02:00", "2026-03-29 03:20 +02:00"))
      << "all that are skipped are one, also with the one that is there anyway";
}

// On 2026-10-25 clocks in Berlin go from 03:00 to 02:00.
TEST(NextTimeTest, Berlin_RepeatedTimes_RunOnceTheFirstTime) {
  EXPECT_THAT(Times("30 2 * * *", "Europe/Berlin", "2026-10-24 12:00 +02:00", 2),
              ElementsAre("2026-10-25 02:30 +02:00", "2026-10-26 02:30 +01:00"));
  EXPECT_THAT(
      Times("*/30 * * * *", "Europe/Berlin", "2026-10-25 02:00 +02:00", 3),
      ElementsAre("2026-10-25 02:30 +02:00", "2026-10-25 03:00 +01:00", "2026-10-25 03:30 +01:00"));
  EXPECT_THAT(Times("30 2 * * *", "Europe/Berlin", "2026-10-25 02:10 +01:00", 1),
              ElementsAre("2026-10-26 02:30 +01:00"))
      << "asked within the second pass";
}

// In New York on 2026-03-08 from 02:00 to 03:00, on 2026-11-01 from 02:00 to 01:00.
TEST(NextTimeTest, NewYork_BothChanges) {
  EXPECT_THAT(Times("15 2 * * *", "America/New_York", "2026-03-07 12:00 -05:00", 2),
              ElementsAre("2026-03-08 03:00 -04:00", "2026-03-09 02:15 -04:00"));
  EXPECT_THAT(
      Times("0,45 1 * * *", "America/New_York", "2026-10-31 12:00 -04:00", 3),
      ElementsAre("2026-11-01 01:00 -04:00", "2026-11-01 01:45 -04:00", "2026-11-02 01:00 -05:00"));
  EXPECT_THAT(Times("0 3 * * *", "America/New_York", "2026-03-07 12:00 -05:00", 2),
              ElementsAre("2026-03-08 03:00 -04:00", "2026-03-09 03:00 -04:00"));
}

TEST(NextTimeTest, ADayThatIsSkippedWhole_IsTheInstantOfTheChange) {
  // Samoa went over the date line: there was no 2011-12-30.
  EXPECT_THAT(Times("0 12 * * *", "Pacific/Apia", "2011-12-29 12:00 -10:00", 2),
              ElementsAre("2011-12-31 00:00 +14:00", "2011-12-31 12:00 +14:00"));
}

TEST(LastTimeTest, IsTheNewestOfTheSpan_TheEndIncluded) {
  SERIN_ASSERT_OK_AND_ASSIGN(const CronExpression nightly, CronExpression::Parse("0 3 * * *"));
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time from = At("2026-11-01 03:00 +00:00");
  EXPECT_EQ(LastTime(nightly, utc, from, At("2026-11-02 02:59 +00:00")), std::nullopt);
  EXPECT_EQ(LastTime(nightly, utc, from, At("2026-11-02 03:00 +00:00")),
            At("2026-11-02 03:00 +00:00"));
  EXPECT_EQ(LastTime(nightly, utc, from, At("2026-11-21 18:00 +00:00")),
            At("2026-11-21 03:00 +00:00"));
  SERIN_ASSERT_OK_AND_ASSIGN(const CronExpression yearly, CronExpression::Parse("@yearly"));
  EXPECT_EQ(LastTime(yearly, utc, At("2020-06-01 00:00 +00:00"), from),
            At("2026-01-01 00:00 +00:00"));
}

TEST(CronExpressionTest, WhatIsWrongIsNamed_WithItsField) {
  const auto error_of = [](const std::string& text) {
    return CronExpression::Parse(text).status();
  };
  EXPECT_THAT(error_of(""), IsError(kInvalid, "expression: is required"));
  EXPECT_THAT(error_of("0 3 * *"), IsError(kInvalid, HasSubstr("must have 5 fields")));
  EXPECT_THAT(error_of("60 3 * * *"),
              IsError(kInvalid, HasSubstr("minute: 60 is not between 0 and 59")));
  EXPECT_THAT(error_of("0 24 * * *"), IsError(kInvalid, HasSubstr("hour: 24 is not between")));
  EXPECT_THAT(error_of("0 0 0 * *"), IsError(kInvalid, HasSubstr("day of the month: 0 is not")));
  EXPECT_THAT(error_of("0 0 1 Foo *"),
              IsError(kInvalid, AllOf(HasSubstr("month: 'Foo' is no number from 1 to 12"),
                                      HasSubstr("such as feb"))));
  EXPECT_THAT(error_of("0 0 * * fri-mon"),
              IsError(kInvalid, HasSubstr("day of the week: the range 'fri-mon' ends before")));
  EXPECT_THAT(error_of("5/15 * * * *"),
              IsError(kInvalid, HasSubstr("a step needs a range: write 5-59/15")));
  EXPECT_THAT(error_of("*/0 * * * *"), IsError(kInvalid, HasSubstr("the step '0'")));
  EXPECT_THAT(error_of("*/60 * * * *"), IsError(kInvalid, HasSubstr("no number from 1 to 59")));
  EXPECT_THAT(error_of("1,,2 * * * *"), IsError(kInvalid, HasSubstr("an entry of the list is")));
  EXPECT_THAT(error_of("-1 * * * *"), IsError(kInvalid, HasSubstr("minute: '' is no number")));
  EXPECT_THAT(error_of("0 0 30,31 2 *"), IsError(kInvalid, HasSubstr("names no day that exists")));
  EXPECT_THAT(error_of("@fortnightly"), IsError(kInvalid, HasSubstr("must be one of @hourly")));
  EXPECT_THAT(error_of(std::string(300, '*')), IsError(kInvalid, HasSubstr("at most 256 bytes")));
}

TEST(FindTimeZoneTest, NamesOfTheDatabaseOnly) {
  EXPECT_EQ(*FindTimeZone(""), absl::UTCTimeZone());
  EXPECT_THAT(FindTimeZone("America/New_York"), IsOk());
  for (const char* name : {"Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "localtime",
                           "Europe//../Berlin", "file:x", " "}) {
    EXPECT_THAT(FindTimeZone(name),
                IsError(kInvalid, HasSubstr("time_zone: there is no time zone")))
        << name;
  }
}

}  // namespace
}  // namespace serin
