#include "server/control/schedule_runner.h"

#include <set>

#include "tests/unit/server/control/schedule_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ScheduleRunnerTest : public ScheduleTest {
 protected:
  static constexpr char kHourlyReplace[] =
      R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)";

  // By jobs that wait behind all that are there.
  void FillQueue() {
    while (jobs().Create("default", {.model = "other", .priority = -1}).ok()) {
    }
  }
  v1::JobState StateOf(const std::string& job) {
    return jobs().Get({"default", *ParseJobName("name", job)}).value_or(v1::Job()).state();
  }
};

constexpr absl::Duration kThree = absl::Hours(3);

absl::Time Civil(int day, int hour, int minute = 0) {
  return absl::FromCivil(absl::CivilMinute(2026, 11, day, hour, minute), absl::UTCTimeZone());
}

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

// --- Missed runs
// ----------------------------------------------------------------------------------

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

// --- Overlap
// --------------------------------------------------------------------------------------

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

// --- Runs that make no job
// ------------------------------------------------------------------------

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

// --- New versions
// ---------------------------------------------------------------------------------

TEST_F(ScheduleRunnerTest, NewVersion_IsTrainedOnOnce_TheFirstOnesOfBeforeAreNot) {
  ASSERT_THAT(Create("new_version {}"), IsOk());
  Step();
  EXPECT_THAT(Jobs(), IsEmpty()) << "version 1 was there before the schedule";
  clock_.Advance(absl::Minutes(1));
  datasets_.Add("iris", clock_.Now());
  Step();
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(Jobs()[0].spec().dataset(), "datasets/iris/versions/2");
  EXPECT_EQ(Get().runs(0).dataset_version(), 2);
  FinishJob();
  Crash();
  clock_.Advance(absl::Minutes(1));
  Step();
  EXPECT_THAT(Jobs(), SizeIs(1));
}

TEST_F(ScheduleRunnerTest, NewVersions_WithinTheQuietPeriod_BecomeOneRun) {
  ASSERT_THAT(Create("new_version { quiet_period { seconds: 600 } }"), IsOk());
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Minutes(9));
    datasets_.Add("iris", clock_.Now());
    Step();
  }
  clock_.Advance(absl::Minutes(9));
  Step();
  EXPECT_THAT(Jobs(), IsEmpty());
  clock_.Advance(absl::Minutes(1));
  Step();
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(Jobs()[0].spec().dataset(), "datasets/iris/versions/4");
}

TEST_F(ScheduleRunnerTest, NewVersion_WhileTheJobBeforeRuns_FollowsItWithQueue) {
  ASSERT_THAT(Create("new_version {} overlap: OVERLAP_QUEUE"), IsOk());
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(absl::Minutes(1));
    datasets_.Add("iris", clock_.Now());
    Step();
  }
  EXPECT_THAT(Jobs(), SizeIs(1));
  FinishJob();
  clock_.Advance(ScheduleRunner::kPollInterval);
  Step();
  ASSERT_THAT(Jobs(), SizeIs(2));
  EXPECT_EQ(Jobs()[0].spec().dataset(), "datasets/iris/versions/4");
}

TEST_F(ScheduleRunnerTest, ADatasetMadeAnew_CountsFromTheBeginning) {
  datasets_.Add("iris", clock_.Now());
  ASSERT_THAT(Create("new_version {}"), IsOk());
  clock_.Advance(absl::Minutes(1));
  datasets_.Remove("iris");
  Step();
  datasets_.Add("iris", clock_.Now());
  clock_.Advance(absl::Minutes(1));
  Step();
  ASSERT_THAT(Jobs(), SizeIs(1));
  EXPECT_EQ(Jobs()[0].spec().dataset(), "datasets/iris/versions/1");
}

TEST_F(ScheduleRunnerTest, Datasets_AreAskedOnceForAllSchedules_AndNotEachStep) {
  for (int i = 0; i < 10; ++i) ASSERT_THAT(Create("new_version {}", absl::StrCat("s", i)), IsOk());
  clock_.Advance(absl::Minutes(1));
  const int before = datasets_.calls();
  Step();
  EXPECT_EQ(datasets_.calls(), before + 1);
  clock_.Advance(ScheduleRunner::kPollInterval - absl::Seconds(1));
  Step();
  EXPECT_EQ(datasets_.calls(), before + 1);
  clock_.Advance(absl::Seconds(1));
  Step();
  EXPECT_EQ(datasets_.calls(), before + 2);
}

// --- Crashes and clocks
// ---------------------------------------------------------------------------

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
