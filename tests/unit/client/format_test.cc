#include "client/cli/format.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

TEST(FormatTest, Counts_HaveThousandsSeparators) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-100), "-100");
  EXPECT_EQ(FormatCount(-1000), "-1,000");
}

TEST(FormatTest, Bytes_TakeTheUnitThatKeepsThemShort) {
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(2713), "2.7 kB");
  EXPECT_EQ(FormatBytes(999'960), "1.0 MB");
  EXPECT_EQ(FormatBytes(5'000'000'000'000'000), "5000.0 TB");
}

TEST(FormatTest, SharesMetricsAndTimes) {
  EXPECT_EQ(FormatShare(0.905), "90.5 %");
  EXPECT_EQ(FormatMetric(2.0 / 3), "0.6667");
  EXPECT_EQ(FormatSummary(1234567.0), "1.23457e+06");
  EXPECT_EQ(FormatMillis(0.0012), "1.20 ms");
  google::protobuf::Timestamp time;
  time.set_seconds(1'800'000'000);
  EXPECT_EQ(FormatTime(time), "2027-01-15 08:00:00 UTC");
}

TEST(FormatTest, Enumerators_LoseTheirPrefix) {
  EXPECT_EQ(EnumText("JOB_STATE_RUNNING", "JOB_STATE_"), "running");
}

}  // namespace
}  // namespace serin
