// Explanations and batch predictions, with real processes, and kill -9 in between.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "serin/client.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;

constexpr const char* kFeatures[] = {"sepal_length", "sepal_width", "petal_length", "petal_width"};

void Train(const Client& client, const std::string& algorithm) {
  const auto job = client.Train(TrainIris("iris", algorithm));
  ASSERT_THAT(job, IsOk());
  ASSERT_THAT(client.WaitForJob(job->name()), IsOk());
}

absl::StatusOr<v1::Job> Batch(const Client& client, const std::string& dataset,
                              std::vector<std::string> keep = {}) {
  v1::BatchPredictRequest request;
  request.set_model("iris");
  request.set_dataset(dataset);
  request.set_output_dataset("scored");
  request.mutable_keep_columns()->Assign(keep.begin(), keep.end());
  return client.BatchPredict(request);
}

// The one row of a query's answer, as numbers.
std::vector<double> Ask(const Client& client, const std::string& sql) {
  std::vector<double> row;
  EXPECT_THAT(
      client.QueryDatasets(sql, {},
                           [&](const v1::QueryDatasetsResponse& batch) {
                             for (const v1::Column& column : batch.columns()) {
                               if (column.has_integers()) {
                                 row.push_back(static_cast<double>(column.integers().values(0)));
                               } else if (column.has_numbers()) {
                                 row.push_back(column.numbers().values(0));
                               }
                             }
                             return true;
                           }),
      IsOk());
  return row;
}

// Waits until the job has written rows, or has ended; true if it still runs.
bool AwaitRows(const Client& client, const std::string& job, int64_t rows) {
  const absl::Time deadline = absl::Now() + kCallTimeout;
  while (absl::Now() < deadline) {
    const auto now = client.GetJob(job);
    if (!now.ok()) continue;
    if (now->state() != v1::JOB_STATE_QUEUED && now->state() != v1::JOB_STATE_RUNNING) {
      return false;
    }
    if (now->batch_prediction().rows() >= rows) return true;
  }
  return false;
}

// The first rows of a dataset's features.
v1::PredictRequest FirstRows(const Client& client, const std::string& dataset, int64_t limit) {
  v1::PredictRequest request;
  request.set_model("iris");
  const ReadRowsOptions options = {.columns = {std::begin(kFeatures), std::end(kFeatures)},
                                   .limit = limit};
  EXPECT_THAT(client.ReadRows(dataset, options,
                              [&](const v1::ReadRowsResponse& batch) {
                                EXPECT_TRUE(request.columns().empty());
                                *request.mutable_columns() = batch.columns();
                                return true;
                              }),
              IsOk());
  return request;
}

// Features that come again every 40 * 7 * 11 * 13 rows.
constexpr int kPeriod = 40'040;
std::string PeriodicRows(int count) {
  std::string csv = "sepal_length,sepal_width,petal_length,petal_width\n";
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&csv, i % 40, ".5,", i % 7, ".1,", i % 11, ".2,", i % 13, ".3\n");
  }
  return csv;
}

// That `scored` has each of so many rows of `many` once, in order, with what Predict answers for
// it.
void ExpectEveryRowOnce(const Client& client, int count) {
  EXPECT_THAT(Ask(client,
                  "select count(*), count(distinct source_row), min(source_row), max(source_row), "
                  "count(prediction) from scored"),
              ElementsAre(count, count, 0, count - 1, count));
  // Equal rows have equal answers, wherever they are.
  EXPECT_THAT(Ask(client, absl::StrCat("select max(answers) from (select count(distinct prediction "
                                       "|| probability) answers from scored group by source_row % ",
                                       kPeriod, ")")),
              ElementsAre(1));
  constexpr int kCompared = 1000;
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse expected,
                             client.Predict(FirstRows(client, "many", kCompared)));
  int row = 0;
  const auto visit = [&](const v1::ReadRowsResponse& batch) {
    for (int i = 0; i < batch.row_count(); ++i, ++row) {
      EXPECT_EQ(batch.columns(0).strings().values(i), expected.predictions(row).label());
      EXPECT_EQ(batch.columns(1).integers().values(i), row);
    }
    return true;
  };
  ASSERT_THAT(client.ReadRows("scored",
                              {.columns = {"prediction", "source_row"}, .limit = kCompared}, visit),
              IsOk());
  EXPECT_EQ(row, kCompared);
}

class BatchPredictionTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    Connect();
    ASSERT_THAT(server_.client().Upload("iris", TestFile("iris.csv")), IsOk());
  }

  void Connect() {
    client_ = std::make_unique<Client>(
        Client::Connect({.server = server_.process().address("public")}).value());
  }
  const Client& client() { return *client_; }

  SingleServer server_;
  std::unique_ptr<Client> client_;
};

