// Kill -9 at any time: what was acknowledged is there after a restart, what was not is gone or
// resumes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::ElementsAre;

class CrashTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  }

  TestClient& client() { return server_.client(); }

  void TrainVersion(const std::string& algorithm) {
    const auto job = client().Train(TrainIris("iris", algorithm));
    ASSERT_THAT(job, IsOk());
    ASSERT_THAT(ModelVersionOf(client().AwaitJob(job->name())), IsOk());
  }

  // A training that takes long enough to be killed in the middle.
  v1::TrainRequest LongTraining() {
    v1::TrainRequest request = TrainIris("iris", "gradient_boosting");
    auto& hyperparameters = *request.mutable_spec()->mutable_hyperparameters()->mutable_fields();
    hyperparameters["rounds"].set_number_value(1000);
    return request;
  }

  // Starts it and waits until its worker is there. Returns the job.
  std::string BeginLongTraining(std::vector<pid_t>* workers) {
    const auto job = client().Train(LongTraining());
    EXPECT_THAT(job, IsOk());
    if (!job.ok()) return "";
    EXPECT_THAT(client().AwaitRunning(job->name()), IsOk());
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    while (workers->empty() && absl::Now() < deadline) *workers = server_.process().Workers();
    EXPECT_EQ(workers->size(), 1u);
    return job->name();
  }

  // The weight of version 1; that of version 2 is what is left to 100.
  int WeightOfFirst() {
    const auto model = client().GetModel("iris");
    if (!model.ok()) return -1;
    for (const auto& share : model->traffic()) {
      if (share.version() == 1) return share.weight();
    }
    return 0;
  }

  SingleServer server_;
};

TEST_F(CrashTest, Restart_KeepsEverythingThatWasAcknowledged) {
  TrainVersion("logistic_regression");
  TrainVersion("gradient_boosting");
  ASSERT_THAT(client().SetTraffic("iris", {{1, 30}, {2, 70}}), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto before, client().ListEverything());
  SERIN_ASSERT_OK_AND_ASSIGN(auto answer_before, client().Predict(PredictSetosa("iris@2")));

  server_.process().Kill();
  ASSERT_THAT(server_.Start(), IsOk());

  SERIN_ASSERT_OK_AND_ASSIGN(const auto after, client().ListEverything());
  EXPECT_EQ(after, before);
  SERIN_ASSERT_OK_AND_ASSIGN(auto answer_after, client().Predict(PredictSetosa("iris@2")));
  answer_before.clear_prediction_id();
  answer_after.clear_prediction_id();
  EXPECT_EQ(answer_after.DebugString(), answer_before.DebugString());
}

TEST_F(CrashTest, KillDuringUpload_LeavesNoDataset_AndTheNextUploadIsTheFirstVersion) {
  grpc::ClientContext context;
  TestClient::Prepare(context);
  v1::DatasetVersion version;
  const auto writer = client().datasets().UploadDataset(&context, &version);
  v1::UploadDatasetRequest request;
  request.mutable_spec()->set_dataset("half");
  ASSERT_TRUE(writer->Write(request));
  std::string rows;
  while (rows.size() < 1'000'000) rows += "1,2\n";
  request.set_chunk(absl::StrCat("a,b\n", rows));
  for (int i = 0; i < 16; ++i) {
    ASSERT_TRUE(writer->Write(request));
    request.set_chunk(rows);
  }
  server_.process().Kill();
  EXPECT_FALSE(writer->Finish().ok());

  ASSERT_THAT(server_.Start(), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto datasets,
      client().Call(client().datasets(), &v1::DatasetService::Stub::ListDatasets, {}));
  ASSERT_EQ(datasets.datasets_size(), 1);
  EXPECT_EQ(datasets.datasets(0).name(), "datasets/iris");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetVersion again, client().Upload("half", "a,b\n1,2\n"));
  EXPECT_EQ(again.name(), "datasets/half/versions/1");
  EXPECT_EQ(again.row_count(), 1);
}

TEST_F(CrashTest, KillDuringTraining_EndsTheWorker_AndTheJobBeginsAgainAndSucceeds) {
  std::vector<pid_t> workers;
  const std::string job = BeginLongTraining(&workers);
  server_.process().Kill();
  for (const pid_t worker : workers) {
    for (int i = 0; i < 500 && IsAlive(worker); ++i) absl::SleepFor(absl::Milliseconds(10));
    EXPECT_FALSE(IsAlive(worker)) << "worker " << worker << " outlived its server";
  }

  ASSERT_THAT(server_.Start(), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_SUCCEEDED) << ended.DebugString();
  EXPECT_EQ(ended.attempt(), 2);
  EXPECT_EQ(ended.model_version(), "models/iris/versions/1");
  EXPECT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
}

TEST_F(CrashTest, QueuedJobs_AreRunAfterARestart) {
  std::vector<std::string> jobs;
  for (int i = 0; i < 3; ++i) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job,
                               client().Train(TrainIris("iris", "logistic_regression")));
    jobs.push_back(job.name());
  }
  server_.process().Kill();
  ASSERT_THAT(server_.Start(), IsOk());
  std::vector<std::string> versions;
  for (const std::string& job : jobs) {
    SERIN_ASSERT_OK_AND_ASSIGN(const std::string version, ModelVersionOf(client().AwaitJob(job)));
    versions.push_back(version);
  }
  EXPECT_THAT(versions, ElementsAre("models/iris/versions/1", "models/iris/versions/2",
                                    "models/iris/versions/3"));
}

TEST_F(CrashTest, KillDuringSetTraffic_KeepsTheLastOneAcknowledged_OrTheOneUnderWay) {
  TrainVersion("logistic_regression");
  TrainVersion("logistic_regression");
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> acknowledged{WeightOfFirst()};
    std::atomic<int> under_way{acknowledged.load()};
    std::atomic<int> changes{0};
    std::thread setting([&] {
      for (int weight = 1;; weight = weight % 100 + 1) {
        under_way = weight;
        if (!client().SetTraffic("iris", {{1, weight}, {2, 100 - weight}}).ok()) return;
        acknowledged = weight;
        ++changes;
      }
    });
    while (changes < 10 * (round + 1)) absl::SleepFor(absl::Milliseconds(1));
    server_.process().Kill();
    setting.join();
    ASSERT_THAT(server_.Start(), IsOk());
    const int weight = WeightOfFirst();
    EXPECT_TRUE(weight == acknowledged || weight == under_way)
        << weight << "; acknowledged " << acknowledged << ", under way " << under_way;
    EXPECT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
  }
}

TEST_F(CrashTest, Sigterm_EndsServerAndWorker_AndTheJobResumes) {
  std::vector<pid_t> workers;
  const std::string job = BeginLongTraining(&workers);
  EXPECT_EQ(server_.process().Stop(), 0);
  for (const pid_t worker : workers) EXPECT_FALSE(IsAlive(worker)) << worker;

  ASSERT_THAT(server_.Start(), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_SUCCEEDED) << ended.DebugString();
  EXPECT_EQ(ended.attempt(), 1) << "an orderly stop has cost an attempt";
}

}  // namespace
}  // namespace serin
