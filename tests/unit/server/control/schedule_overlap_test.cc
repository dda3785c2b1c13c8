#include <string>

#include "tests/unit/server/control/schedule_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ScheduleRunnerTest, OverlapSkip_LeavesTheRunOut) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" })"), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  clock_.Advance(absl::Hours(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(Get().runs(0).outcome(), v1::ScheduleRun::OUTCOME_SKIPPED);
  EXPECT_EQ(Get().runs(1).outcome(), v1::ScheduleRun::OUTCOME_STARTED);
  FinishJob();
  Step();
  EXPECT_THAT(Jobs(), SizeIs(1)) << "left out for good";
  clock_.Advance(absl::Hours(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(2));
}

TEST_F(ScheduleRunnerTest, OverlapSkip_AJobThatTakesLongerThanTheRunsThatAreKept_IsStillWaitedFor) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" })"), IsOk());
  for (int hour = 0; hour < 30; ++hour) {
    clock_.Advance(absl::Hours(1));
    Step();
  }
  EXPECT_THAT(Jobs(), SizeIs(1));
  const v1::Schedule schedule = Get();
  ASSERT_EQ(schedule.runs_size(), 20);
  EXPECT_EQ(schedule.runs(0).outcome(), v1::ScheduleRun::OUTCOME_SKIPPED);
  EXPECT_EQ(schedule.runs(19).job(), Jobs()[0].name());
  FinishJob();
  clock_.Advance(absl::Hours(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(2));
}

TEST_F(ScheduleRunnerTest, OverlapQueue_SeveralBecomeOne_AlsoAcrossACrash) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" } overlap: OVERLAP_QUEUE)"), IsOk());
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(absl::Hours(1));
    Step();
  }
  EXPECT_THAT(Jobs(), SizeIs(1));
  Crash();
  clock_.Advance(absl::Minutes(10));
  FinishJob();
  Step();
  ASSERT_THAT(Jobs(), SizeIs(2));
  EXPECT_EQ(DueOf(Get().runs(0)), Civil(21, 22)) << "the last that waited";
  FinishJob();
  Step();
  EXPECT_THAT(Jobs(), SizeIs(2));
}

TEST_F(ScheduleRunnerTest, OverlapReplace_CancelsTheJobBefore) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)"), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  clock_.Advance(absl::Hours(1));
  Step();
  ASSERT_THAT(Jobs(), SizeIs(2));
  EXPECT_EQ(Jobs()[1].state(), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(Jobs()[0].state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ("jobs/" + process_->killed.back().second, Jobs()[1].name());
}

TEST_F(ScheduleRunnerTest, OverlapReplace_InAFullQueue_TakesThePlaceOfTheJobThatWaits) {
  ASSERT_THAT(Create(kHourlyReplace), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  FillQueue();
  clock_.Advance(absl::Hours(1));
  Step();
  EXPECT_EQ(Get().runs(0).outcome(), v1::ScheduleRun::OUTCOME_STARTED);
  EXPECT_EQ(StateOf(Get().runs(0).job()), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(StateOf(Get().runs(1).job()), v1::JOB_STATE_CANCELLED);
}

TEST_F(ScheduleRunnerTest, OverlapReplace_InAFullQueue_AJobThatRunsGoesOn) {
  ASSERT_THAT(Create(kHourlyReplace), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  ASSERT_THAT(jobs().BeginNext(), IsOk());
  FillQueue();
  clock_.Advance(absl::Hours(1));
  Step();
  clock_.Advance(ScheduleRunner::kPatience);
  Step();
  EXPECT_EQ(Get().runs(0).outcome(), v1::ScheduleRun::OUTCOME_FAILED);
  EXPECT_THAT(Get().runs(0).error().message(), HasSubstr("jobs wait already"));
  EXPECT_EQ(StateOf(Get().runs(1).job()), v1::JOB_STATE_RUNNING);
  EXPECT_THAT(process_->killed, IsEmpty());
}

TEST_F(ScheduleRunnerTest, OverlapReplace_CrashAtTheWrite_ReplacesOrKeeps_AndNeverLeavesNone) {
  for (const auto outcome : {MemoryStore::FailedWrite::kLost, MemoryStore::FailedWrite::kKept}) {
    const std::string id = outcome == MemoryStore::FailedWrite::kLost ? "lost" : "kept";
    ASSERT_THAT(Create(kHourlyReplace, id), IsOk());
    clock_.Advance(absl::Hours(1));
    Step();
    const std::string before = Get(id).runs(0).job();
    store_.FailWriteAfter(0, outcome);
    clock_.Advance(absl::Hours(1));
    Step();
    Crash();
    const std::string last = Get(id).runs(0).job();
    EXPECT_EQ(last == before, outcome == MemoryStore::FailedWrite::kLost);
    EXPECT_EQ(StateOf(last), v1::JOB_STATE_QUEUED);
    EXPECT_EQ(StateOf(before), last == before ? v1::JOB_STATE_QUEUED : v1::JOB_STATE_CANCELLED);
    v1::DeleteScheduleRequest remove;
    remove.set_name(id);
    ASSERT_THAT(calls().Delete("default", remove), IsOk());
  }
}

TEST_F(ScheduleRunnerTest, OverlapReplace_WhereThereCanBeNoOther_TheJobGoesOn) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)"), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  datasets_.Remove("iris");
  clock_.Advance(absl::Hours(1));
  Step();
  EXPECT_EQ(Jobs()[0].state(), v1::JOB_STATE_QUEUED);
  EXPECT_EQ(Get().runs(0).outcome(), v1::ScheduleRun::OUTCOME_FAILED);
}

}  // namespace
}  // namespace serin
