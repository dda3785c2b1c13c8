#include "client/cli/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "client/cli/arrivals.h"
#include "client/cli/load_thresholds.h"
#include "client/cli/load_view.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::StartsWith;

// Time that passes only where somebody sleeps or a call says so.
class LoadTest : public testing::Test {
 protected:
  LoadTime time() {
    return {&clock_, [this](absl::Time until) {
              if (until > clock_.Now()) clock_.Advance(until - clock_.Now());
            }};
  }

  SimulatedClock clock_;
};

TEST_F(LoadTest, ClosedLoop_MakesEachCallOnce_AndCountsVersionsAndErrors) {
  std::vector<std::atomic<int>> made(1000);
  const auto call = [&](int64_t i) -> absl::StatusOr<std::string> {
    ++made[i];
    if (i % 10 == 0) return absl::UnavailableError("loading");
    return i % 2 == 0 ? "two" : "one";
  };
  const LoadReport report = RunClosedLoop(1000, 8, {Clock::Monotonic(), nullptr}, call);
  for (const auto& count : made) EXPECT_EQ(count, 1);
  EXPECT_THAT(report.answers, ElementsAre(Pair("one", 500), Pair("two", 400)));
  EXPECT_THAT(report.errors, ElementsAre(Pair("UNAVAILABLE: loading", 100)));
  EXPECT_EQ(report.failed(), 100);
  EXPECT_EQ(report.failed_share(), 0.1);
  EXPECT_EQ(report.calls(), 1000);
  EXPECT_GT(report.calls_per_second(), 0);
  EXPECT_TRUE(report.slices.empty());
}

// One call of 1 s in a test of ten a second: those due meanwhile have waited too.
TEST_F(LoadTest, OpenLoop_CountsFromWhenACallWasDue_SoThatNoWaitIsLeftOut) {
  const auto arrivals =
      ArrivalTimes({.first_rate = 10, .last_rate = 10, .duration = absl::Seconds(2)});
  ASSERT_EQ(arrivals.size(), 20u);
  const auto call = [&](int64_t i) -> absl::StatusOr<std::string> {
    clock_.Advance(i == 0 ? absl::Seconds(1) : absl::Milliseconds(1));
    return "one";
  };
  const LoadReport report = RunOpenLoop(arrivals, 1, time(), call);
  EXPECT_EQ(report.latencies.max(), absl::Seconds(1));
  // Due at 0.1 s, begun at 1 s, answered after 1 ms.
  EXPECT_EQ(report.latencies.count() - report.latencies.CountUpTo(absl::Milliseconds(890)), 2);
  EXPECT_NEAR(absl::ToDoubleMilliseconds(report.latencies.Quantile(0.75)), 506, 3);
  EXPECT_EQ(report.latencies.min(), absl::Milliseconds(1));
  EXPECT_NEAR(report.seconds, 1.901, 1e-9);
  ASSERT_EQ(report.slices.size(), 10u);
  EXPECT_EQ(report.slices[0].latencies.max(), absl::Seconds(1));
  EXPECT_EQ(report.slices[9].latencies.max(), absl::Milliseconds(1));
}

TEST(ArrivalTimesTest, Constant_AreEvenlySpaced) {
  EXPECT_THAT(ArrivalTimes({.first_rate = 2, .last_rate = 2, .duration = absl::Seconds(2)}),
              ElementsAre(absl::ZeroDuration(), absl::Milliseconds(500), absl::Seconds(1),
                          absl::Milliseconds(1500)));
}

TEST(ArrivalTimesTest, Ramps_HaveTheirMeanRate_AndGrowOrShrinkEvenly) {
  for (const auto& [first, last] : {std::pair(100.0, 300.0), std::pair(300.0, 100.0)}) {
    const auto times =
        ArrivalTimes({.first_rate = first, .last_rate = last, .duration = absl::Seconds(10)});
    EXPECT_NEAR(static_cast<double>(times.size()), 2000, 1);
    const auto before = std::lower_bound(times.begin(), times.end(), absl::Seconds(5));
    // (first + middle) / 2 for 5 s.
    EXPECT_NEAR(static_cast<double>(before - times.begin()), 5 * (first + 200) / 2, 1);
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  }
}

