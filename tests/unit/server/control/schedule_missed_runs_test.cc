#include "absl/strings/str_cat.h"
#include "tests/unit/server/control/schedule_fixture.h"

namespace serin {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ScheduleRunnerTest, RunsMissedWhileDown_AreLeftOut) {
  ASSERT_THAT(Create(kNightly), IsOk());
  StepAt(kThree + kPunctuality + absl::Seconds(1), 1);
  EXPECT_THAT(Jobs(), IsEmpty());
  StepAt(kThree, 1);
  EXPECT_THAT(Jobs(), SizeIs(1)) << "the next one is made";
}

TEST_F(ScheduleRunnerTest, RunsMissedWhileDown_AreTakenDownAsOne_TheLast) {
  ASSERT_THAT(Create(kNightly), IsOk());
  StepAt(absl::Hours(12), 3);
  Step();
  const v1::Schedule schedule = Get();
  ASSERT_EQ(schedule.runs_size(), 1);
  EXPECT_EQ(schedule.runs(0).outcome(), v1::ScheduleRun::OUTCOME_MISSED);
  EXPECT_EQ(DueOf(schedule.runs(0)), Civil(24, 3));
  EXPECT_EQ(FromProto(schedule.next_run_time()), Civil(25, 3));
}

TEST_F(ScheduleRunnerTest, ARunThatDoesNotMakeUpForThoseBefore_IsTakenDownBehindThem) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" })", "strict"), IsOk());
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" } catch_up { seconds: 60 })", "lenient"),
              IsOk());
  clock_.Advance(absl::Hours(5));
  Step();
  const v1::Schedule strict = Get("strict");
  ASSERT_EQ(strict.runs_size(), 2);
  EXPECT_EQ(strict.runs(0).outcome(), v1::ScheduleRun::OUTCOME_STARTED);
  EXPECT_EQ(DueOf(strict.runs(0)), Civil(21, 23));
  EXPECT_EQ(strict.runs(1).outcome(), v1::ScheduleRun::OUTCOME_MISSED);
  EXPECT_EQ(DueOf(strict.runs(1)), Civil(21, 22));
  const v1::Schedule lenient = Get("lenient");
  ASSERT_EQ(lenient.runs_size(), 1) << "one run for all";
  EXPECT_EQ(lenient.runs(0).outcome(), v1::ScheduleRun::OUTCOME_STARTED);
}

TEST_F(ScheduleRunnerTest, ARunThatIsALittleLate_IsMade) {
  ASSERT_THAT(Create(kNightly), IsOk());
  StepAt(kThree + kPunctuality, 1);
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleRunnerTest, CatchUp_MakesUpForAllMissedRunsByOne) {
  ASSERT_THAT(Create(absl::StrCat(kNightly, " catch_up { seconds: 86400 }")), IsOk());
  Restart();
  StepAt(absl::Hours(12), 4);
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(DueOf(Get().runs(0)), Civil(25, 3)) << "the last of them";
  Step();
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleRunnerTest, CatchUp_OfTooLongAgo_IsLeftOut) {
  ASSERT_THAT(Create(R"(cron { expression: "0 3 22 * *" } catch_up { seconds: 3600 })"), IsOk());
  StepAt(absl::Hours(4) + absl::Seconds(1), 1);
  EXPECT_THAT(Jobs(), IsEmpty());
}

TEST_F(ScheduleRunnerTest, Paused_NoRuns_AndResumedCatchesUpOnlyWhereItMay) {
  ASSERT_THAT(Create(kNightly, "strict"), IsOk());
  ASSERT_THAT(Create(absl::StrCat(kNightly, " catch_up { seconds: 7200 }"), "lenient"), IsOk());
  for (const char* name : {"strict", "lenient"}) {
    v1::PauseScheduleRequest pause;
    pause.set_name(name);
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schedule paused, calls().Pause("default", pause));
    EXPECT_TRUE(paused.paused());
    EXPECT_FALSE(paused.has_next_run_time());
  }
  StepAt(kThree + absl::Minutes(1), 1);
  EXPECT_THAT(Jobs(), IsEmpty());
  for (const char* name : {"strict", "lenient"}) {
    v1::ResumeScheduleRequest resume;
    resume.set_name(name);
    ASSERT_THAT(calls().Resume("default", resume), IsOk());
  }
  Step();
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(Jobs()[0].schedule(), "schedules/lenient");
  const v1::Schedule strict = Get("strict");
  ASSERT_EQ(strict.runs_size(), 1);
  EXPECT_EQ(strict.runs(0).outcome(), v1::ScheduleRun::OUTCOME_MISSED);
  EXPECT_EQ(DueOf(strict.runs(0)), Civil(22, 3));
}

}  // namespace
}  // namespace serin
