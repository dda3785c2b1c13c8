#include "core/base/errors.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kAborted = absl::StatusCode::kAborted;

TEST_F(JobStoreTest, AnAttemptThatIsNotTheRunningOne_IsAborted) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt first = Begin();
  ASSERT_THAT(jobs().Lose(first, "the worker was ended by signal 9"), IsOk());
  EXPECT_THAT(Succeed(first), IsError(kAborted, HasSubstr("attempt 1")));
  const WorkerAttempt second = Begin();
  EXPECT_EQ(second.number, 2);
  for (const absl::Status& answer :
       {jobs().Assigned(first).status(), jobs().Report(first, {}).status(), Succeed(first),
        jobs().Fail(first, absl::InternalError("x")), jobs().Lose(first, "x")}) {
    EXPECT_THAT(answer, IsError(kAborted, HasSubstr("attempt 1")));
  }
  EXPECT_THAT(Succeed(second), IsOk());
  EXPECT_THAT(jobs().Fail(second, absl::InternalError("x")), IsError(kAborted, HasSubstr("2")));
}

TEST_F(JobStoreTest, Fail_KeepsTheWorkersError) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  ASSERT_THAT(jobs().Fail(Begin(), InvalidField("spec.target", "has only one class")), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, jobs().Get(id));
  EXPECT_EQ(job.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(job.error().message(), "spec.target: has only one class");
}

TEST_F(JobStoreTest, Progress_ShowsWhileRunning_AndIsNotWritten) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  const int writes = store_.write_count();
  internal::v1::ReportProgressRequest report;
  report.mutable_progress()->set_stage("training");
  ASSERT_THAT(jobs().Report(attempt, report), IsOk());
  EXPECT_EQ(jobs().Get(id)->progress().stage(), "training");
  EXPECT_EQ(store_.write_count(), writes);
}

TEST_F(JobStoreTest, AttemptGivenBack_BeginsAgainAtNoCost_AheadOfLaterJobs) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  Create().IgnoreError();
  for (int stop = 0; stop < 2 * kMaxAttempts; ++stop) {
    const WorkerAttempt attempt = Begin();
    EXPECT_EQ(IdOf(attempt), id);
    EXPECT_EQ(attempt.number, 1);
    ASSERT_THAT(jobs().Return(attempt), IsOk());
    store_.Crash();
    Restart();
  }
}

TEST_F(JobStoreTest, RoleThatTheWorkerCouldNotReach_CostsAnAttempt_NotTheJob) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    EXPECT_EQ(StateOf(id), v1::JOB_STATE_QUEUED);
    ASSERT_THAT(jobs().Fail(Begin(), absl::UnavailableError("the dataset role is away")), IsOk());
  }
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_FAILED);
  EXPECT_THAT(jobs().Get(id)->error().message(), HasSubstr("the dataset role is away"));
}

TEST_F(JobStoreTest, RoleThatDidNotAnswerTheWorkerInTime_CostsAnAttempt_NotTheJob) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  ASSERT_THAT(jobs().Fail(Begin(), absl::DeadlineExceededError("no answer in 30 s")), IsOk());
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(Begin().number, 2);
}

TEST_F(JobStoreTest, WhatAWorkerReports_ShowsUntilItIsReportedAnew) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  internal::v1::ReportProgressRequest report;
  report.mutable_leaderboard()->set_drawn(3);
  report.add_warnings("'id' is an identifier");
  ASSERT_THAT(jobs().Report(attempt, report), IsOk());
  report.mutable_progress()->set_stage("searching");
  ASSERT_THAT(jobs().Report(attempt, report), IsOk());
  ASSERT_THAT(jobs().Report(attempt, {}), IsOk());
  EXPECT_EQ(jobs().Get(id)->progress().stage(), "searching");
  EXPECT_EQ(jobs().Get(id)->leaderboard().drawn(), 3);
  EXPECT_THAT(jobs().Get(id)->warnings(), ElementsAre("'id' is an identifier"));
  EXPECT_EQ(jobs().SignsOfLife(attempt), 3);
}

TEST_F(JobStoreTest, AJob_SaysWhatItsWorkerMayUse) {
  Restart({.max_queued_jobs = 10, .worker_memory_bytes = 1 << 30});
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  Begin();
  EXPECT_EQ(jobs().Get(id)->memory_limit_bytes(), 1 << 30);
}

TEST_F(JobStoreTest, ServerThatDiesThreeTimes_FailsTheJob_SayingSo) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    EXPECT_EQ(Begin().number, attempt);
    store_.Crash();
    Restart();
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, jobs().Get(id));
  EXPECT_EQ(job.state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(job.error().message(), HasSubstr("given up after 3 attempts"));
  EXPECT_THAT(job.error().message(), HasSubstr("the server stopped"));
}

}  // namespace
}  // namespace serin
