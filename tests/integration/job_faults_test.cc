// What can happen to a training and its worker, with real processes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/deployment.h"
#include "tests/integration/small_disk.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

// Takes long enough for anything to happen to it.
v1::TrainRequest LongTraining(int rounds = 1000) {
  v1::TrainRequest request = TrainIris("iris", "gradient_boosting");
  auto& hyperparameters = *request.mutable_spec()->mutable_hyperparameters()->mutable_fields();
  hyperparameters["rounds"].set_number_value(rounds);
  return request;
}

absl::StatusOr<v1::Job> Cancel(TestClient& client, const std::string& job) {
  v1::CancelJobRequest request;
  request.set_name(job);
  return client.Call(client.training(), &v1::TrainService::Stub::CancelJob, request);
}

// A condition of processes, which nobody announces.
template <typename Condition>
bool Await(Condition condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

class JobFaultsTest : public testing::Test {
 protected:
  void Start(std::vector<std::string> flags = {}) {
    server_ = std::make_unique<SingleServer>(std::move(flags));
    ASSERT_THAT(server_->Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  }
  TestClient& client() { return server_->client(); }

  absl::Status DeleteDataset(const std::string& name) {
    v1::DeleteDatasetRequest request;
    request.set_name(name);
    return client()
        .Call(client().datasets(), &v1::DatasetService::Stub::DeleteDataset, request)
        .status();
  }

  // The job, whose worker runs.
  std::string Begin(const v1::TrainRequest& request) {
    const auto job = client().Train(request);
    EXPECT_THAT(job, IsOk());
    if (!job.ok()) return "";
    EXPECT_THAT(client().AwaitRunning(job->name()), IsOk());
    return job->name();
  }
  pid_t AwaitWorker(pid_t other_than = 0) {
    std::vector<pid_t> workers;
    EXPECT_TRUE(Await([&] {
      workers = server_->process().Workers();
      return workers.size() == 1 && workers[0] != other_than;
    }));
    return workers.empty() ? 0 : workers[0];
  }

  std::unique_ptr<SingleServer> server_;
};

TEST_F(JobFaultsTest, CancelJob_EndsTheWorker_AndStaysAcrossKill9) {
  Start();
  const std::string running = Begin(LongTraining());
  const pid_t worker = AwaitWorker();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job waiting, client().Train(LongTraining()));
  EXPECT_EQ(Cancel(client(), waiting.name())->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_EQ(Cancel(client(), running)->state(), v1::JOB_STATE_CANCELLED);
  EXPECT_TRUE(Await([&] { return !IsAlive(worker); }));
  server_->process().Kill();
  ASSERT_THAT(server_->Start(), IsOk());
  for (const std::string& job : {running, waiting.name()}) {
    EXPECT_EQ(client().AwaitJob(job)->state(), v1::JOB_STATE_CANCELLED);
  }
  EXPECT_TRUE(server_->process().Workers().empty());
}

TEST_F(JobFaultsTest, WorkerKilledEachTime_FailsTheJobAfterThreeAttempts) {
  Start();
  const std::string job = Begin(LongTraining());
  pid_t worker = 0;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    worker = AwaitWorker(/*other_than=*/worker);
    ASSERT_GT(worker, 0);
    kill(worker, SIGKILL);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(ended.error().message(), HasSubstr("given up after 3 attempts"));
  EXPECT_THAT(ended.error().message(), HasSubstr("signal 9"));
}

TEST_F(JobFaultsTest, WorkerThatHangs_IsEnded_AndTheJobSucceedsInItsNextAttempt) {
  Start({"--job_silence_limit=3s"});
  const std::string job = Begin(LongTraining());
  const pid_t worker = AwaitWorker();
  kill(worker, SIGSTOP);
  EXPECT_TRUE(Await([&] { return !IsAlive(worker); }));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_SUCCEEDED) << ended.DebugString();
  EXPECT_GE(ended.attempt(), 2);
}

TEST_F(JobFaultsTest, WorkerOutOfMemory_FailsTheJobAtOnce_AndServingGoesOn) {
  // Less than a worker takes before it has read a row.
  Start({"--max_job_memory_bytes=16777216"});
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client().Train(LongTraining()));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(ended.attempt(), 1);
  EXPECT_EQ(ended.memory_limit_bytes(), 16 << 20);
  EXPECT_EQ(ended.error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(ended.error().message(), HasSubstr("more memory than its worker may use"));
  EXPECT_THAT(ended.error().message(), HasSubstr("16 MiB"));
  EXPECT_THAT(client().ListEverything(), IsOk());
}

// Few bytes that become a large matrix: 3,000 categories, each an input of its own.
std::string ManyCategories() {
  std::string csv = "a,b,c,d,e,f,class\n";
  for (int row = 0; row < 30'000; ++row) {
    for (int column = 0; column < 6; ++column)
      absl::StrAppend(&csv, "k", row % (500 - column), ",");
    absl::StrAppend(&csv, row % 3 == 0 ? "yes\n" : "no\n");
  }
  return csv;
}

TEST_F(JobFaultsTest, TrainingThatGrowsBeyondItsMemory_IsEnded_AndOthersGoOn) {
  Start({"--max_job_memory_bytes=251658240"});
  ASSERT_THAT(client().Upload("codes", ManyCategories()), IsOk());
  v1::TrainRequest request = TrainIris("codes", "logistic_regression");
  request.mutable_spec()->set_dataset("codes");
  request.mutable_spec()->set_target("class");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client().Train(request));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_FAILED) << ended.DebugString();
  EXPECT_EQ(ended.attempt(), 1);
  EXPECT_THAT(ended.progress().stage(), AnyOf("preparing", "training"))
      << "it had read its rows, and grew after that";
  EXPECT_THAT(ended.error().message(), HasSubstr("needs more memory than its worker may use, which "
                                                 "is 240 MiB"));
  EXPECT_THAT(ModelVersionOf(client().AwaitJob(
                  client().Train(TrainIris("iris", "logistic_regression"))->name())),
              IsOk());
}

