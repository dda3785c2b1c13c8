#include <string>
#include <vector>

#include "core/base/errors.h"
#include "server/control/model_queries.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

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
  EXPECT_THAT(Create(NewJob{.model = "iris", .replaces = "jobs/" + before.second}), IsOk());
  EXPECT_THAT(Create(NewJob{.model = "iris", .replaces = "jobs/nothing"}), IsOk());
}

TEST_F(JobStoreTest, AJobThatReplacesAnother_IsToldToThoseWhoWatchThat) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId before, Create());
  std::vector<v1::JobState> seen;
  const auto subscription = jobs().Watch(before, [&] { seen.push_back(StateOf(before)); });
  ASSERT_THAT(Create(NewJob{.model = "iris", .replaces = "jobs/" + before.second}), IsOk());
  EXPECT_THAT(seen, ElementsAre(v1::JOB_STATE_CANCELLED));
}

}  // namespace
}  // namespace serin
