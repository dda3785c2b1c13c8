#include "server/control/job_store.h"

#include <string>
#include <vector>

#include "core/base/errors.h"
#include "server/control/cluster_state.h"
#include "server/control/model_queries.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

// What a schedule wants.
NewJob Scheduled(v1::Promotion::Rule rule) {
  NewJob wanted = {.model = "iris", .schedule = "schedules/nightly"};
  wanted.promotion.set_rule(rule);
  return wanted;
}

TEST_F(JobStoreTest, JobOfASchedule_IsAcceptedTogetherWithWhatTheScheduleWrites) {
  const auto also = [](const v1::Job& job, WriteBatch& batch) {
    batch.PutValue("default/test", job.name());
  };
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Job job, jobs().Create("default", Scheduled(v1::Promotion::RULE_CANDIDATE), also));
  EXPECT_EQ(job.schedule(), "schedules/nightly");
  EXPECT_EQ(*store_.Get("default/test"), job.name());
}

TEST_F(JobStoreTest, CandidateIfBetter_IsComparedWithTheVersionWithTheMostTraffic) {
  const NewJob wanted = Scheduled(v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  ASSERT_THAT(Create(wanted), IsOk());
  const WorkerAttempt first = Begin();
  EXPECT_EQ(jobs().ComparedWith("default", *jobs().Assigned(first)), "") << "there is none yet";
  ASSERT_THAT(Succeed(first), IsOk());

  ASSERT_THAT(Create(wanted), IsOk());
  const WorkerAttempt second = Begin();
  EXPECT_EQ(jobs().ComparedWith("default", *jobs().Assigned(second)), "models/iris/versions/1");
  ASSERT_THAT(Create(Scheduled(v1::Promotion::RULE_CANDIDATE)), IsOk());
  EXPECT_EQ(jobs().ComparedWith("default", *jobs().Assigned(Begin())), "") << "not asked for";
}

TEST_F(JobStoreTest, Candidate_TheAliasPointsAtItWithTheVersionsRegistration) {
  const NewJob wanted = Scheduled(v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  const auto candidate = [&] {
    return FindModel(*control_->models.state(), "default", "iris")->aliases().at("candidate");
  };
  ASSERT_THAT(Create(wanted), IsOk());
  ASSERT_THAT(Succeed(Begin()), IsOk());
  EXPECT_EQ(candidate(), 1);

  ASSERT_THAT(Create(wanted), IsOk());
  ASSERT_THAT(jobs().Succeed(Begin(), "bundle", v1::ModelVersion()), IsOk());
  EXPECT_EQ(candidate(), 1) << "the second is not better";

  v1::ModelVersion better;
  better.mutable_comparison()->set_better(true);
  ASSERT_THAT(Create(wanted), IsOk());
  ASSERT_THAT(jobs().Succeed(Begin(), "bundle", better), IsOk());
  EXPECT_EQ(candidate(), 3);
  Restart();
  EXPECT_EQ(candidate(), 3);
}

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

TEST_F(JobStoreTest, RequestId_ReturnsTheJobMadeBefore_AlsoAfterARestart) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId first, Create("request/1"));
  EXPECT_EQ(*Create("request/1"), first);
  EXPECT_NE(*Create("request/2"), first);
  EXPECT_NE(*Create(""), *Create(""));
  Restart();
  EXPECT_EQ(*Create("request/1"), first);
  EXPECT_EQ((*jobs().FindByRequest("default", "request/1"))->name(), "jobs/" + first.second);
  EXPECT_EQ(*jobs().FindByRequest("other", "request/1"), std::nullopt);
}