TEST_F(JobFaultsTest, DatasetDeletedWhileTheJobWaits_FailsIt_WithoutAnotherAttempt) {
  Start();
  const std::string blocker = Begin(LongTraining());
  ASSERT_THAT(client().Upload("doomed", TestFile("iris.csv")), IsOk());
  v1::TrainRequest request = TrainIris("iris", "logistic_regression");
  request.mutable_spec()->set_dataset("doomed");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client().Train(request));
  ASSERT_THAT(DeleteDataset("doomed"), IsOk());
  ASSERT_THAT(Cancel(client(), blocker), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(ended.attempt(), 1);
  EXPECT_EQ(ended.error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(ended.error().message(), HasSubstr("datasets/doomed/versions/1 has been deleted"));
}

TEST_F(JobFaultsTest, DatasetMadeAgainWhileJobsWait_FailsThem_InsteadOfGivingThemOtherRows) {
  Start();
  ASSERT_THAT(ModelVersionOf(client().AwaitJob(
                  client().Train(TrainIris("iris", "logistic_regression"))->name())),
              IsOk());
  const std::string blocker = Begin(LongTraining());
  ASSERT_THAT(client().Upload("doomed", TestFile("iris.csv")), IsOk());
  v1::TrainRequest training = TrainIris("iris", "logistic_regression");
  training.mutable_spec()->set_dataset("doomed");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job train, client().Train(training));
  v1::BatchPredictRequest prediction;
  prediction.set_model("iris");
  prediction.set_dataset("doomed");
  prediction.set_output_dataset("scored");
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Job batch,
      client().Call(client().predictions(), &v1::PredictService::Stub::BatchPredict, prediction));
  ASSERT_THAT(DeleteDataset("doomed"), IsOk());
  // The same bytes: it is the dataset that counts, and tables that were not uploaded have no hash.
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetVersion again,
                             client().Upload("doomed", TestFile("iris.csv")));
  EXPECT_EQ(again.name(), "datasets/doomed/versions/1");
  ASSERT_THAT(Cancel(client(), blocker), IsOk());
  for (const std::string& job : {train.name(), batch.name()}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client().AwaitJob(job));
    EXPECT_EQ(ended.state(), v1::JOB_STATE_FAILED) << ended.DebugString();
    EXPECT_EQ(ended.attempt(), 1);
    EXPECT_EQ(ended.error().code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(ended.error().message(),
                HasSubstr("datasets/doomed/versions/1 has been deleted and made again"));
  }
  EXPECT_EQ(client().GetModel("iris")->version_count(), 1);
  // Asked for now, it is what there is now.
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job asked, client().Train(training));
  EXPECT_THAT(ModelVersionOf(client().AwaitJob(asked.name())), IsOk());
}

