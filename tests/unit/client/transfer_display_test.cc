#include "client/cli/transfer_display.h"

#include <gtest/gtest.h>

#include <sstream>

namespace serin {
namespace {

TEST(DescribeTransferTest, SaysBytesLinesRateAndTimeLeft) {
  EXPECT_EQ(
      DescribeTransfer({.bytes = 250'000'000, .total_bytes = 3'000'000'000, .lines = 1'234'567},
                       absl::Seconds(10)),
      "250.0 MB of 3.0 GB  1,234,567 lines  25.0 MB/s  1:50 left");
  EXPECT_EQ(DescribeTransfer({.bytes = 1'000'000, .total_bytes = 5'000'000'000}, absl::Seconds(1)),
            "1.0 MB of 5.0 GB  1.0 MB/s  1:23:19 left");
}

TEST(DescribeTransferTest, OfUnknownSize_SaysNoTotalAndNoTimeLeft) {
  EXPECT_EQ(DescribeTransfer({.bytes = 2'000'000, .lines = 10}, absl::Seconds(2)),
            "2.0 MB  10 lines  1.0 MB/s");
}

TEST(DescribeTransferTest, InTheFirstMoment_SaysNoRate) {
  EXPECT_EQ(DescribeTransfer({.bytes = 2000, .total_bytes = 4000}, absl::Milliseconds(1)),
            "2.0 kB of 4.0 kB");
}

TEST(DescribeTransferTest, OfAFileThatGrew_SaysNothingIsLeft) {
  EXPECT_EQ(DescribeTransfer({.bytes = 5000, .total_bytes = 4000}, absl::Seconds(1)),
            "5.0 kB of 5.0 kB  5.0 kB/s  0:00 left");
}

TEST(TransferDisplayTest, DrawsAtMostTenTimesASecond_AndAlwaysTheEnd) {
  std::ostringstream out;
  const absl::Time begin = absl::UnixEpoch();
  TransferDisplay display(out, /*is_terminal=*/true, "uploading iris.csv", begin);
  display.Show({.bytes = 1000, .total_bytes = 3000}, begin);
  const std::string first = out.str();
  EXPECT_NE(first.find(" 33 %  uploading iris.csv  1.0 kB of 3.0 kB"), std::string::npos) << first;
  display.Show({.bytes = 2000, .total_bytes = 3000}, begin + absl::Milliseconds(50));
  EXPECT_EQ(out.str(), first);
  display.Show({.bytes = 3000, .total_bytes = 3000, .complete = true},
               begin + absl::Milliseconds(60));
  EXPECT_NE(out.str().find("100 %  uploading iris.csv  3.0 kB of 3.0 kB  storing"),
            std::string::npos)
      << out.str();
}

}  // namespace
}  // namespace serin
