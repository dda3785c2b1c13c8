#include "core/table/value_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace serin {
namespace {

using ::testing::Optional;

TEST(IsMissingTest, KnowsTheWordsForNothing_ButNotSodium) {
  for (const char* text : {"", "?", "NA", "na", "NaN", "nan", "NAN", "null", "Null", "NULL"}) {
    EXPECT_TRUE(IsMissing(text)) << text;
  }
  for (const char* text : {"Na", "none", "N/A", "0", "-", "nulls", "??"}) {
    EXPECT_FALSE(IsMissing(text)) << text;
  }
}

TEST(ParseNumberTest, ReadsFiniteDecimals) {
  EXPECT_THAT(ParseNumber("5"), Optional(5.0));
  EXPECT_THAT(ParseNumber("+5"), Optional(5.0));
  EXPECT_THAT(ParseNumber("-.5"), Optional(-0.5));
  EXPECT_THAT(ParseNumber("5."), Optional(5.0));
  EXPECT_THAT(ParseNumber("1e3"), Optional(1000.0));
  EXPECT_THAT(ParseNumber("0.1"), Optional(0.1));
  EXPECT_THAT(ParseNumber("1e-999"), Optional(0.0));
  EXPECT_THAT(ParseNumber("1.7976931348623157e308"), Optional(std::numeric_limits<double>::max()));
}

TEST(ParseNumberTest, RefusesEverythingElse) {
  for (const char* text :
       {"",     "+",        "-",   ".",    "e5",  "1e",    "1e999", "-1e999", "inf", "-inf",
        "+inf", "infinity", "nan", "0x10", "1,5", "1_000", "1 2",   "+-5",    "--5", "5x"}) {
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
  }
}

TEST(ParseBooleanTest, TakesAnyCase) {
  EXPECT_THAT(ParseBoolean("TRUE"), Optional(true));
  EXPECT_THAT(ParseBoolean("False"), Optional(false));
  for (const char* text : {"", "t", "yes", "1", "truee"})
    EXPECT_EQ(ParseBoolean(text), std::nullopt);
}

TEST(ParseTimestampTest, ReadsDatesAndTimesWithAndWithoutOffset) {
  constexpr double kMidnight = 1'795'219'200;  // 2026-11-21T00:00:00Z
  constexpr double kHalfPastNine = kMidnight + 9.5 * 3600;
  EXPECT_THAT(ParseTimestamp("2026-11-21"), Optional(kMidnight));
  for (const char* text : {"2026-11-21T09:30:00Z", "2026-11-21T09:30", "2026-11-21 09:30:00",
                           "2026-11-21T11:30:00+02:00", "2026-11-21T11:30+0200",
                           "2026-11-21T04:30:00-05", "2026-11-21T09:30:00.000"}) {
    EXPECT_THAT(ParseTimestamp(text), Optional(kHalfPastNine)) << text;
  }
  EXPECT_THAT(ParseTimestamp("2026-11-21T09:30:00.25Z"), Optional(kHalfPastNine + 0.25));
  EXPECT_THAT(ParseTimestamp("1970-01-01T00:00:00Z"), Optional(0.0));
  EXPECT_THAT(ParseTimestamp("1969-12-31T23:59:59Z"), Optional(-1.0));
}

TEST(ParseTimestampTest, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "2026",
                           "2026-11",
                           "2026-1-1",
                           "2026-02-30",
                           "2026-13-01",
                           "2026-00-10",
                           "0000-01-01",
                           "21-11-2026",
                           "2026/11/21",
                           "2026-11-21T",
                           "2026-11-21T24:00",
                           "2026-11-21T09:60",
                           "2026-11-21T09:30:60",
                           "2026-11-21T09:30:00.",
                           "2026-11-21T09:30:00.1234567890",
                           "2026-11-21Z",
                           "2026-11-21T09:30:00+24:00",
                           "2026-11-21T09:30:00+",
                           "2026-11-21T09:30:00ZZ",
                           "2026-11-21T09:30:00 Z",
                           "-2026-11-21"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

TEST(FormatTest, WritesWhatTheParsersRead) {
  for (const double value : {0.1, -1e300, 5e-324, 1.0 / 3, 123456789.0}) {
    EXPECT_THAT(ParseNumber(FormatNumber(value)), Optional(value));
  }
  EXPECT_EQ(FormatNumber(41), "41");
  EXPECT_EQ(FormatTimestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp(-0.5), "1969-12-31T23:59:59.5Z");
  EXPECT_EQ(FormatTimestamp(0.9999999), "1970-01-01T00:00:01Z");
  EXPECT_EQ(FormatValue(v1::COLUMN_TYPE_BOOLEAN, 1), "true");
  for (const char* text : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_EQ(FormatTimestamp(*ParseTimestamp(text)), text);
    EXPECT_TRUE(IsTimestamp(*ParseTimestamp(text)));
  }
  EXPECT_FALSE(IsTimestamp(1e15));
}

}  // namespace
}  // namespace serin
