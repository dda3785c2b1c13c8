// Searches and verifications with real processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Training = v1::TrainService::Stub;

// Quick algorithms, so that time is for what is tested.
v1::TrainRequest SearchIris(int trials) {
  v1::TrainRequest request = TrainIris("iris", "auto");
  v1::Search& search = *request.mutable_spec()->mutable_search();
  search.set_trials(trials);
  search.set_folds(2);
  for (const char* name : {"logistic_regression", "naive_bayes", "decision_tree"}) {
    search.add_algorithms(name);
  }
  return request;
}

class SearchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  }

  TestClient& client() { return server_.client(); }

  absl::StatusOr<v1::Job> TrainToItsEnd(const v1::TrainRequest& request) {
    const absl::StatusOr<v1::Job> job = client().Train(request);
    return job.ok() ? client().AwaitJob(job->name()) : job;
  }
  v1::ModelVersion VersionOf(const v1::Job& job) {
    v1::GetModelVersionRequest request;
    request.set_name(job.model_version());
    return client()
        .Call(client().models(), &v1::ModelService::Stub::GetModelVersion, request)
        .value_or(v1::ModelVersion());
  }
  v1::Job Verify(const std::string& version) {
    v1::VerifyModelVersionRequest request;
    request.set_name(version);
    const auto job = client().Call(client().training(), &Training::VerifyModelVersion, request);
    EXPECT_THAT(job, IsOk());
    return job.ok() ? client().AwaitJob(job->name()).value_or(v1::Job()) : v1::Job();
  }
  // Waits until a search has a candidate with a score.
  v1::Job AwaitTrial(const std::string& name) {
    const absl::Time deadline = absl::Now() + kCallTimeout;
    v1::GetJobRequest request;
    request.set_name(name);
    v1::Job job;
    while (job.leaderboard().trials().empty() && absl::Now() < deadline) {
      job = client().Call(client().training(), &Training::GetJob, request).value_or(v1::Job());
    }
    return job;
  }

  SingleServer server_;
};

TEST_F(SearchTest, TheWinner_IsServed_KeepsTheLeaderboard_AndIsFoundAgainByTheSameSearch) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job first, TrainToItsEnd(SearchIris(6)));
  ASSERT_EQ(first.state(), v1::JOB_STATE_SUCCEEDED) << first.DebugString();
  const v1::ModelVersion version = VersionOf(first);
  ASSERT_THAT(version.leaderboard().trials(), SizeIs(6));
  EXPECT_EQ(version.leaderboard().finished(), 6);
  const v1::Trial& winner = version.leaderboard().trials(0);
  EXPECT_EQ(version.lineage().spec().algorithm(), winner.algorithm());
  EXPECT_EQ(version.lineage().spec().hyperparameters().DebugString(),
            winner.hyperparameters().DebugString());
  EXPECT_FALSE(version.lineage().spec().has_search());
  EXPECT_GT(version.evaluation().classification().accuracy(), 0.85);
  EXPECT_THAT(client().Predict(PredictSetosa("iris")), IsOk());

  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job second, TrainToItsEnd(SearchIris(6)));
  EXPECT_EQ(VersionOf(second).bundle_sha256(), version.bundle_sha256());
}

TEST_F(SearchTest, CancelledKeepingTheBest_TrainsTheBestSoFar) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client().Train(SearchIris(10'000)));
  ASSERT_FALSE(AwaitTrial(job.name()).leaderboard().trials().empty());
  v1::CancelJobRequest cancel;
  cancel.set_name(job.name());
  cancel.set_keep_best(true);
  ASSERT_THAT(client().Call(client().training(), &Training::CancelJob, cancel), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_SUCCEEDED) << ended.DebugString();
  EXPECT_TRUE(ended.has_cancel_time());
  const v1::Leaderboard leaderboard = VersionOf(ended).leaderboard();
  EXPECT_LT(leaderboard.finished(), leaderboard.drawn());
  EXPECT_THAT(leaderboard.trials(0).algorithm(),
              AnyOf("logistic_regression", "naive_bayes", "decision_tree"));
}

TEST_F(SearchTest, AVersion_IsMadeAgainByteForByte_UnlessItsDatasetHasOtherBytesNow) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job trained, TrainToItsEnd(SearchIris(3)));
  const v1::Job same = Verify(trained.model_version());
  EXPECT_EQ(same.state(), v1::JOB_STATE_SUCCEEDED) << same.DebugString();
  EXPECT_TRUE(same.verification().identical()) << same.DebugString();
  EXPECT_THAT(same.verification().differences(), IsEmpty());
  EXPECT_EQ(same.verification().actual_sha256(), VersionOf(trained).bundle_sha256());

  v1::DeleteDatasetRequest remove;
  remove.set_name("iris");
  ASSERT_THAT(client().Call(client().datasets(), &v1::DatasetService::Stub::DeleteDataset, remove),
              IsOk());
  const std::string other = TestFile("iris.csv") + "5.0,3.0,1.5,0.2,setosa\n";
  ASSERT_THAT(client().Upload("iris", other), IsOk());
  const v1::Job differs = Verify(trained.model_version());
  EXPECT_EQ(differs.state(), v1::JOB_STATE_SUCCEEDED) << differs.DebugString();
  EXPECT_FALSE(differs.verification().identical());
  ASSERT_FALSE(differs.verification().differences().empty());
  EXPECT_THAT(differs.verification().differences(0), testing::HasSubstr("dataset"));
  EXPECT_EQ(client().GetModel("iris")->version_count(), 1) << "verifying makes no version";
}

}  // namespace
}  // namespace serin
