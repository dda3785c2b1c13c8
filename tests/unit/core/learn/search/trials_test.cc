#include "core/learn/search/trials.h"

#include <limits>

#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kCancelled = absl::StatusCode::kCancelled;

// Candidate n scores n, lower is better; a NaN stands for a candidate that fails. Each trial takes
// its candidate's time, in steps of a second.
class FakeObjective final : public Objective {
 public:
  FakeObjective(std::vector<double> scores, SimulatedClock* clock)
      : scores_(std::move(scores)), seconds_(scores_.size(), 0), clock_(clock) {}

  absl::StatusOr<Score> Try(size_t candidate, const Rung& rung,
                            const std::function<bool()>& go_on) override {
    begun.push_back(candidate);
    for (int i = 0; i < seconds_[candidate]; ++i) {
      if (!go_on()) return absl::CancelledError("stopped");
      clock_->Advance(absl::Seconds(1));
    }
    if (spurious_cancel) return absl::CancelledError("by itself");
    if (scores_[candidate] != scores_[candidate]) return absl::InvalidArgumentError("no values");
    row_shares.push_back(rung.row_share);
    return Score{.mean = scores_[candidate]};
  }

  void SetSeconds(std::vector<int> seconds) { seconds_ = std::move(seconds); }

  bool spurious_cancel = false;
  std::vector<size_t> begun;
  std::vector<double> row_shares;

 private:
  const std::vector<double> scores_;
  std::vector<int> seconds_;
  SimulatedClock* const clock_;
};

constexpr double kFails = std::numeric_limits<double>::quiet_NaN();

class RunTrialsTest : public ::testing::Test {
 protected:
  TrialHooks Hooks() {
    return {.clock = &clock_,
            .cpu_seconds = [this] { return absl::ToDoubleSeconds(clock_.Now() - begin_); },
            .go_on = [this] { return go_on_; },
            .finish = [this] { return finish_; },
            .tried = [this](const Trials& trials) { tried_.push_back(trials.halving.tried()); }};
  }

  SimulatedClock clock_;
  const absl::Time begin_ = clock_.Now();
  bool go_on_ = true;
  bool finish_ = false;
  std::vector<size_t> tried_;
};

TEST_F(RunTrialsTest, GoesThroughTheRungs_AndTellsOfEachTrial) {
  FakeObjective objective({3, 1, 2}, &clock_);
  Trials trials(3, {{.row_share = 0.5}, {.row_share = 1}}, false);
  ASSERT_THAT(RunTrials(absl::InfiniteDuration(), Hooks(), &objective, &trials), IsOk());
  EXPECT_THAT(objective.begun, ElementsAre(0, 1, 2, 1));
  EXPECT_THAT(objective.row_shares, ElementsAre(0.5, 0.5, 0.5, 1));
  EXPECT_THAT(trials.halving.Ranking(), ElementsAre(1, 2, 0));
  EXPECT_THAT(tried_, ElementsAre(1, 2, 3, 3));
}

TEST_F(RunTrialsTest, OneCandidatesFailureEndsNothing_AndItsReasonIsKept) {
  FakeObjective objective({kFails, 2, 1}, &clock_);
  objective.SetSeconds({4, 5, 6});
  Trials trials(3, {{}}, false);
  ASSERT_THAT(RunTrials(absl::InfiniteDuration(), Hooks(), &objective, &trials), IsOk());
  EXPECT_THAT(trials.halving.Ranking(), ElementsAre(2, 1, 0));
  EXPECT_THAT(trials.costs[0].error, IsError(absl::StatusCode::kInvalidArgument, "no values"));
  EXPECT_EQ(trials.costs[0].cpu_seconds, 4);
  EXPECT_EQ(trials.costs[2].cpu_seconds, 6);
}