TEST_F(JobStoreTest, AProjectThatQueuesAsManyAsItMay_DoesNotKeepOthersOut) {
  Restart({.max_queued_jobs = 10, .max_queued_jobs_per_project = 2});
  ASSERT_THAT(Create(), IsOk());
  ASSERT_THAT(Create(), IsOk());
  const absl::Status full = Create().status();
  EXPECT_THAT(full, IsError(absl::StatusCode::kResourceExhausted,
                            HasSubstr("2 jobs of the project wait already")));
  EXPECT_TRUE(full.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_THAT(Create(NewJob{.model = "iris"}, "other"), IsOk());
  Begin();
  EXPECT_THAT(Create(), IsOk());
}

TEST_F(JobStoreTest, ADiskWithoutRoom_RefusesNewJobs_AndEndsTheOneWhoseBundleDoesNotFit) {
  constexpr int64_t kReserve = int64_t{64} << 20;
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  const WorkerAttempt attempt = Begin();
  store_.SetFreeBytes(kReserve - 1);
  const absl::Status refused = Create().status();
  EXPECT_THAT(refused, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("disk is full")));
  EXPECT_EQ(ReasonOf(refused), "DISK_FULL");

  store_.SetFreeBytes(kReserve + 11);  // "bundle" is stored twice for a while.
  const absl::Status too_large = Succeed(attempt);
  EXPECT_THAT(too_large, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("disk is full")));
  EXPECT_THAT(jobs().Fail(attempt, too_large), IsOk());
  EXPECT_EQ(StateOf(id), v1::JOB_STATE_FAILED);
  EXPECT_THAT(GetModel(store_, "default", "iris"),
              IsError(absl::StatusCode::kNotFound, testing::_));

  store_.SetFreeBytes(kReserve + 12);
  ASSERT_THAT(Create(), IsOk());
  EXPECT_THAT(Succeed(Begin()), IsOk());
}

TEST_F(JobStoreTest, AFullQueue_RefusesWithARetryDelay_UntilThereIsRoom) {
  Restart({.max_queued_jobs = 2});
  ASSERT_THAT(Create(), IsOk());
  ASSERT_THAT(Create("again"), IsOk());
  const absl::Status full = Create().status();
  EXPECT_THAT(full, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("2 jobs wait")));
  EXPECT_TRUE(full.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_THAT(Create("again"), IsOk()) << "made before";
  Begin();
  EXPECT_THAT(Create(), IsOk());
}

TEST_F(JobStoreTest, Jobs_RunInTheOrderInWhichTheyCame_AlsoAfterARestart) {
  std::vector<std::string> order;
  for (int i = 0; i < 4; ++i) order.push_back(Create()->second);
  EXPECT_EQ(Begin().job, order[0]);
  Restart();
  for (const std::string& job : order) EXPECT_EQ(Begin().job, job);
  EXPECT_EQ(*jobs().BeginNext(), std::nullopt);
}

TEST_F(JobStoreTest, AClockSetBackWhileDown_NewJobsStillComeBehindThoseThatWait) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId before, Create());
  control_.reset();
  clock_.Advance(-absl::Hours(1));
  IdGenerator ids(&clock_);
  control_ = std::make_unique<Control>(&store_, &clock_, &ids);
  ASSERT_THAT(control_->Recover(), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId after, Create());
  EXPECT_LT(before, after);
  EXPECT_EQ(IdOf(Begin()), before);
  Restart();
}

TEST_F(JobStoreTest, PrioritiesAndTurnsOfProjects_AlsoAfterARestart) {
  std::vector<JobId> order(5);
  order[1] = *Create(NewJob{.model = "m"}, "a");
  order[3] = *Create(NewJob{.model = "m"}, "a");
  order[2] = *Create(NewJob{.model = "m"}, "b");
  order[4] = *Create(NewJob{.model = "m", .priority = -1}, "a");
  order[0] = *Create(NewJob{.model = "m", .priority = 9}, "b");
  Restart();
  for (const JobId& id : order) EXPECT_EQ(IdOf(Begin()), id);
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

TEST_F(JobStoreTest, ListJobs_IsNewestFirst_PageByPage) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.insert(made.begin(), "jobs/" + Create()->second);
  v1::ListJobsRequest request;
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto page, jobs().List("default", request));
    for (const v1::Job& job : page.jobs()) listed.push_back(job.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(jobs().List("other", {})->jobs_size(), 0);
}

