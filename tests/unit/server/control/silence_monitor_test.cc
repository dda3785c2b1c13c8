#include "server/control/silence_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SilenceMonitorTest : public testing::Test {
 protected:
  // A look after so long.
  std::vector<WorkerAttempt> LookAfter(absl::Duration time) {
    now_ += time;
    return monitor_.Look(now_, [this](const WorkerAttempt& attempt) -> std::optional<int64_t> {
      return signs_.at(attempt);
    });
  }
  // Looks every second.
  std::vector<WorkerAttempt> WaitFor(int seconds) {
    std::vector<WorkerAttempt> silent;
    for (int i = 0; i < seconds; ++i) {
      for (WorkerAttempt& attempt : LookAfter(absl::Seconds(1))) silent.push_back(attempt);
    }
    return silent;
  }
  void Begin(const WorkerAttempt& attempt) {
    monitor_.Begin(attempt);
    signs_[attempt] = 0;
    LookAfter(absl::ZeroDuration());
  }

  const WorkerAttempt first_ = {.project = "p", .job = "1", .number = 1};
  const WorkerAttempt second_ = {.project = "p", .job = "2", .number = 1};
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  SilenceMonitor monitor_{absl::Minutes(1)};
  std::map<WorkerAttempt, std::optional<int64_t>> signs_;
};

TEST_F(SilenceMonitorTest, WorkerThatSaysNothingForTheLimit_IsFoundOnce) {
  Begin(first_);
  EXPECT_THAT(WaitFor(59), IsEmpty());
  EXPECT_THAT(WaitFor(1), ElementsAre(first_));
  EXPECT_THAT(WaitFor(100), IsEmpty());
  EXPECT_TRUE(monitor_.End(first_));
  EXPECT_FALSE(monitor_.End(first_));
}

TEST_F(SilenceMonitorTest, WorkerThatSaysSomething_BeginsAnew) {
  Begin(first_);
  Begin(second_);
  WaitFor(59);
  signs_[first_] = 1;
  EXPECT_THAT(WaitFor(1), ElementsAre(second_));
  EXPECT_THAT(WaitFor(59), IsEmpty());
  EXPECT_THAT(WaitFor(1), ElementsAre(first_));
}

TEST_F(SilenceMonitorTest, WorkerThatShouldHaveEnded_IsGivenTheSameTime) {
  Begin(first_);
  WaitFor(30);
  signs_[first_] = std::nullopt;
  EXPECT_THAT(WaitFor(60), IsEmpty());
  EXPECT_THAT(WaitFor(1), ElementsAre(first_));
}

TEST_F(SilenceMonitorTest, ClockThatJumps_MakesNoWorkerLookSilent) {
  Begin(first_);
  EXPECT_THAT(LookAfter(absl::Hours(24)), IsEmpty());
  EXPECT_THAT(LookAfter(-absl::Hours(48)), IsEmpty());
  EXPECT_THAT(WaitFor(49), IsEmpty());
  EXPECT_THAT(WaitFor(1), ElementsAre(first_)) << "a jump counts as 10 s";
}

}  // namespace
}  // namespace serin
