#include "server/control/job_store.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/control/model_queries.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

TEST_F(JobStoreTest, AJob_IsQueued_Runs_AndSucceedsOnceMembersActOnItsModel) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_QUEUED);
  const WorkerAttempt attempt = Begin();
  EXPECT_EQ(attempt.job, id.second);
  EXPECT_EQ(attempt.number, 1);
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_RUNNING);
  EXPECT_EQ(jobs().Assigned(attempt)->job().spec().dataset(), "datasets/iris/versions/1");

  ASSERT_THAT(Succeed(attempt), IsOk());
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_RUNNING) << "shown before it can be asked";
  EXPECT_EQ(jobs().List("default", {})->jobs(0).state(), v1::JOB_STATE_RUNNING);
  control_->Announce();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, jobs().Get(id));
  EXPECT_EQ(job.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(job.model_version(), "models/iris/versions/1");
  EXPECT_THAT(GetModelVersion(store_, "default", "iris", 1), IsOk());
}

TEST_F(JobStoreTest, Succeed_Repeated_ChangesNothing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  ASSERT_THAT(Succeed(attempt), IsOk());
  EXPECT_THAT(Succeed(attempt), IsOk());
  control_->Announce();
  EXPECT_THAT(Succeed(attempt), IsOk());
  Restart();
  EXPECT_THAT(Succeed(attempt), IsOk());
  EXPECT_EQ(GetModel(store_, "default", "iris")->version_count(), 1);
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_SUCCEEDED);
}

TEST_F(JobStoreTest, Metrics_CountJobsByState_AlsoAfterARestart) {
  ASSERT_THAT(Create(), IsOk());
  ASSERT_THAT(Create(), IsOk());
  ASSERT_THAT(Create(), IsOk());
  const WorkerAttempt attempt = Begin();
  clock_.Advance(absl::Seconds(2));
  ASSERT_THAT(Succeed(attempt), IsOk());
  Begin();
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"queued\"} 1"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"running\"} 1"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"succeeded\"} 1"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_job_duration_seconds_sum{type=\"train\"} 2"));
  Restart();
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"queued\"} 2"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"running\"} 0"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"succeeded\"} 1"));
}

TEST_F(JobStoreTest, Metrics_CountTheTimeOfEachKindOfJobApart) {
  NewJob search = {.model = "iris"};
  search.spec.mutable_search()->set_trials(2);
  const NewJob kinds[] = {{.model = "iris"},
                          search,
                          {.type = v1::JOB_TYPE_VERIFY, .model = "iris"},
                          {.type = v1::JOB_TYPE_BATCH_PREDICT, .model = "iris"}};
  int seconds = 0;
  for (const NewJob& kind : kinds) {
    ASSERT_THAT(Create(kind), IsOk());
    const WorkerAttempt attempt = Begin();
    clock_.Advance(absl::Seconds(++seconds));
    ASSERT_THAT(jobs().Fail(attempt, absl::InvalidArgumentError("x")), IsOk());
  }
  seconds = 0;
  for (const char* type : {"train", "search", "verify", "batch_predict"}) {
    const std::string labels = absl::StrCat("{type=\"", type, "\"} ");
    EXPECT_THAT(Metrics(), HasSubstr(absl::StrCat("serin_job_duration_seconds_count", labels, 1)));
    EXPECT_THAT(Metrics(),
                HasSubstr(absl::StrCat("serin_job_duration_seconds_sum", labels, ++seconds)));
  }
}

// What a client has been told about a job at some point of its life.
struct Acknowledged {
  bool accepted = false;
  bool succeeded = false;
};

// Accepts, loses, begins again and completes a job; stops at the first error.
Acknowledged LiveThrough(Control& control) {
  Acknowledged told;
  if (!control.jobs.Create("default", {.model = "iris", .request_id = "request"}).ok()) return told;
  told.accepted = true;
  auto attempt = control.jobs.BeginNext();
  if (!attempt.ok()) return told;
  if (!control.jobs.Lose(**attempt, "the worker died").ok()) return told;
  attempt = control.jobs.BeginNext();
  if (!attempt.ok()) return told;
  told.succeeded = control.jobs.Succeed(**attempt, "bundle", v1::ModelVersion()).ok();
  return told;
}

// The machine dies at each write in turn, before or after it reached the disk; then the client
// repeats its request and the job runs to its end.
TEST(JobStoreCrashTest, AtEveryWrite_AcknowledgedStays_AndTheModelIsMadeExactlyOnce) {
  constexpr int kWrites = 5;
  for (const auto outcome : {MemoryStore::FailedWrite::kLost, MemoryStore::FailedWrite::kKept}) {
    for (int crash = 0; crash <= kWrites; ++crash) {
      SCOPED_TRACE(crash);
      MemoryStore store;
      SimulatedClock clock;
      IdGenerator ids(&clock);
      Acknowledged told;
      {
        Control control(&store, &clock, &ids);
        ASSERT_THAT(control.Recover(), IsOk());
        store.FailWriteAfter(crash, outcome);
        told = LiveThrough(control);
        EXPECT_EQ(told.succeeded, crash == kWrites);
      }
      store.Crash();
      Control control(&store, &clock, &ids);
      ASSERT_THAT(control.Recover(), IsOk());
      const size_t jobs_left = static_cast<size_t>(control.jobs.List("default", {})->jobs_size());
      if (told.accepted) {
        EXPECT_EQ(jobs_left, 1u);
      }
      const v1::Job job =
          *control.jobs.Create("default", {.model = "iris", .request_id = "request"});
      if (told.succeeded) {
        EXPECT_EQ(job.state(), v1::JOB_STATE_SUCCEEDED);
      }
      EXPECT_EQ(control.jobs.List("default", {})->jobs_size(), 1);

      SERIN_ASSERT_OK_AND_ASSIGN(const auto attempt, control.jobs.BeginNext());
      if (attempt) {
        ASSERT_THAT(control.jobs.Succeed(*attempt, "bundle", {}), IsOk());
      }
      control.Announce();
      EXPECT_EQ(control.jobs.List("default", {})->jobs(0).state(), v1::JOB_STATE_SUCCEEDED);
      EXPECT_EQ(GetModel(store, "default", "iris")->version_count(), 1);
    }
  }
}

TEST_F(JobStoreTest, WhatCannotBeWritten_IsNotShown) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  EXPECT_THAT(Succeed(attempt), IsError(kUnavailable, testing::_));
  EXPECT_THAT(jobs().Fail(attempt, absl::InternalError("x")), IsError(kUnavailable, testing::_));
  EXPECT_THAT(Create(), IsError(kUnavailable, testing::_));
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_RUNNING);
  EXPECT_EQ(jobs().List("default", {})->jobs_size(), 1);
}

}  // namespace
}  // namespace serin
