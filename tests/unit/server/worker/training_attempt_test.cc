#include "server/worker/training_attempt.h"

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/sha256.h"
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
using ::testing::Not;
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
    SetSpec(spec);
  }

  void SetSpec(const v1::TrainingSpec& spec) {
    *control_.assignment.mutable_spec() = *ResolveSpec(spec, SchemaOf(dataset_.table));
  }

  internal::v1::Bundle MadeBundle() const {
    EXPECT_THAT(control_.bundles, Not(IsEmpty()));
    return *DecodeBundle(control_.bundles.back());
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

TEST_F(TrainingAttemptTest, ADatasetMadeAgainBeforeItIsRead_FailsTheJobForGood) {
  *control_.assignment.mutable_dataset_create_time() = ToProto(dataset_.create_time);
  dataset_.made_again_after_reads = 0;
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("datasets/iris/versions/3 has been deleted and made again (at "
                                "1970-01-12T14:46:40+00:00) since the job was accepted")));
  EXPECT_THAT(control_.bundles, IsEmpty());
  EXPECT_THAT(dataset_.columns_read, IsEmpty()) << "nothing of it is read";
}

TEST_F(TrainingAttemptTest, ADatasetMadeAgainWhileItIsRead_FailsTheJobForGood) {
  *control_.assignment.mutable_dataset_create_time() = ToProto(dataset_.create_time);
  dataset_.made_again_after_reads = 1;
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("made again")));
  EXPECT_THAT(control_.bundles, IsEmpty());
}

TEST_F(TrainingAttemptTest, TheDatasetThatTheJobWasAcceptedFor_IsTrainedOn) {
  *control_.assignment.mutable_dataset_create_time() = ToProto(dataset_.create_time);
  EXPECT_EQ(Run(), kWorkerReported);
  EXPECT_THAT(control_.errors, IsEmpty());
  EXPECT_THAT(control_.bundles, SizeIs(1));
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

// A search over two algorithms, of which one is a poor one.
v1::TrainingSpec AutoSpec() {
  v1::TrainingSpec spec;
  spec.set_dataset("datasets/iris/versions/3");
  spec.set_target("species");
  spec.set_algorithm("auto");
  spec.mutable_search()->set_trials(4);
  spec.mutable_search()->set_folds(3);
  spec.mutable_search()->add_algorithms("majority");
  spec.mutable_search()->add_algorithms("logistic_regression");
  return spec;
}

TEST_F(TrainingAttemptTest, ASearchsWinnerIsTrained_AndTheLeaderboardHandedInWithIt) {
  SetSpec(AutoSpec());
  EXPECT_EQ(Run(), kWorkerReported);
  const internal::v1::Bundle bundle = MadeBundle();
  EXPECT_EQ(bundle.lineage().spec().algorithm(), "logistic_regression");
  EXPECT_FALSE(bundle.lineage().spec().has_search());
  EXPECT_GE(bundle.evaluation().classification().accuracy(), 0.9);
  EXPECT_EQ(control_.head.leaderboard().drawn(), 4);
  EXPECT_EQ(control_.head.leaderboard().finished(), 4);
  EXPECT_EQ(control_.head.leaderboard().trials(0).algorithm(), "logistic_regression");
  EXPECT_EQ(control_.head.leaderboard().trials(3).algorithm(), "majority");
  EXPECT_THAT(Stages(), ElementsAre("reading", "searching", "preparing", "training", "evaluating",
                                    "storing"));
}

// Progress is sent when a stage begins, as this clock stands; then the first trial goes on.
TEST_F(TrainingAttemptTest, ASearchThatIsToFinish_WithoutAnythingFound_EndsAsCancelled) {
  SetSpec(AutoSpec());
  control_.finish_stage = "searching";
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kCancelled, HasSubstr("found nothing yet")));
}

TEST_F(TrainingAttemptTest, Verifying_TheSameGivesTheSameBytes) {
  EXPECT_EQ(Run(), kWorkerReported);
  control_.registered = control_.bundles.back();
  control_.assignment.set_type(v1::JOB_TYPE_VERIFY);
  control_.assignment.mutable_verify()->set_name("models/iris/versions/2");
  control_.assignment.mutable_verify()->set_bundle_sha256(Sha256Hex(control_.registered));
  control_.bundles.clear();

  EXPECT_EQ(Run(), kWorkerReported);
  EXPECT_THAT(control_.bundles, IsEmpty());
  ASSERT_THAT(control_.verifications, SizeIs(1));
  const v1::Verification& verification = control_.verifications[0];
  EXPECT_EQ(verification.model_version(), "models/iris/versions/2");
  EXPECT_TRUE(verification.identical());
  EXPECT_EQ(verification.expected_sha256(), verification.actual_sha256());
  EXPECT_THAT(verification.differences(), IsEmpty());
}

