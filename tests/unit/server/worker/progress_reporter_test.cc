#include "server/worker/progress_reporter.h"

#include <vector>

#include "core/learn/progress.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::ReportProgressRequest;
using internal::v1::ReportProgressResponse;
using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ProgressReporterTest, PassesOnOneReportPer100Milliseconds) {
  SimulatedClock clock;
  std::vector<int> sent;
  ProgressReporter reporter(&clock, [&](const ReportProgressRequest& news) {
    sent.push_back(news.progress().iteration());
    return ReportProgressResponse();
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
  ProgressReporter reporter(&clock, [&](const ReportProgressRequest&) {
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
  ProgressReporter reporter(&clock, [&](const ReportProgressRequest& news) {
    sent.push_back(news.progress().fraction());
    return ReportProgressResponse();
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
  ProgressReporter reporter(&clock, [&](const ReportProgressRequest&) { return ++calls, answer; });
  EXPECT_TRUE(reporter.Report(ProgressAt(Stage::kReading, 0)));
  answer = absl::AbortedError("given up");
  EXPECT_FALSE(reporter.Report(ProgressAt(Stage::kPreparing, 0)));
  EXPECT_FALSE(reporter.Report(ProgressAt(Stage::kTraining, 0)));
  EXPECT_TRUE(reporter.superseded());
  EXPECT_EQ(calls, 2);
}

TEST(ProgressReporterTest, NewsGoWithTheReports_UntilOneIsTaken) {
  SimulatedClock clock;
  absl::Status answer = absl::UnavailableError("restarting");
  std::vector<ReportProgressRequest> sent;
  ProgressReporter reporter(
      &clock, [&](const ReportProgressRequest& news) -> absl::StatusOr<ReportProgressResponse> {
        sent.push_back(news);
        if (!answer.ok()) return answer;
        return ReportProgressResponse();
      });
  const auto report = [&] {
    clock.Advance(absl::Seconds(1));
    reporter.Report(ProgressAt(Stage::kSearching, 0));
  };
  v1::Leaderboard leaderboard;
  leaderboard.set_finished(1);
  reporter.SetLeaderboard(leaderboard);
  reporter.SetWarnings({"odd"});
  report();
  leaderboard.set_finished(2);
  reporter.SetLeaderboard(leaderboard);
  answer = absl::OkStatus();
  report();
  report();
  ASSERT_EQ(sent.size(), 3);
  EXPECT_EQ(sent[0].leaderboard().finished(), 1);
  EXPECT_EQ(sent[1].leaderboard().finished(), 2);
  EXPECT_THAT(sent[1].warnings(), ElementsAre("odd"));
  EXPECT_FALSE(sent[2].has_leaderboard());
  EXPECT_THAT(sent[2].warnings(), IsEmpty());
}

TEST(ProgressReporterTest, RemembersThatTheSearchIsToFinish) {
  SimulatedClock clock;
  ReportProgressResponse answer;
  ProgressReporter reporter(&clock, [&](const ReportProgressRequest&) { return answer; });
  reporter.Report(ProgressAt(Stage::kReading, 0));
  EXPECT_FALSE(reporter.finish_search());
  answer.set_finish_search(true);
  reporter.Report(ProgressAt(Stage::kSearching, 0));
  EXPECT_TRUE(reporter.finish_search());
  answer.set_finish_search(false);
  reporter.Report(ProgressAt(Stage::kTraining, 0));
  EXPECT_TRUE(reporter.finish_search());
}

}  // namespace
}  // namespace serin