TEST_F(JobStoreTest, ListJobs_OfOneParent_PageByPage) {
  for (const char* model : {"iris", "wine", "iris", "wine", "wine"})
    Create("", model).IgnoreError();
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId nightly,
                             Create(NewJob{.model = "iris", .schedule = "schedules/nightly"}));
  v1::ListJobsRequest request;
  request.set_parent("models/wine");
  request.set_page_size(2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, jobs().List("default", request));
  EXPECT_EQ(first.jobs_size(), 2);
  request.set_page_token(first.next_page_token());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto last, jobs().List("default", request));
  ASSERT_EQ(last.jobs_size(), 1);
  EXPECT_EQ(last.jobs(0).model(), "models/wine");
  EXPECT_EQ(last.next_page_token(), "");

  request.Clear();
  request.set_parent("schedules/nightly");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto scheduled, jobs().List("default", request));
  ASSERT_EQ(scheduled.jobs_size(), 1);
  EXPECT_EQ(scheduled.jobs(0).name(), "jobs/" + nightly.second);
  request.set_parent("datasets/iris");
  EXPECT_THAT(jobs().List("default", request),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("parent: must be models/")));
}

TEST_F(JobStoreTest, Watchers_AreToldOfEachChange_AndOfNoneAfterwards) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  std::vector<v1::JobState> seen;
  auto subscription = jobs().Watch(id, [&] { seen.push_back(StateOf(id)); });
  const WorkerAttempt attempt = Begin();
  ASSERT_THAT(Succeed(attempt), IsOk());
  control_->Announce();
  EXPECT_THAT(seen, ElementsAre(v1::JOB_STATE_RUNNING, v1::JOB_STATE_SUCCEEDED));
  subscription.reset();
  jobs().WakeWatchers();
  EXPECT_EQ(seen.size(), 2u);
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

TEST_F(JobStoreTest, AJobThatReplacesAnother_EndsItInItsOwnWrite) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId before, Create());
  const NewJob wanted = {.model = "iris", .request_id = "r", .replaces = "jobs/" + before.second};
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  EXPECT_THAT(Create(wanted), IsError(kUnavailable, testing::_));
  EXPECT_EQ(StateOf(before), v1::JOB_STATE_QUEUED);
  store_.Crash();
  Restart();
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId after, Create(wanted));
  EXPECT_EQ(StateOf(before), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(StateOf(after), v1::JOB_STATE_QUEUED);
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"cancelled\"} 1"));
  EXPECT_EQ(*Create(wanted), after) << "asked again, it is there";
  Restart();
  EXPECT_EQ(StateOf(before), v1::JOB_STATE_CANCELLED);
  // One that has ended, or was forgotten, is replaced by nothing more.
  EXPECT_THAT(Create({.model = "iris", .replaces = "jobs/" + before.second}), IsOk());
  EXPECT_THAT(Create({.model = "iris", .replaces = "jobs/nothing"}), IsOk());
}

TEST_F(JobStoreTest, AJobThatReplacesAnother_IsToldToThoseWhoWatchThat) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId before, Create());
  std::vector<v1::JobState> seen;
  const auto subscription = jobs().Watch(before, [&] { seen.push_back(StateOf(before)); });
  ASSERT_THAT(Create({.model = "iris", .replaces = "jobs/" + before.second}), IsOk());
  EXPECT_THAT(seen, ElementsAre(v1::JOB_STATE_CANCELLED));
}

TEST_F(JobStoreTest, UnknownJob_IsNotFound) {
  EXPECT_THAT(jobs().Get({"default", "nothing"}),
              IsError(absl::StatusCode::kNotFound, HasSubstr("jobs/nothing does not exist")));
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
