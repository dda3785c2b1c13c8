#include "core/base/errors.h"
#include "server/control/job_store.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr auto kAborted = absl::StatusCode::kAborted;

class JobCancelTest : public JobStoreTest {
 protected:
  JobId CreateSearch() {
    NewJob wanted = {.model = "iris"};
    wanted.spec.mutable_search()->set_trials(10);
    return Create(wanted).value_or(JobId());
  }
  // A report of a search that has tried one candidate; returns the answer.
  bool ReportTrial(const WorkerAttempt& attempt, bool failed = false) {
    internal::v1::ReportProgressRequest report;
    report.mutable_progress()->set_stage("searching");
    v1::Trial& trial = *report.mutable_leaderboard()->add_trials();
    trial.set_number(1);
    if (failed) {
      trial.set_error("did not converge");
    } else {
      trial.set_score(0.9);
    }
    const auto answer = jobs().Report(attempt, report);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() && answer->finish_search();
  }
};

TEST_F(JobCancelTest, QueuedJob_IsCancelledOnDisk_AndNeverRuns) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, jobs().Cancel(id, /*keep_best=*/false));
  EXPECT_EQ(job.state(), v1::JOB_STATE_CANCELLED);
  EXPECT_TRUE(job.has_cancel_time());
  EXPECT_TRUE(job.has_end_time());
  EXPECT_EQ(*jobs().BeginNext(), std::nullopt);
  store_.Crash();
  Restart();
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(*jobs().BeginNext(), std::nullopt);
}

TEST_F(JobCancelTest, RunningJob_IsCancelled_AndWhatItsWorkerSaysComesTooLate) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  EXPECT_EQ(jobs().Cancel(id, false)->state(), v1::JOB_STATE_CANCELLED);
  for (const absl::Status& answer :
       {Succeed(attempt), jobs().Fail(attempt, absl::InternalError("x")),
        jobs().Lose(attempt, "killed"), jobs().Report(attempt, {}).status()}) {
    EXPECT_THAT(answer, IsError(kAborted, HasSubstr("is not running")));
  }
  EXPECT_EQ(jobs().SignsOfLife(attempt), std::nullopt);
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"cancelled\"} 1"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"running\"} 0"));
}

TEST_F(JobCancelTest, JobThatHasEnded_StaysAsItIs) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  ASSERT_THAT(Succeed(attempt), IsOk());
  // It has succeeded on disk, though it does not show yet.
  EXPECT_EQ(jobs().Cancel(id, false)->state(), v1::JOB_STATE_RUNNING);
  control_->Announce();
  const int writes = store_.write_count();
  EXPECT_EQ(jobs().Cancel(id, false)->state(), v1::JOB_STATE_SUCCEEDED);
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId other, Create());
  EXPECT_EQ(jobs().Cancel(other, false)->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(jobs().Cancel(other, false)->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(store_.write_count(), writes + 2);
}

TEST_F(JobCancelTest, UnknownJob_IsNotFound) {
  EXPECT_THAT(jobs().Cancel({"default", "nothing"}, false),
              IsError(absl::StatusCode::kNotFound, HasSubstr("jobs/nothing")));
}

TEST_F(JobCancelTest, ThatCannotBeWritten_ChangesNothing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  Begin();
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  EXPECT_THAT(jobs().Cancel(id, false), IsError(absl::StatusCode::kUnavailable, testing::_));
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_RUNNING);
}

TEST_F(JobCancelTest, KeepBest_OfASearchThatHasTriedSomething_TellsTheWorkerToFinish) {
  const JobId id = CreateSearch();
  const WorkerAttempt attempt = Begin();
  EXPECT_FALSE(ReportTrial(attempt));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, jobs().Cancel(id, /*keep_best=*/true));
  EXPECT_EQ(job.state(), v1::JOB_STATE_RUNNING);
  EXPECT_TRUE(job.has_cancel_time());
  EXPECT_EQ(job.leaderboard().trials_size(), 1);
  EXPECT_TRUE(ReportTrial(attempt));
  ASSERT_THAT(Succeed(attempt), IsOk());
  control_->Announce();
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_SUCCEEDED);
}

TEST_F(JobCancelTest, KeepBest_OfASearchThatHasFoundNothingYet_Cancels) {
  const JobId waits = CreateSearch();
  EXPECT_EQ(jobs().Cancel(waits, true)->state(), v1::JOB_STATE_CANCELLED);
  const JobId runs = CreateSearch();
  ReportTrial(Begin(), /*failed=*/true);
  EXPECT_EQ(jobs().Cancel(runs, true)->state(), v1::JOB_STATE_CANCELLED);
}

TEST_F(JobCancelTest, KeepBest_OfWhatIsNoSearch_ChangesNothing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  EXPECT_EQ(jobs().Cancel(id, true)->state(), v1::JOB_STATE_QUEUED);
  Begin();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, jobs().Cancel(id, true));
  EXPECT_EQ(job.state(), v1::JOB_STATE_RUNNING);
  EXPECT_FALSE(job.has_cancel_time());
}

TEST_F(JobCancelTest, KeepBest_ThenCancel_Cancels) {
  const JobId id = CreateSearch();
  ReportTrial(Begin());
  EXPECT_EQ(jobs().Cancel(id, true)->state(), v1::JOB_STATE_RUNNING);
  EXPECT_EQ(jobs().Cancel(id, true)->state(), v1::JOB_STATE_RUNNING);
  EXPECT_EQ(jobs().Cancel(id, false)->state(), v1::JOB_STATE_CANCELLED);
}

// The search would have to begin anew, and nobody wants it to.
TEST_F(JobCancelTest, SearchAskedToFinish_WhoseAttemptComesToNothing_IsCancelled) {
  const JobId lost = CreateSearch();
  WorkerAttempt attempt = Begin();
  ReportTrial(attempt);
  ASSERT_THAT(jobs().Cancel(lost, true), IsOk());
  ASSERT_THAT(jobs().Lose(attempt, "the worker was ended by signal 9"), IsOk());
  EXPECT_EQ(StateOf(lost), v1::JOB_STATE_CANCELLED);

  const JobId interrupted = CreateSearch();
  ReportTrial(Begin());
  ASSERT_THAT(jobs().Cancel(interrupted, true), IsOk());
  store_.Crash();
  Restart();
  EXPECT_EQ(StateOf(interrupted), v1::JOB_STATE_CANCELLED);

  const JobId empty = CreateSearch();
  attempt = Begin();
  ReportTrial(attempt);
  ASSERT_THAT(jobs().Cancel(empty, true), IsOk());
  ASSERT_THAT(jobs().Fail(attempt, absl::CancelledError("no candidate was finished")), IsOk());
  EXPECT_EQ(StateOf(empty), v1::JOB_STATE_CANCELLED);
}

}  // namespace
}  // namespace serin