TEST_F(RunTrialsTest, AllFailing_IsTheFirstOnesError) {
  FakeObjective objective({kFails, kFails}, &clock_);
  Trials trials(2, {{}}, false);
  EXPECT_THAT(RunTrials(absl::InfiniteDuration(), Hooks(), &objective, &trials),
              IsError(absl::StatusCode::kInvalidArgument, "no values"));
  EXPECT_THAT(objective.begun, ElementsAre(0, 1));
}

// 60 s for two rungs: the first ends after 30 s, in the middle of the fourth trial, whose candidate
// is left out though it is the best.
TEST_F(RunTrialsTest, EachRungHasItsShareOfTheTime) {
  FakeObjective objective({9, 2, 3, 1}, &clock_);
  objective.SetSeconds({9, 9, 9, 9});
  Trials trials(4, {{.row_share = 0.5}, {.row_share = 1}}, false);
  ASSERT_THAT(RunTrials(absl::Seconds(60), Hooks(), &objective, &trials), IsOk());
  EXPECT_THAT(objective.begun, ElementsAre(0, 1, 2, 3, 1));
  EXPECT_EQ(trials.halving.Ranking()[0], 1);
  EXPECT_FALSE(trials.halving.standing(3).score.has_value());
  EXPECT_EQ(clock_.Now() - begin_, absl::Seconds(30 + 9));
}

TEST_F(RunTrialsTest, OneCandidateIsTriedToItsEnd_WhateverTheTime) {
  FakeObjective objective({kFails, 2, 1}, &clock_);
  objective.SetSeconds({100, 200, 1});
  Trials trials(3, {{.row_share = 0.5}, {.row_share = 1}}, false);
  ASSERT_THAT(RunTrials(absl::Seconds(10), Hooks(), &objective, &trials), IsOk());
  EXPECT_THAT(objective.begun, ElementsAre(0, 1));
  EXPECT_EQ(trials.halving.Ranking()[0], 1);
}

TEST_F(RunTrialsTest, FinishKeepsTheBestSoFar_AndBreaksTheTrialOff) {
  FakeObjective objective({2, 1, 0}, &clock_);
  objective.SetSeconds({1, 1, 10});
  Trials trials(3, {{}}, false);
  TrialHooks hooks = Hooks();
  hooks.finish = [this] { return clock_.Now() - begin_ >= absl::Seconds(5); };
  ASSERT_THAT(RunTrials(absl::InfiniteDuration(), hooks, &objective, &trials), IsOk());
  EXPECT_EQ(trials.halving.Ranking()[0], 1);
  EXPECT_EQ(clock_.Now() - begin_, absl::Seconds(5));
}

TEST_F(RunTrialsTest, FinishBeforeAnythingWasFound_IsCancelled_AlsoIfSomeHaveFailed) {
  FakeObjective objective({kFails, 1}, &clock_);
  Trials trials(2, {{}}, false);
  TrialHooks hooks = Hooks();
  hooks.finish = [&] { return objective.begun.size() == 1; };
  EXPECT_THAT(RunTrials(absl::InfiniteDuration(), hooks, &objective, &trials),
              IsError(kCancelled, HasSubstr("found nothing yet")));
}

TEST_F(RunTrialsTest, Stopped_IsCancelled_WhateverHasBeenFound) {
  FakeObjective objective({2, 1, 0}, &clock_);
  Trials trials(3, {{}}, false);
  TrialHooks hooks = Hooks();
  hooks.go_on = [&] { return objective.begun.size() < 2; };
  EXPECT_THAT(RunTrials(absl::InfiniteDuration(), hooks, &objective, &trials),
              IsError(kCancelled, HasSubstr("stopped")));
}

// Or it would be tried for ever.
TEST_F(RunTrialsTest, ACandidateThatGivesUpByItself_HasFailed) {
  FakeObjective objective({1}, &clock_);
  objective.spurious_cancel = true;
  Trials trials(1, {{}}, false);
  EXPECT_THAT(RunTrials(absl::InfiniteDuration(), Hooks(), &objective, &trials),
              IsError(kCancelled, "by itself"));
  EXPECT_TRUE(trials.halving.standing(0).failed);
}

}  // namespace
}  // namespace serin
