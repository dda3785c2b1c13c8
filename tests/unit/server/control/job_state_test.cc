#include "server/control/job_state.h"

#include "core/base/errors.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

v1::Job JobIn(v1::JobState state, int attempt = 1) {
  v1::Job job;
  job.set_name("jobs/j");
  job.set_state(state);
  job.set_attempt(attempt);
  return job;
}

TEST(AdvanceTest, FollowsTheWayOfAJobThatSucceeds) {
  v1::Job job = JobIn(v1::JOB_STATE_QUEUED, 0);
  ASSERT_THAT(Advance(AttemptBegun{}, kNow, &job), IsOk());
  EXPECT_EQ(job.state(), v1::JOB_STATE_RUNNING);
  EXPECT_EQ(job.attempt(), 1);
  EXPECT_EQ(job.start_time().seconds(), 1'800'000'000);

  ASSERT_THAT(Advance(JobSucceeded{"models/iris/versions/2"}, kNow, &job), IsOk());
  EXPECT_EQ(job.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(job.model_version(), "models/iris/versions/2");
  EXPECT_TRUE(job.has_end_time());
}

TEST(AdvanceTest, Failure_KeepsTheWorkersError) {
  v1::Job job = JobIn(v1::JOB_STATE_RUNNING);
  ASSERT_THAT(Advance(JobFailed{InvalidField("spec.target", "has one class")}, kNow, &job), IsOk());
  EXPECT_EQ(job.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(job.error().message(), "spec.target: has one class");
  EXPECT_GT(job.error().details_size(), 0);
}

TEST(AdvanceTest, LostAttempts_AreBegunAgain_ThreeAttemptsInAll) {
  v1::Job job = JobIn(v1::JOB_STATE_QUEUED, 0);
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    EXPECT_EQ(job.state(), v1::JOB_STATE_QUEUED);
    ASSERT_THAT(Advance(AttemptBegun{}, kNow, &job), IsOk());
    job.mutable_progress()->set_fraction(0.5);
    ASSERT_THAT(Advance(AttemptLost{"the worker was ended by signal 9"}, kNow, &job), IsOk());
  }
  EXPECT_EQ(job.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(job.error().code(), static_cast<int>(absl::StatusCode::kInternal));
  EXPECT_THAT(job.error().message(), HasSubstr("3 attempts"));
  EXPECT_THAT(job.error().message(), HasSubstr("signal 9"));
}

TEST(AdvanceTest, ReturnedAttempts_CostNothing) {
  v1::Job job = JobIn(v1::JOB_STATE_QUEUED, 2);
  for (int stop = 0; stop < 10; ++stop) {
    ASSERT_THAT(Advance(AttemptBegun{}, kNow, &job), IsOk());
    EXPECT_EQ(job.attempt(), 3);
    ASSERT_THAT(Advance(AttemptReturned{}, kNow, &job), IsOk());
    EXPECT_EQ(job.state(), v1::JOB_STATE_QUEUED);
  }
}

TEST(AdvanceTest, Cancelled_FromQueueAndWorker) {
  for (const v1::JobState state : {v1::JOB_STATE_QUEUED, v1::JOB_STATE_RUNNING}) {
    v1::Job job = JobIn(state);
    ASSERT_THAT(Advance(JobCancelled{}, kNow, &job), IsOk());
    EXPECT_EQ(job.state(), v1::JOB_STATE_CANCELLED);
    EXPECT_EQ(job.cancel_time().seconds(), 1'800'000'000);
    EXPECT_EQ(job.end_time().seconds(), 1'800'000'000);
    EXPECT_THAT(Advance(JobCancelled{}, kNow, &job),
                IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("queued or running")));
  }
}

TEST(AdvanceTest, WorkerThatIsCancelledOfItself_Fails) {
  v1::Job job = JobIn(v1::JOB_STATE_RUNNING);
  ASSERT_THAT(Advance(JobFailed{absl::CancelledError("x")}, kNow, &job), IsOk());
  EXPECT_EQ(job.state(), v1::JOB_STATE_FAILED);
}

TEST(AdvanceTest, ClockSetBack_DoesNotEndAJobBeforeItBegan) {
  v1::Job job = JobIn(v1::JOB_STATE_QUEUED, 0);
  ASSERT_THAT(Advance(AttemptBegun{}, kNow, &job), IsOk());
  ASSERT_THAT(Advance(JobSucceeded{"m"}, kNow - absl::Hours(5), &job), IsOk());
  EXPECT_EQ(job.end_time().seconds(), 1'800'000'000);
}

TEST(AdvanceTest, WhatALostAttemptFound_GoesWithIt) {
  v1::Job job = JobIn(v1::JOB_STATE_RUNNING);
  job.mutable_leaderboard()->add_trials()->set_number(1);
  job.add_warnings("'id' is an identifier");
  ASSERT_THAT(Advance(AttemptLost{"x"}, kNow, &job), IsOk());
  EXPECT_FALSE(job.has_leaderboard());
  EXPECT_EQ(job.warnings_size(), 0);
}

TEST(AdvanceTest, EventsOutOfOrder_AreRefused_AndChangeNothing) {
  for (const v1::JobState state : {v1::JOB_STATE_QUEUED, v1::JOB_STATE_SUCCEEDED,
                                   v1::JOB_STATE_FAILED, v1::JOB_STATE_CANCELLED}) {
    v1::Job job = JobIn(state);
    EXPECT_THAT(Advance(JobSucceeded{"m"}, kNow, &job),
                IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("must be running")));
    EXPECT_THAT(Advance(AttemptLost{"x"}, kNow, &job),
                IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("jobs/j")));
    EXPECT_EQ(job.DebugString(), JobIn(state).DebugString());
  }
  v1::Job running = JobIn(v1::JOB_STATE_RUNNING);
  EXPECT_THAT(Advance(AttemptBegun{}, kNow, &running),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("must be queued")));
}

}  // namespace
}  // namespace serin
