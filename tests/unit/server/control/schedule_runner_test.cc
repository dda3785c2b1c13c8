#include "server/control/schedule_runner.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/server/control/schedule_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ScheduleRunnerTest, Cron_MakesOneJobAtItsTime_OnTheNewestVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schedule made, Create(kNightly));
  EXPECT_EQ(FromProto(made.next_run_time()), Civil(22, 3));
  datasets_.Add("iris", clock_.Now());
  StepAt(kThree - absl::Seconds(1), 1);
  EXPECT_THAT(Jobs(), IsEmpty());

  StepAt(kThree);
  ASSERT_THAT(Jobs(), SizeIs(1));
  const v1::Job job = Jobs()[0];
  EXPECT_EQ(job.schedule(), "schedules/nightly");
  EXPECT_EQ(job.spec().dataset(), "datasets/iris/versions/2");
  EXPECT_EQ(job.spec().task(), v1::TASK_CLASSIFICATION) << "resolved";
  const v1::Schedule after = Get();
  ASSERT_EQ(after.runs_size(), 1);
  EXPECT_EQ(after.runs(0).outcome(), v1::ScheduleRun::OUTCOME_STARTED);
  EXPECT_EQ(after.runs(0).job(), job.name());
  EXPECT_EQ(DueOf(after.runs(0)), Civil(22, 3));
  EXPECT_EQ(FromProto(after.next_run_time()), Civil(23, 3));

  Step();
  clock_.Advance(absl::Minutes(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(1)) << "the same due time is run once";
}

TEST_F(ScheduleRunnerTest, Runs_AreKeptNewestFirst_AtMost20) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)"), IsOk());
  for (int hour = 0; hour < 25; ++hour) {
    clock_.Advance(absl::Hours(1));
    Step();
  }
  const v1::Schedule schedule = Get();
  ASSERT_EQ(schedule.runs_size(), 20);
  EXPECT_EQ(DueOf(schedule.runs(0)), clock_.Now());
  EXPECT_EQ(DueOf(schedule.runs(19)), clock_.Now() - absl::Hours(19));
}

TEST_F(ScheduleRunnerTest, ADatasetThatIsGone_FailsTheRun_AndNotTheNext) {
  ASSERT_THAT(Create(kNightly), IsOk());
  datasets_.Remove("iris");
  StepAt(kThree, 1);
  const v1::Schedule failed = Get();
  ASSERT_EQ(failed.runs_size(), 1);
  EXPECT_EQ(failed.runs(0).outcome(), v1::ScheduleRun::OUTCOME_FAILED);
  EXPECT_THAT(failed.runs(0).error().message(), HasSubstr("does not exist"));
  datasets_.Add("iris", clock_.Now());
  Step();
  EXPECT_THAT(Jobs(), IsEmpty());
  StepAt(kThree, 1);
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleRunnerTest, ADatasetRoleThatIsAway_IsTriedAgain_ButNotForEver) {
  ASSERT_THAT(Create(kNightly), IsOk());
  datasets_.SetError(absl::UnavailableError("starting"));
  StepAt(kThree, 1);
  EXPECT_EQ(Get().runs_size(), 0);
  datasets_.SetError(absl::OkStatus());
  clock_.Advance(ScheduleRunner::kPatience - absl::Seconds(1));
  Step();
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(DueOf(Get().runs(0)), Civil(22, 3));
  FinishJob();

  datasets_.SetError(absl::UnavailableError("starting"));
  StepAt(kThree, 1);
  clock_.Advance(ScheduleRunner::kPatience);
  Step();
  EXPECT_EQ(Get().runs(0).outcome(), v1::ScheduleRun::OUTCOME_FAILED);
  EXPECT_EQ(Get().runs(0).error().message(), "starting");
}

