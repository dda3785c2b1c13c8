#include "server/worker/training_attempt.h"

#include <string>
#include <vector>

#include "core/base/errors.h"
#include "core/base/version.h"
#include "core/bundle/bundle.h"
#include "core/learn/spec.h"
#include "tests/testing/read_table.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/worker/fake_roles.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TrainingAttemptTest : public ::testing::Test {
 protected:
  TrainingAttemptTest() {
    dataset_.table = TestDataTable("iris.csv");
    v1::TrainingSpec spec;
    spec.set_dataset("datasets/iris/versions/3");
    spec.set_target("species");
    spec.set_algorithm("logistic_regression");
    spec.add_features("petal_width");
    spec.add_features("petal_length");
    control_.spec = *ResolveSpec(spec, SchemaOf(dataset_.table));
  }

  WorkerExit Run() {
    internal::v1::Attempt attempt;
    attempt.set_project("garden");
    attempt.set_job("jobs/7");
    attempt.set_number(1);
    return TrainingAttempt(control_server_.channel(), dataset_server_.channel(), attempt, &clock_,
                           [this](absl::Duration pause) { pauses_.push_back(pause); })
        .Run();
  }

  std::vector<std::string> Stages() const {
    std::vector<std::string> stages;
    for (const v1::JobProgress& progress : control_.progress) stages.push_back(progress.stage());
    return stages;
  }

  FakeDataset dataset_;
  FakeControl control_;
  InProcessServer dataset_server_{&dataset_};
  InProcessServer control_server_{&control_};
  SimulatedClock clock_;
  std::vector<absl::Duration> pauses_;
};

TEST_F(TrainingAttemptTest, HandsInAModelThatLoads_WithWhereItComesFrom) {
  EXPECT_EQ(Run(), kWorkerReported);

  EXPECT_EQ(control_.attempt.job(), "jobs/7");
  EXPECT_EQ(control_.attempt.project(), "garden");
  ASSERT_THAT(control_.bundles, SizeIs(1));
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, DecodeBundle(control_.bundles[0]));
  EXPECT_THAT(LoadPredictor(bundle), IsOk());
  EXPECT_GE(bundle.evaluation().classification().accuracy(), 0.9);
  // Whichever job makes a model, its bundle is the same.
  EXPECT_EQ(bundle.lineage().job(), "");
  EXPECT_EQ(bundle.lineage().spec().dataset(), "datasets/iris/versions/3");
  EXPECT_EQ(bundle.lineage().dataset_sha256(), "0123");
  EXPECT_EQ(bundle.lineage().serin_version(), Version());
  EXPECT_THAT(control_.errors, IsEmpty());
}

TEST_F(TrainingAttemptTest, ReadsOnlyTheColumnsItNeeds_InTheJobsProject) {
  Run();
  EXPECT_THAT(dataset_.columns_read, ElementsAre("species", "petal_width", "petal_length"));
  EXPECT_EQ(dataset_.project, "garden");
}

TEST_F(TrainingAttemptTest, ReportsEachStageOnceWhileTheClockStands) {
  Run();
  EXPECT_THAT(Stages(), ElementsAre("reading", "preparing", "training", "evaluating", "storing"));
  for (size_t i = 1; i < control_.progress.size(); ++i) {
    EXPECT_GT(control_.progress[i].fraction(), control_.progress[i - 1].fraction());
  }
}

TEST_F(TrainingAttemptTest, BadDataFailTheJob_SayingWhatIsWrong) {
  dataset_.table.columns.back().codes[0] = 1;  // One setosa becomes something else.
  for (size_t row = 1; row < 49; ++row) dataset_.table.columns.back().codes[row] = 1;
  EXPECT_EQ(Run(), kWorkerReported);

  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("target: column 'species' has class 'setosa' in 1 row")));
  EXPECT_THAT(control_.bundles, IsEmpty());
}

TEST_F(TrainingAttemptTest, ADeletedDatasetFailsTheJobForGood) {
  dataset_.deleted = true;
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("datasets/iris/versions/3 has been deleted")));
}

TEST_F(TrainingAttemptTest, BeginsReadingAgainWhenTheDatasetRoleRestarts) {
  dataset_.unavailable_calls = 2;
  EXPECT_EQ(Run(), kWorkerReported);
  EXPECT_THAT(pauses_, ElementsAre(absl::Milliseconds(250), absl::Milliseconds(500)));
  ASSERT_THAT(control_.bundles, SizeIs(1));
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, DecodeBundle(control_.bundles[0]));
  EXPECT_EQ(bundle.evaluation().train_rows() + bundle.evaluation().holdout_rows(), 150);
}

TEST_F(TrainingAttemptTest, ADatasetRoleThatStaysAway_IsTheJobsError) {
  dataset_.unavailable_calls = 100;
  EXPECT_EQ(Run(), kWorkerReported);
  EXPECT_THAT(pauses_, SizeIs(5));
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("restarting")));
}

TEST_F(TrainingAttemptTest, EndsQuietlyOnceGivenUp_WhateverItIsDoing) {
  for (const char* stage : {"reading", "preparing", "training", "evaluating", "storing"}) {
    control_.aborted_stage = stage;
    EXPECT_EQ(Run(), kWorkerSuperseded) << stage;
    EXPECT_EQ(control_.progress.back().stage(), stage);
  }
  EXPECT_THAT(control_.bundles, IsEmpty());
  EXPECT_THAT(control_.errors, IsEmpty());
}

TEST_F(TrainingAttemptTest, HandsTheSameBundleInAgainWhenTheAnswerIsLost) {
  control_.answers = {{grpc::StatusCode::UNAVAILABLE, "connection reset"}};
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.bundles, SizeIs(2));
  EXPECT_EQ(control_.bundles[0], control_.bundles[1]);
}

TEST_F(TrainingAttemptTest, ABundleThatControlDoesNotTake_IsTheJobsError) {
  control_.answers = {{grpc::StatusCode::RESOURCE_EXHAUSTED, "the disk is full"}};
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(control_.errors[0].message(), HasSubstr("the disk is full"));
}

TEST_F(TrainingAttemptTest, AControlThatIsGone_CannotBeTold) {
  control_.unavailable = true;
  EXPECT_EQ(Run(), kWorkerLost);
  EXPECT_THAT(pauses_, SizeIs(10));  // Between six calls for the assignment, and six to tell.
}

}  // namespace
}  // namespace serin
