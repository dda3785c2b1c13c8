#include "server/worker/progress_reporter.h"

#include <vector>

#include "core/learn/progress.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;

TEST(ProgressReporterTest, PassesOnOneReportPer100Milliseconds) {
  SimulatedClock clock;
  std::vector<int> sent;
  ProgressReporter reporter(&clock, [&](const v1::JobProgress& progress) {
    sent.push_back(progress.iteration());
    return absl::OkStatus();
  });
  for (int i = 0; i < 10; ++i) {
    v1::JobProgress progress = ProgressAt(Stage::kTraining, i / 10.0);
    progress.set_iteration(i);
    EXPECT_TRUE(reporter.Report(progress));
    clock.Advance(absl::Milliseconds(40));
  }
  EXPECT_THAT(sent, ElementsAre(0, 3, 6, 9));
}

TEST(ProgressReporterTest, SlowSendingTakesATenthOfTheTime) {
  SimulatedClock clock;
  const absl::Time begin = clock.Now();
  std::vector<absl::Duration> sent;
  ProgressReporter reporter(&clock, [&](const v1::JobProgress&) {
    sent.push_back(clock.Now() - begin);
    clock.Advance(absl::Seconds(5));
    return absl::DeadlineExceededError("control hangs");
  });
  for (int second = 0; second < 120; ++second) {
    EXPECT_TRUE(reporter.Report(ProgressAt(Stage::kTraining, 0)));
    clock.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(sent, ElementsAre(absl::ZeroDuration(), absl::Seconds(50), absl::Seconds(100)));
}

TEST(ProgressReporterTest, TheFractionNeverFalls) {
  SimulatedClock clock;
  std::vector<double> sent;
  ProgressReporter reporter(&clock, [&](const v1::JobProgress& progress) {
    sent.push_back(progress.fraction());
    return absl::OkStatus();
  });
  for (const double share : {0.5, 0.0, 1.0}) {
    reporter.Report(ProgressAt(Stage::kReading, share));
    clock.Advance(absl::Seconds(1));
  }
  EXPECT_THAT(sent, ElementsAre(DoubleEq(0.05), DoubleEq(0.05), DoubleEq(0.1)));
}

TEST(ProgressReporterTest, AnAnswerThatFailsIsPassedOver_ButAbortedEndsIt) {
  SimulatedClock clock;
  absl::Status answer = absl::UnavailableError("restarting");
  int calls = 0;
  ProgressReporter reporter(&clock, [&](const v1::JobProgress&) { return ++calls, answer; });
  EXPECT_TRUE(reporter.Report(ProgressAt(Stage::kReading, 0)));
  answer = absl::AbortedError("given up");
  EXPECT_FALSE(reporter.Report(ProgressAt(Stage::kPreparing, 0)));
  EXPECT_FALSE(reporter.Report(ProgressAt(Stage::kTraining, 0)));
  EXPECT_TRUE(reporter.superseded());
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace serin
