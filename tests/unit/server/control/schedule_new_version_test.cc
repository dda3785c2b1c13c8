#include "absl/strings/str_cat.h"
#include "tests/unit/server/control/schedule_fixture.h"

namespace serin {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

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

}  // namespace
}  // namespace serin