// Whatever write fails or is lost by a crash, each due time gets exactly one job.
TEST_F(ScheduleRunnerTest, CrashAtAnyWrite_EachDueTimeHasExactlyOneJob) {
  for (const auto outcome : {MemoryStore::FailedWrite::kLost, MemoryStore::FailedWrite::kKept}) {
    for (int successes = 0; successes < 4; ++successes) {
      const std::string id = absl::StrCat("s", static_cast<int>(outcome), successes);
      ASSERT_THAT(Create(R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)", id), IsOk());
      store_.FailWriteAfter(successes, outcome);
      clock_.Advance(absl::Hours(1));
      Step();
      Crash();
      Step();
      clock_.Advance(absl::Hours(1));
      Step();
      std::multiset<std::string> made;
      for (const v1::Job& job : Jobs()) {
        if (job.schedule() == "schedules/" + id) made.insert(job.name());
      }
      EXPECT_EQ(made.size(), 2u) << id;
      std::set<absl::Time> due;
      const v1::Schedule schedule = Get(id);
      for (const v1::ScheduleRun& run : schedule.runs()) {
        due.insert(DueOf(run));
        EXPECT_EQ(made.count(run.job()), 1u);
      }
      EXPECT_EQ(due.size(), 2u) << id;
      v1::DeleteScheduleRequest remove;
      remove.set_name(id);
      ASSERT_THAT(calls().Delete("default", remove), IsOk());
    }
  }
}

TEST_F(ScheduleRunnerTest, AClockSetBackALittle_RepeatsNoRun) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)"), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  clock_.Advance(-absl::Minutes(30));
  Step();
  clock_.Advance(absl::Minutes(30));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(1));
  clock_.Advance(absl::Hours(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(2));
}

TEST_F(ScheduleRunnerTest, AClockThatWasYearsAhead_DoesNotStopTheScheduleForYears) {
  ASSERT_THAT(Create(kNightly), IsOk());
  clock_.Advance(absl::Hours(24 * 365));
  StepAt(kThree, 1);
  ASSERT_THAT(Jobs(), SizeIs(1));
  FinishJob();
  clock_.Advance(-absl::Hours(24 * 365));
  Step();
  StepAt(kThree, 1);
  EXPECT_THAT(Jobs(), SizeIs(2));
}

TEST_F(ScheduleRunnerTest, Metrics_CountSchedulesByState_AndRunsByOutcome) {
  ASSERT_THAT(Create(R"(cron { expression: "@hourly" })"), IsOk());
  ASSERT_THAT(Create(kNightly, "paused"), IsOk());
  v1::PauseScheduleRequest pause;
  pause.set_name("paused");
  ASSERT_THAT(calls().Pause("default", pause), IsOk());
  clock_.Advance(absl::Hours(1));
  Step();
  clock_.Advance(absl::Hours(1));
  Step();
  clock_.Advance(absl::Minutes(90));
  Step();
  const std::string metrics = Metrics();
  EXPECT_THAT(metrics, HasSubstr("serin_schedules{state=\"active\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("serin_schedules{state=\"paused\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("serin_schedule_runs_total{outcome=\"started\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("serin_schedule_runs_total{outcome=\"skipped\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("serin_schedule_runs_total{outcome=\"missed\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("serin_schedule_runs_total{outcome=\"failed\"} 0\n"));

  v1::DeleteScheduleRequest remove;
  remove.set_name("paused");
  ASSERT_THAT(calls().Delete("default", remove), IsOk());
  Restart();
  EXPECT_THAT(Metrics(), HasSubstr("serin_schedules{state=\"active\"} 1\n"));
  EXPECT_THAT(Metrics(), HasSubstr("serin_schedules{state=\"paused\"} 0\n"));
}

TEST_F(ScheduleRunnerTest, PromotionAndPriority_GoWithTheJob) {
  ASSERT_THAT(Create(absl::StrCat(kNightly, R"( priority: 7
      promotion { rule: RULE_CANDIDATE_IF_BETTER metric: METRIC_ACCURACY })")),
              IsOk());
  StepAt(kThree, 1);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto attempt, jobs().BeginNext());
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::JobRecord record, jobs().Assigned(*attempt));
  EXPECT_EQ(record.job().priority(), 7);
  EXPECT_EQ(record.promotion().rule(), v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  EXPECT_EQ(record.promotion().metric(), v1::Search::METRIC_ACCURACY);
}

}  // namespace
}  // namespace serin