TEST_F(BatchPredictionTest, GivesWhatPredictGives_ForEveryRow) {
  Train(client(), "gradient_boosting");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Batch(client(), "iris", {"species"}));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job done, client().WaitForJob(job.name()));
  EXPECT_EQ(done.batch_prediction().rows(), 150);
  EXPECT_EQ(done.batch_prediction().model_version(), "models/iris/versions/1");
  EXPECT_EQ(done.batch_prediction().dataset(), "datasets/iris/versions/1");

  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse expected,
                             client().Predict(FirstRows(client(), "iris", 150)));
  int row = 0;
  const auto visit = [&](const v1::ReadRowsResponse& batch) {
    EXPECT_EQ(batch.columns_size(), 8);
    for (int i = 0; i < batch.row_count(); ++i, ++row) {
      const v1::Prediction& prediction = expected.predictions(row);
      EXPECT_EQ(batch.columns(1).strings().values(i), prediction.label());
      for (int c = 0; c < 3; ++c) {
        EXPECT_EQ(batch.columns(3 + c).numbers().values(i), prediction.probabilities(c));
      }
      EXPECT_EQ(batch.columns(6).strings().values(i), "models/iris/versions/1");
      EXPECT_EQ(batch.columns(7).integers().values(i), row);
    }
    return true;
  };
  ASSERT_THAT(client().ReadRows("scored", {}, visit), IsOk());
  EXPECT_EQ(row, 150);

  // Once more: the rows come behind.
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job again, Batch(client(), "iris", {"species"}));
  ASSERT_THAT(client().WaitForJob(again.name()), IsOk());
  EXPECT_THAT(Ask(client(), "select count(*), max(source_row) from scored"), ElementsAre(300, 149));
  EXPECT_THAT(Batch(client(), "iris"), IsError(absl::StatusCode::kFailedPrecondition, testing::_))
      << "it would have other columns";
}

TEST_F(BatchPredictionTest, EveryRowIsThereOnce_ThoughWorkerAndServerAreKilled) {
  constexpr int kRows = 700'000;
  Train(client(), "gradient_boosting");
  ASSERT_THAT(server_.client().Upload("many", PeriodicRows(kRows)), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Batch(client(), "many"));

  ASSERT_TRUE(AwaitRows(client(), job.name(), 1));
  const std::vector<pid_t> workers = server_.process().Workers();
  ASSERT_EQ(workers.size(), 1u);
  kill(workers[0], SIGKILL);
  ASSERT_TRUE(AwaitRows(client(), job.name(), 200'000));
  server_.process().Kill();
  ASSERT_THAT(server_.Start(), IsOk());
  Connect();

  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job done, client().WaitForJob(job.name()));
  EXPECT_EQ(done.attempt(), 3);
  EXPECT_EQ(done.batch_prediction().rows(), kRows);
  ExpectEveryRowOnce(client(), kRows);
}

TEST(SplitBatchPredictionTest, EveryRowIsThereOnce_ThoughDatasetAndControlAreKilled) {
  constexpr int kRows = 700'000;
  SplitServer server;
  ASSERT_THAT(server.Start(), IsOk());
  const Client client = Client::Connect({.server = server.proxy().address("public")}).value();
  ASSERT_THAT(server.client().Upload("iris", TestFile("iris.csv")), IsOk());
  ASSERT_THAT(server.client().Upload("many", PeriodicRows(kRows)), IsOk());
  Train(client, "gradient_boosting");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Batch(client, "many"));

  ASSERT_TRUE(AwaitRows(client, job.name(), 1));
  server.dataset().Kill();
  ASSERT_THAT(server.RestartDataset(), IsOk());
  ASSERT_TRUE(AwaitRows(client, job.name(), 200'000));
  server.control().Kill();
  ASSERT_THAT(server.RestartControl(), IsOk());

  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job done, client.WaitForJob(job.name()));
  EXPECT_EQ(done.batch_prediction().rows(), kRows);
  ExpectEveryRowOnce(client, kRows);
}

TEST_F(BatchPredictionTest, CancelledJob_LeavesTheRowsThatItHasWritten_Once) {
  Train(client(), "gradient_boosting");
  ASSERT_THAT(server_.client().Upload("many", PeriodicRows(700'000)), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Batch(client(), "many"));
  ASSERT_TRUE(AwaitRows(client(), job.name(), 1));
  ASSERT_THAT(client().CancelJob(job.name()), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job ended, server_.client().AwaitJob(job.name()));
  EXPECT_EQ(ended.state(), v1::JOB_STATE_CANCELLED);

  const std::vector<double> there =
      Ask(client(), "select count(*), count(distinct source_row), max(source_row) from scored");
  ASSERT_EQ(there.size(), 3u);
  EXPECT_GE(there[0], static_cast<double>(ended.batch_prediction().rows()));
  EXPECT_LT(there[0], 700'000);
  EXPECT_EQ(there[1], there[0]);
  EXPECT_EQ(there[2], there[0] - 1);
}

TEST_F(BatchPredictionTest, Explanations_AddUp_ThroughTheProxy) {
  Train(client(), "gradient_boosting");
  const v1::PredictRequest rows = FirstRows(client(), "iris", 150);
  v1::ExplainRequest request;
  request.set_model("iris");
  *request.mutable_columns() = rows.columns();
  for (const auto method :
       {v1::ExplainResponse::METHOD_TREE_SHAP, v1::ExplainResponse::METHOD_LINEAR}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::ExplainResponse response, client().Explain(request));
    EXPECT_EQ(response.method(), method);
    EXPECT_THAT(response.features(),
                ElementsAre("sepal_length", "sepal_width", "petal_length", "petal_width"));
    ASSERT_EQ(response.explanations_size(), 150);
    for (const v1::Explanation& explanation : response.explanations()) {
      ASSERT_EQ(explanation.outputs_size(), 3);
      for (const v1::Contributions& output : explanation.outputs()) {
        double sum = output.base();
        for (const double contribution : output.contributions()) sum += contribution;
        ASSERT_NEAR(sum, output.score(), 1e-6);
      }
    }
    Train(client(), "logistic_regression");
    request.set_model("iris@2");
  }
}

}  // namespace
}  // namespace serin
