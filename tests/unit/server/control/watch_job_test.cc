#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(ControlRoleTest, WatchJob_ShowsTheWayToTheModel_AndEnds) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_RUNNING);
  ASSERT_THAT(Report(attempt, 0.5), IsOk());
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.progress().fraction(), 0.5);
  ASSERT_THAT(Complete(attempt, StoredBundle(TinyClassifier()).bytes), IsOk());
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(seen.model_version(), "models/shirts/versions/1");
  EXPECT_FALSE(watch->reader->Read(&seen));
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsOk());
}

TEST_F(ControlRoleTest, WatchJob_OfASlowReader_IsMergedAndStillEndsWithTheFinalState) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  constexpr int kReports = 500;
  for (int i = 1; i <= kReports; ++i) ASSERT_THAT(Report(attempt, i / 500.0), IsOk());
  ASSERT_THAT(Fail(attempt, absl::InvalidArgumentError("one class")), IsOk());
  v1::Job seen;
  double fraction = 0;
  int count = 0;
  for (; watch->reader->Read(&seen); ++count) {
    EXPECT_GE(seen.progress().fraction(), fraction);
    fraction = seen.progress().fraction();
  }
  EXPECT_LE(count, kReports + 2);
  EXPECT_EQ(seen.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(seen.error().message(), "one class");
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsOk());
}

TEST_F(ControlRoleTest, WatchJob_CallerThatLeaves_IsForgotten) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  const auto attempt = AwaitAttempt();
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  watch->context.TryCancel();
  EXPECT_THAT(FromGrpc(watch->reader->Finish()), IsError(absl::StatusCode::kCancelled, testing::_));
  EXPECT_THAT(Report(attempt, 0.5), IsOk());
}

TEST_F(ControlRoleTest, WatchJob_OfAnUnknownJob_IsNotFound) {
  const auto watch = WatchJob("jobs/nothing");
  v1::Job seen;
  EXPECT_FALSE(watch->reader->Read(&seen));
  EXPECT_THAT(FromGrpc(watch->reader->Finish()),
              IsError(kNotFound, HasSubstr("jobs/nothing does not exist")));
}

}  // namespace
}  // namespace serin
