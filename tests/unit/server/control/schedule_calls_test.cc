#include "server/control/schedule_calls.h"

#include "tests/unit/server/control/schedule_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using ScheduleCallsTest = ScheduleTest;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

v1::RunScheduleRequest RunRequest(const std::string& request_id = "") {
  v1::RunScheduleRequest request;
  request.set_name("schedules/nightly");
  request.set_request_id(request_id);
  return request;
}

TEST_F(ScheduleCallsTest, Create_NamesTheFieldThatIsWrong) {
  EXPECT_THAT(Create(""), IsError(kInvalid, HasSubstr("schedule.cron: is required")));
  EXPECT_THAT(Create(R"(cron { expression: "61 * * * *" })"),
              IsError(kInvalid, HasSubstr("schedule.cron.expression: minute: 61")));
  EXPECT_THAT(Create(R"(cron { expression: "@daily" time_zone: "Mars/Base" })"),
              IsError(kInvalid, HasSubstr("schedule.cron.time_zone: there is no time zone")));
  EXPECT_THAT(Create(absl::StrCat(kNightly, " catch_up { seconds: 2678401 }")),
              IsError(kInvalid, HasSubstr("schedule.catch_up: must be from 0 s to 744h")));
  EXPECT_THAT(Create(absl::StrCat(kNightly, " priority: 101")),
              IsError(kInvalid, HasSubstr("schedule.priority: must be from -100 to 100")));
  EXPECT_THAT(Create(absl::StrCat(kNightly, " promotion { rule: 9 }")),
              IsError(kInvalid, HasSubstr("schedule.promotion.rule: is unknown")));
  EXPECT_THAT(Create("new_version { quiet_period { seconds: -1 } }"),
              IsError(kInvalid, HasSubstr("schedule.new_version.quiet_period")));
  EXPECT_THAT(Create(R"(new_version {} spec { dataset: "iris@1" })"),
              IsError(kInvalid, HasSubstr("schedule.spec.dataset: must name no version")));
  EXPECT_THAT(Create(absl::StrCat(kNightly, R"(spec { target: "z" })")),
              IsError(kInvalid, HasSubstr("schedule.spec.target")))
      << "what Train would refuse now";
  EXPECT_THAT(Create(kNightly, "No Name"), IsError(kInvalid, HasSubstr("schedule_id: ")));
  EXPECT_THAT(Create(absl::StrCat(kNightly, R"(spec { dataset: "none" })")),
              IsError(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST_F(ScheduleCallsTest, Create_ASecondTime_IsAnErrorUnlessItIsTheSameRequest) {
  v1::CreateScheduleRequest request;
  request.set_schedule_id("nightly");
  request.set_request_id("r1");
  *request.mutable_schedule() = Parse(kNightly);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schedule first, calls().Create("default", request));
  EXPECT_EQ(first.name(), "schedules/nightly");
  EXPECT_EQ(first.model(), "models/iris");
  Crash();
  datasets_.Remove("iris");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schedule again, calls().Create("default", request));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  request.set_request_id("r2");
  EXPECT_THAT(calls().Create("default", request),
              IsError(absl::StatusCode::kAlreadyExists, "schedules/nightly exists already"));
}

TEST_F(ScheduleCallsTest, Create_WhatOnlyTheServerSays_IsIgnored) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Schedule made,
      Create(absl::StrCat(kNightly,
                          R"( name: "x" runs { job: "jobs/1" } create_time { seconds: 1 })")));
  EXPECT_EQ(made.name(), "schedules/nightly");
  EXPECT_EQ(made.runs_size(), 0);
  EXPECT_EQ(FromProto(made.create_time()), clock_.Now());
}

TEST_F(ScheduleCallsTest, Schedules_BelongToTheirProject) {
  ASSERT_THAT(Create(kNightly), IsOk());
  v1::GetScheduleRequest request;
  request.set_name("schedules/nightly");
  EXPECT_THAT(calls().Get("default", request), IsOk());
  EXPECT_THAT(calls().Get("other", request),
              IsError(absl::StatusCode::kNotFound, "schedules/nightly does not exist"));
}

TEST_F(ScheduleCallsTest, List_PagesInOrderOfTheNames) {
  for (const char* id : {"c", "a", "b"}) ASSERT_THAT(Create(kNightly, id), IsOk());
  v1::ListSchedulesRequest request;
  request.set_page_size(2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, calls().List("default", request));
  ASSERT_EQ(first.schedules_size(), 2);
  EXPECT_EQ(first.schedules(0).name(), "schedules/a");
  EXPECT_EQ(first.schedules(1).name(), "schedules/b");
  request.set_page_token(first.next_page_token());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto second, calls().List("default", request));
  ASSERT_EQ(second.schedules_size(), 1);
  EXPECT_EQ(second.schedules(0).name(), "schedules/c");
  EXPECT_EQ(second.next_page_token(), "");
  request.set_page_token("?");
  EXPECT_THAT(calls().List("default", request), IsError(kInvalid, HasSubstr("page_token: ")));
}

