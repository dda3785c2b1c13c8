#include "core/query/timestamp_text.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

TEST(TimestampTextTest, WritesWhatSqliteWrites) {
  EXPECT_EQ(TimestampText(0), "1970-01-01 00:00:00");
  EXPECT_EQ(TimestampText(MicrosOf(1'700'000'000)), "2023-11-14 22:13:20");
  EXPECT_EQ(TimestampText(MicrosOf(-0.25)), "1969-12-31 23:59:59.75");
  EXPECT_EQ(TimestampText(MicrosOf(951'782'400)), "2000-02-29 00:00:00");
  EXPECT_EQ(TimestampText(kFirstSortedMicros), "0000-01-01 00:00:00");
  EXPECT_EQ(TimestampText(kEndOfSortedMicros - 1), "9999-12-31 23:59:59.999999");
}

TEST(TimestampTextTest, ReadsBackItsOwnTextOnly) {
  EXPECT_EQ(ParseTimestampText("2023-11-14 22:13:20"), 1'700'000'000);
  EXPECT_EQ(ParseTimestampText("1970-01-01 00:00:01.25"), 1.25);
  EXPECT_EQ(ParseTimestampText("1970-01-01"), std::nullopt);
  EXPECT_EQ(ParseTimestampText("1970-01-01T00:00:00Z"), std::nullopt);
  EXPECT_EQ(ParseTimestampText("1970-01-01 00:00:01.250"), std::nullopt);
}

TEST(TimestampTextTest, FindsWhereTextsPassAGivenOne) {
  EXPECT_EQ(FirstMicros("1970-01-01", /*after=*/false), 0);
  EXPECT_EQ(FirstMicros("1970-01-01 00:00:00", /*after=*/false), 0);
  EXPECT_EQ(FirstMicros("1970-01-01 00:00:00", /*after=*/true), 1);
  EXPECT_EQ(FirstMicros("", /*after=*/false), kFirstSortedMicros);
  EXPECT_EQ(FirstMicros("zebra", /*after=*/false), kEndOfSortedMicros);
}

}  // namespace
}  // namespace serin
