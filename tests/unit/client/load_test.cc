#include "client/cli/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(RunLoadTest, MakesEachCallOnce_AndCountsVersionsAndErrors) {
  std::vector<std::atomic<int>> made(1000);
  const LoadReport report = RunLoad(1000, 8, [&](int64_t i) -> absl::StatusOr<std::string> {
    ++made[i];
    if (i % 10 == 0) return absl::UnavailableError("loading");
    return i % 2 == 0 ? "two" : "one";
  });
  for (const auto& count : made) EXPECT_EQ(count, 1);
  EXPECT_THAT(report.answers, ElementsAre(Pair("one", 500), Pair("two", 400)));
  EXPECT_THAT(report.errors, ElementsAre(Pair("UNAVAILABLE: loading", 100)));
  EXPECT_EQ(report.failed(), 100);
  EXPECT_EQ(report.latencies.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(report.latencies.begin(), report.latencies.end()));
  EXPECT_GT(report.calls_per_second(), 0);
}

TEST(QuantileOfTest, InterpolatesBetweenOrderStatistics) {
  const std::vector<double> values = {1, 2, 3, 4};
  EXPECT_DOUBLE_EQ(QuantileOf(values, 0), 1);
  EXPECT_DOUBLE_EQ(QuantileOf(values, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(QuantileOf(values, 0.9), 3.7);
  EXPECT_DOUBLE_EQ(QuantileOf(values, 1), 4);
  EXPECT_DOUBLE_EQ(QuantileOf({7}, 0.99), 7);
}

}  // namespace
}  // namespace serin