TEST_F(ScheduleCallsTest, Update_ChangesWhatTheMaskNames_FromNowOn) {
  ASSERT_THAT(Create(absl::StrCat(kNightly, " catch_up { seconds: 864000 } priority: 3")), IsOk());
  StepAt(absl::Hours(2), 1);
  v1::UpdateScheduleRequest request;
  *request.mutable_schedule() = Parse(R"(name: "nightly" cron { expression: "0 1 * * *" })");
  request.mutable_update_mask()->add_paths("cron");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schedule changed, calls().Update("default", request));
  EXPECT_EQ(changed.cron().expression(), "0 1 * * *");
  EXPECT_EQ(changed.priority(), 3);
  Step();
  EXPECT_THAT(Jobs(), SizeIs(0)) << "01:00 was before the change";
  StepAt(absl::Hours(1), 1);
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleCallsTest, Update_ThatLeavesTheTimes_DoesNotDropARunThatIsDue) {
  ASSERT_THAT(Create(kNightly), IsOk());
  clock_.Advance(absl::Hours(9) + absl::Seconds(1) / 2);  // Half a second past 03:00.
  v1::UpdateScheduleRequest request;
  *request.mutable_schedule() = Parse(absl::StrCat(kNightly, R"(name: "nightly" priority: 3)"));
  request.mutable_update_mask()->add_paths("priority");
  request.mutable_update_mask()->add_paths("cron");
  ASSERT_THAT(calls().Update("default", request), IsOk());
  Step();
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(Jobs()[0].priority(), 3);
}

TEST_F(ScheduleCallsTest, Update_RefusesWhatItCannotChange_AndChangesNothing) {
  ASSERT_THAT(Create(kNightly), IsOk());
  v1::UpdateScheduleRequest request;
  request.mutable_schedule()->set_name("nightly");
  EXPECT_THAT(calls().Update("default", request),
              IsError(kInvalid, HasSubstr("update_mask: is required")));
  request.mutable_update_mask()->add_paths("paused");
  EXPECT_THAT(calls().Update("default", request),
              IsError(kInvalid,
                      AllOf(HasSubstr("update_mask: 'paused' is none of"), HasSubstr("catch_up"))));
  request.mutable_update_mask()->set_paths(0, "cron");
  EXPECT_THAT(calls().Update("default", request),
              IsError(kInvalid, HasSubstr("schedule.cron: is required")));
  request.mutable_update_mask()->set_paths(0, "spec");
  EXPECT_THAT(calls().Update("default", request), IsError(kInvalid, HasSubstr("spec.dataset")));
  EXPECT_EQ(Get().spec().dataset(), "iris");
}

TEST_F(ScheduleCallsTest, Update_ToANewVersionTrigger_DoesNotTrainOnWhatIsThere) {
  ASSERT_THAT(Create(kNightly), IsOk());
  v1::UpdateScheduleRequest request;
  *request.mutable_schedule() = Parse(R"(name: "nightly" new_version {})");
  request.mutable_update_mask()->add_paths("new_version");
  ASSERT_THAT(calls().Update("default", request), IsOk());
  clock_.Advance(absl::Minutes(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(0));
  EXPECT_FALSE(Get().has_next_run_time());
}

TEST_F(ScheduleCallsTest, Run_MakesAJobAtOnce_AlsoWhilePaused_OnceForARequestId) {
  ASSERT_THAT(Create(kNightly), IsOk());
  v1::PauseScheduleRequest pause;
  pause.set_name("nightly");
  ASSERT_THAT(calls().Pause("default", pause), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, calls().Run("default", RunRequest("r1")));
  EXPECT_EQ(job.schedule(), "schedules/nightly");
  EXPECT_EQ(Get().runs(0).job(), job.name());
  Crash();
  EXPECT_EQ(calls().Run("default", RunRequest("r1"))->name(), job.name());
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleCallsTest, Run_KeepsToTheOverlap) {
  ASSERT_THAT(Create(kNightly), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job first, calls().Run("default", RunRequest()));
  EXPECT_THAT(calls().Run("default", RunRequest()),
              IsError(absl::StatusCode::kFailedPrecondition,
                      absl::StrCat("schedules/nightly does not run while ", first.name(),
                                   " has not ended")));
  const auto set_overlap = [&](v1::Schedule::Overlap overlap) {
    v1::UpdateScheduleRequest request;
    request.mutable_schedule()->set_name("nightly");
    request.mutable_schedule()->set_overlap(overlap);
    request.mutable_update_mask()->add_paths("overlap");
    ASSERT_THAT(calls().Update("default", request), IsOk());
  };
  set_overlap(v1::Schedule::OVERLAP_QUEUE);
  EXPECT_EQ(calls().Run("default", RunRequest())->name(), first.name()) << "it waits for that";
  EXPECT_THAT(Jobs(), SizeIs(1));
  set_overlap(v1::Schedule::OVERLAP_REPLACE);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job second, calls().Run("default", RunRequest()));
  EXPECT_NE(second.name(), first.name());
  EXPECT_EQ(Jobs()[1].state(), v1::JOB_STATE_CANCELLED);
}

TEST_F(ScheduleCallsTest, Delete_LeavesItsJobs) {
  ASSERT_THAT(Create(kNightly), IsOk());
  ASSERT_THAT(calls().Run("default", RunRequest()), IsOk());
  v1::DeleteScheduleRequest request;
  request.set_name("nightly");
  ASSERT_THAT(calls().Delete("default", request), IsOk());
  EXPECT_THAT(calls().Delete("default", request), IsError(absl::StatusCode::kNotFound, testing::_));
  Crash();
  EXPECT_EQ(Get().name(), "");
  EXPECT_THAT(Jobs(), SizeIs(1));
  StepAt(absl::Hours(3), 1);
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleCallsTest, AStoreThatFails_AcknowledgesNothing) {
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  EXPECT_THAT(Create(kNightly), IsError(absl::StatusCode::kUnavailable, testing::_));
  Crash();
  EXPECT_EQ(Get().name(), "");
  EXPECT_THAT(Create(kNightly), IsOk());
}

}  // namespace
}  // namespace serin