TEST_F(JobFaultsTest, HigherPriority_RunsFirst) {
  Start();
  const std::string blocker = Begin(LongTraining());
  v1::TrainRequest request = TrainIris("iris", "logistic_regression");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job usual, client().Train(request));
  request.set_priority(10);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job urgent, client().Train(request));
  ASSERT_THAT(Cancel(client(), blocker), IsOk());
  EXPECT_EQ(*ModelVersionOf(client().AwaitJob(usual.name())), "models/iris/versions/2");
  EXPECT_EQ(*ModelVersionOf(client().AwaitJob(urgent.name())), "models/iris/versions/1");
}

// Writes a file until no more than this is left.
void FillUpTo(const SmallDisk& disk, uintmax_t left) {
  std::ofstream filler(disk.path() + "/filler");
  while (std::filesystem::space(disk.path()).available > left && filler << std::string(4096, 'x')
                                                                        << std::flush) {
  }
}

TEST(JobDiskFullTest, WithoutRoomForTheBundle_TheJobFails_AndTheServerGoesOn) {
  SmallDisk disk("224m");  // 128 MiB are kept free of uploads, 64 MiB of models.
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs can be mounted (root may): " << disk.error();
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto server, ServerProcess::Start({absl::StrCat("--data_dir=", disk.path(), "/data")}));
  TestClient client(server->address("public"));
  ASSERT_THAT(client.Upload("iris", TestFile("iris.csv")), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client.Train(LongTraining()));
  ASSERT_THAT(client.AwaitRunning(job.name()), IsOk());
  FillUpTo(disk, uintmax_t{40} << 20);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job failed, client.AwaitJob(job.name()));
  EXPECT_EQ(failed.state(), v1::JOB_STATE_FAILED) << failed.DebugString();
  EXPECT_EQ(failed.error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(failed.error().message(), HasSubstr("the server's disk is full"));
  EXPECT_THAT(client.Train(LongTraining()), IsError(absl::StatusCode::kResourceExhausted,
                                                    HasSubstr("the server's disk is full")));

  ASSERT_TRUE(disk.Grow("448m"));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job again,
                             client.Train(TrainIris("iris", "logistic_regression")));
  EXPECT_THAT(ModelVersionOf(client.AwaitJob(again.name())), IsOk());
}

TEST(JobDiskFullTest, WithoutAnyRoom_ThereIsNoVersion_AndARestartWithRoomGoesOn) {
  SmallDisk disk("224m");  // 128 MiB are kept free of uploads.
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs can be mounted (root may): " << disk.error();
  const std::vector<std::string> flags = {absl::StrCat("--data_dir=", disk.path(), "/data")};
  SERIN_ASSERT_OK_AND_ASSIGN(auto server, ServerProcess::Start(flags));
  auto client = std::make_unique<TestClient>(server->address("public"));
  ASSERT_THAT(client->Upload("iris", TestFile("iris.csv")), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client->Train(LongTraining()));
  ASSERT_THAT(client->AwaitRunning(job.name()), IsOk());

  FillUpTo(disk, 0);
  EXPECT_TRUE(Await([&] { return server->Workers().empty(); })) << "the worker did not give up";
  EXPECT_NE(client->GetModel("iris").status().code(), absl::StatusCode::kOk);

  server->Kill();
  ASSERT_TRUE(disk.Grow("448m"));
  SERIN_ASSERT_OK_AND_ASSIGN(server, ServerProcess::Start(flags));
  client = std::make_unique<TestClient>(server->address("public"));
  // Whether that it failed could still be written is up to the last page of the log; where not,
  // it has begun again.
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, client->AwaitJob(job.name()));
  if (ended.state() != v1::JOB_STATE_SUCCEEDED) {
    EXPECT_THAT(ended.error().message(), HasSubstr("the server's disk is full"));
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job again,
                             client->Train(TrainIris("iris", "logistic_regression")));
  EXPECT_THAT(ModelVersionOf(client->AwaitJob(again.name())), IsOk());
  EXPECT_THAT(client->Predict(PredictSetosa("iris")), IsOk());
}

}  // namespace
}  // namespace serin