TEST(ArrivalTimesTest, Poisson_HaveExponentialGaps_TheSameForASeed) {
  const ArrivalPlan plan = {.process = ArrivalPlan::Process::kPoisson,
                            .first_rate = 1000,
                            .last_rate = 1000,
                            .duration = absl::Seconds(100),
                            .seed = 5};
  const auto times = ArrivalTimes(plan);
  EXPECT_NEAR(static_cast<double>(times.size()), 100'000, 4 * std::sqrt(100'000));
  double squares = 0;
  for (size_t i = 1; i < times.size(); ++i) {
    const double gap = absl::ToDoubleSeconds(times[i] - times[i - 1]);
    squares += gap * gap;
  }
  // Of an exponential distribution the mean square is twice the square of the mean.
  EXPECT_NEAR(squares / static_cast<double>(times.size()), 2e-6, 1e-7);
  EXPECT_EQ(ArrivalTimes(plan), times);
}

TEST(LatencyHistogramTest, QuantilesAreWithinHalfAPercent_ExtremesExact) {
  LatencyHistogram histogram;
  for (int i = 100'000; i >= 1; --i) histogram.Record(absl::Microseconds(i));
  EXPECT_EQ(histogram.count(), 100'000);
  EXPECT_EQ(histogram.min(), absl::Microseconds(1));
  EXPECT_EQ(histogram.max(), absl::Milliseconds(100));
  EXPECT_EQ(histogram.Quantile(0), absl::Microseconds(1));
  EXPECT_EQ(histogram.Quantile(1), absl::Milliseconds(100));
  for (const double fraction : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = fraction * 100'000;
    EXPECT_GE(absl::ToDoubleMicroseconds(histogram.Quantile(fraction)), exact);
    EXPECT_LE(absl::ToDoubleMicroseconds(histogram.Quantile(fraction)), 1.005 * exact);
  }
  EXPECT_NEAR(static_cast<double>(histogram.CountUpTo(absl::Milliseconds(50))), 50'000, 250);
}

TEST(LatencyHistogramTest, HoldsAnything_AndMerges) {
  LatencyHistogram histogram;
  EXPECT_EQ(histogram.Quantile(0.5), absl::ZeroDuration());
  LatencyHistogram other;
  other.Record(-absl::Seconds(1));
  other.Record(absl::Hours(1000));
  histogram.Merge(other);
  histogram.Merge(LatencyHistogram());
  histogram.Record(absl::Nanoseconds(511));
  EXPECT_EQ(histogram.count(), 3);
  EXPECT_EQ(histogram.min(), absl::ZeroDuration());
  EXPECT_EQ(histogram.max(), absl::Hours(1000));
  EXPECT_EQ(histogram.Quantile(0.5), absl::Nanoseconds(511));
}

LoadReport SmallReport() {
  LoadReport report;
  for (int i = 1; i <= 100; ++i) report.latencies.Record(absl::Milliseconds(i));
  report.answers["one"] = 98;
  report.errors["UNAVAILABLE: loading"] = 2;
  report.seconds = 10;
  return report;
}

TEST(LoadThresholdTest, ThoseKeptAreOk_OthersAreNamedWithWhatWasMeasured) {
  std::vector<LoadThreshold> thresholds;
  for (const char* kept : {"p50<60", "p99.9<101", "max<101", "errors<2.5", "rate>9.7"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(LoadThreshold threshold, ParseLoadThreshold(kept));
    thresholds.push_back(std::move(threshold));
  }
  EXPECT_THAT(CheckThresholds(thresholds, SmallReport()), IsOk());
  for (const char* broken : {"max<100", "errors<2", "rate>9.9"}) {
    thresholds.push_back(ParseLoadThreshold(broken).value());
  }
  EXPECT_THAT(CheckThresholds(thresholds, SmallReport()),
              IsError(absl::StatusCode::kFailedPrecondition,
                      "thresholds not kept: max<100 (is 100), errors<2 (is 2), rate>9.9 (is 9.8)"));
}

TEST(LoadThresholdTest, AnythingElseIsRefused) {
  for (const char* text : {"", "p99", "p99<", "p99>5", "p0<5", "p101<5", "pp<5", "errors>1",
                           "rate<5", "max<-1", "mean<5", "p99<5ms"}) {
    EXPECT_THAT(ParseLoadThreshold(text),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("is none of p99<")))
        << text;
  }
}

TEST(LatencyCsvTest, HasPercentilesWithTheCallsUpToThem) {
  const std::string csv = LatencyCsv(SmallReport());
  EXPECT_THAT(csv, StartsWith("percentile,latency_ms,calls\n0,1.0"));
  EXPECT_THAT(csv, HasSubstr("\n100,100.000000,100\n"));
}

}  // namespace
}  // namespace serin