TEST_F(TrainingAttemptTest, Verifying_SaysWhereTheBundlesDiffer) {
  EXPECT_EQ(Run(), kWorkerReported);
  internal::v1::Bundle tampered = MadeBundle();
  tampered.mutable_lineage()->set_serin_version("0.0.1");
  tampered.mutable_predictor()->mutable_linear()->set_weights(0, 7);
  control_.registered = *EncodeBundle(tampered);
  control_.assignment.set_type(v1::JOB_TYPE_VERIFY);

  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.verifications, SizeIs(1));
  EXPECT_FALSE(control_.verifications[0].identical());
  EXPECT_THAT(control_.verifications[0].differences(),
              ElementsAre(HasSubstr("Serin's version was '0.0.1'"),
                          "the estimator: first in linear.weights[0]"));
}

TEST_F(TrainingAttemptTest, Verifying_AVersionThatIsGone_IsTheJobsError) {
  control_.assignment.set_type(v1::JOB_TYPE_VERIFY);
  control_.assignment.mutable_verify()->set_name("models/iris/versions/2");
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(control_.errors[0].message(), HasSubstr("models/iris/versions/2 does not exist"));
}

// The version that serves knows only one feature, which the new one does not use.
TEST_F(TrainingAttemptTest, ComparesWithAnotherVersion_OnTheSameHoldout) {
  v1::TrainingSpec weaker = AutoSpec();
  weaker.clear_search();
  weaker.set_algorithm("logistic_regression");
  weaker.add_features("sepal_width");
  const internal::v1::Assignment assignment = control_.assignment;
  SetSpec(weaker);
  ASSERT_EQ(Run(), kWorkerReported);
  control_.registered = control_.bundles.back();
  EXPECT_FALSE(control_.head.has_comparison());

  control_.assignment = assignment;
  control_.assignment.set_compare_with("models/iris/versions/1");
  control_.assignment.set_compare_metric(v1::Search::METRIC_ACCURACY);
  ASSERT_EQ(Run(), kWorkerReported);
  const v1::Comparison& comparison = control_.head.comparison();
  EXPECT_EQ(comparison.error(), "");
  EXPECT_EQ(comparison.model_version(), "models/iris/versions/1");
  EXPECT_TRUE(comparison.better());
  EXPECT_EQ(comparison.evaluation().holdout_rows(), 30);
  EXPECT_LT(comparison.evaluation().classification().accuracy(),
            MadeBundle().evaluation().classification().accuracy());
  // The bundle is the one that would be made without a comparison.
  control_.assignment.clear_compare_with();
  const std::string compared = control_.bundles.back();
  ASSERT_EQ(Run(), kWorkerReported);
  EXPECT_EQ(control_.bundles.back(), compared);
}

TEST_F(TrainingAttemptTest, AControlThatIsAwayForAWhile_CostsTheAttempt_NotTheComparison) {
  control_.assignment.set_compare_with("models/iris/versions/1");
  control_.bundles_unavailable = true;
  EXPECT_EQ(Run(), kWorkerReported);
  EXPECT_THAT(control_.bundles, IsEmpty());
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_EQ(control_.errors[0].code(), static_cast<int>(absl::StatusCode::kUnavailable));
}

TEST_F(TrainingAttemptTest, AComparisonThatCannotBeMade_DoesNotCostTheModel) {
  control_.assignment.set_compare_with("models/iris/versions/1");
  EXPECT_EQ(Run(), kWorkerReported);
  EXPECT_THAT(control_.bundles, SizeIs(1));
  EXPECT_THAT(control_.head.comparison().error(),
              HasSubstr("models/iris/versions/1 does not exist"));
  EXPECT_FALSE(control_.head.comparison().better());
}

TEST_F(TrainingAttemptTest, Predicting_WithAVersionOrForADatasetThatIsGone_IsTheJobsError) {
  ASSERT_EQ(Run(), kWorkerReported);
  const std::string bundle = control_.bundles.back();
  control_.assignment.set_type(v1::JOB_TYPE_BATCH_PREDICT);
  v1::BatchPrediction& wanted = *control_.assignment.mutable_batch_prediction();
  wanted.set_model_version("models/iris/versions/2");
  wanted.set_dataset("datasets/iris/versions/3");
  wanted.set_output_dataset("datasets/scored");
  wanted.set_row_count(150);
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(1));
  EXPECT_THAT(FromRpcStatus(control_.errors[0]),
              IsError(absl::StatusCode::kNotFound, "models/iris/versions/2 does not exist"));

  control_.registered = bundle;
  dataset_.deleted = true;
  EXPECT_EQ(Run(), kWorkerReported);
  ASSERT_THAT(control_.errors, SizeIs(2));
  EXPECT_THAT(FromRpcStatus(control_.errors[1]),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("datasets/iris/versions/3 has been deleted")));
  EXPECT_THAT(dataset_.appended, IsEmpty());
}

}  // namespace
}  // namespace serin
