// The prediction log with every role in a process of its own: its books, and what faults leave of
// it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/integration/deployment.h"
#include "tests/integration/http_get.h"
#include "tests/integration/prediction_load.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A condition of processes, which nobody announces.
bool Await(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

class PredictionLogTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job,
                               client().Train(TrainIris("iris", "logistic_regression")));
    ASSERT_THAT(ModelVersionOf(client().AwaitJob(job.name())), IsOk());
    ASSERT_THAT(SetLog({}), IsOk());
  }

  TestClient& client() { return server_.client(); }

  absl::StatusOr<v1::Model> SetLog(const v1::PredictionLog& log) {
    v1::SetPredictionLogRequest request;
    request.set_model("iris");
    *request.mutable_prediction_log() = log;
    return client().Call(client().models(), &v1::ModelService::Stub::SetPredictionLog, request);
  }

  // The cells of the answer, row by row.
  absl::StatusOr<std::vector<double>> Numbers(const std::string& sql) {
    v1::QueryDatasetsRequest request;
    request.set_sql(sql);
    grpc::ClientContext context;
    TestClient::Prepare(context);
    const auto reader = client().datasets().QueryDatasets(&context, request);
    std::vector<double> cells;
    v1::QueryDatasetsResponse batch;
    while (reader->Read(&batch)) {
      for (int row = 0; row < batch.row_count(); ++row) {
        for (const v1::Column& column : batch.columns()) {
          cells.push_back(column.has_integers() ? static_cast<double>(column.integers().values(row))
                                                : column.numbers().values(row));
        }
      }
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) {
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                          status.error_message());
    }
    return cells;
  }
  // How many rows were logged; -1 while there is no dataset of them.
  double LoggedRows() {
    const auto count = Numbers("select count(*) from \"predictions.iris\"");
    return count.ok() ? count->at(0) : -1;
  }

  // What the predictor has counted; 0 where it has not.
  double Counted(const std::string& series) {
    const std::string metrics = HttpGet(server_.predict().address("admin"), "/metrics");
    for (const absl::string_view line : absl::StrSplit(metrics, '\n')) {
      double value = 0;
      if (absl::StartsWith(line, series) &&
          absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &value)) {
        return value;
      }
    }
    return 0;
  }
  double Served() { return Counted("serin_prediction_log_served_rows_total{model=\"iris\"}"); }
  double Outcome(const std::string& outcome) {
    return Counted(
        absl::StrCat("serin_prediction_log_rows_total{model=\"iris\",outcome=\"", outcome, "\"}"));
  }
  bool BooksBalance() {
    return Served() > 0 &&
           Served() == Outcome("logged") + Outcome("sampled_out") + Outcome("dropped");
  }
  // Each logged row is there once, and whole.
  void ExpectRowsAreWholeAndOnce() {
    SERIN_ASSERT_OK_AND_ASSIGN(
        const std::vector<double> counts,
        Numbers("select count(*), count(distinct prediction_id || '/' || row), count(petal_width), "
                "count(prediction), count(probability_setosa) from \"predictions.iris\""));
    for (const double count : counts) EXPECT_EQ(count, counts[0]);
  }

  absl::StatusOr<int64_t> Record(const std::vector<v1::Feedback>& labels) {
    grpc::ClientContext context;
    TestClient::Prepare(context);
    v1::RecordFeedbackResponse response;
    const auto writer = client().predictions().RecordFeedback(&context, &response);
    v1::RecordFeedbackRequest request;
    request.set_model("iris");
    request.mutable_feedback()->Assign(labels.begin(), labels.end());
    writer->Write(request);
    writer->WritesDone();
    const grpc::Status status = writer->Finish();
    if (status.ok()) return response.recorded();
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  static v1::Feedback Label(const std::string& prediction_id, const std::string& label) {
    v1::Feedback feedback;
    feedback.set_prediction_id(prediction_id);
    feedback.mutable_label()->set_string_value(label);
    return feedback;
  }

  std::vector<v1::LoggedPrediction> List(const v1::ListPredictionsRequest& request) {
    grpc::ClientContext context;
    TestClient::Prepare(context);
    const auto reader = client().predictions().ListPredictions(&context, request);
    std::vector<v1::LoggedPrediction> all;
    v1::ListPredictionsResponse response;
    while (reader->Read(&response)) {
      all.insert(all.end(), response.predictions().begin(), response.predictions().end());
    }
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return all;
  }
  std::vector<v1::LoggedPrediction> List() {
    v1::ListPredictionsRequest request;
    request.set_model("iris");
    return List(request);
  }

  SplitServer server_;
};

TEST_F(PredictionLogTest, APrediction_IsListedWithAllThatIsKnownOfIt) {
  EXPECT_THAT(List(), IsEmpty());
  v1::PredictRequest request = PredictSetosa("iris");
  request.set_key("alice");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer, client().Predict(request));
  ASSERT_TRUE(Await([&] { return LoggedRows() == 1; }));

  const auto listed = List();
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].prediction_id(), answer.prediction_id());
  EXPECT_EQ(listed[0].version(), 1);
  EXPECT_EQ(listed[0].key(), "alice");
  EXPECT_THAT(listed[0].caller(), HasSubstr("127.0.0.1:"));
  EXPECT_FALSE(listed[0].request_id().empty());
  EXPECT_EQ(listed[0].prediction().label(), "setosa");
  EXPECT_THAT(listed[0].prediction().probabilities(),
              testing::ElementsAreArray(answer.predictions(0).probabilities()));
  EXPECT_GT(listed[0].latency_seconds(), 0);
  for (const auto& [name, value] : request.rows(0).features()) {
    EXPECT_EQ(listed[0].features().at(name).number_value(), value.number_value()) << name;
  }
  EXPECT_FALSE(listed[0].has_label());

  v1::ListPredictionsRequest other;
  other.set_model("iris");
  other.set_key("bob");
  EXPECT_THAT(List(other), IsEmpty());
  other.set_key("alice");
  other.set_version(2);
  EXPECT_THAT(List(other), IsEmpty());
}

TEST_F(PredictionLogTest, Labels_EarlyLateAndTwice_GiveTheAccuracyByAJoin) {
  EXPECT_THAT(Record({Label("early", "virginica")}), IsOk()) << "no log knows it, or ever will";
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer,
                               client().Predict(PredictSetosa("iris")));
    ids.push_back(answer.prediction_id());
    if (i == 0) {
      EXPECT_THAT(Record({Label(ids[0], "setosa")}), IsOk());
    }
  }
  ASSERT_TRUE(Await([&] { return LoggedRows() == 4; }));
  EXPECT_THAT(
      Record({Label(ids[1], "setosa"), Label(ids[2], "setosa"), Label(ids[2], "virginica")}),
      IsOk());

  // The query of docs/serving.md: of the three that are known, the second label of one counts.
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<double> accuracy,
      Numbers(
          "select p.version, count(*) predictions, avg(p.prediction = f.label) accuracy "
          "from \"predictions.iris\" p join (select prediction_id, row, label, max(feedback_id) "
          "from \"feedback.iris\" group by prediction_id, row) f "
          "on f.prediction_id = p.prediction_id and f.row = p.row "
          "group by strftime('%Y-%m-%d', p.time), p.version order by 1"));
  EXPECT_THAT(accuracy, ElementsAre(1, 3, testing::DoubleNear(2.0 / 3, 1e-9)));

  const auto listed = List();
  ASSERT_THAT(listed, SizeIs(4));
  EXPECT_FALSE(listed[0].has_label()) << "newest first";
  EXPECT_EQ(listed[1].label().string_value(), "virginica");
  EXPECT_EQ(listed[3].label().string_value(), "setosa");

  const auto wrong = Record({Label(ids[3], "setosa"), Label("", "setosa")});
  EXPECT_THAT(wrong.status(),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("feedback[1].prediction_id")));
}

TEST_F(PredictionLogTest, AModelWithoutALog_TakesNoLabels) {
  v1::SetPredictionLogRequest request;
  request.set_model("iris");
  ASSERT_THAT(client().Call(client().models(), &v1::ModelService::Stub::SetPredictionLog, request),
              IsOk());
  EXPECT_THAT(Record({Label("p", "setosa")}).status(),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("no prediction log")));
}

TEST_F(PredictionLogTest, DatasetRoleKilledUnderLoad_BooksBalance_AndEachRowIsThereOnce) {
  PredictionLoad load({server_.proxy().address("public")}, /*callers=*/2);
  ASSERT_THAT(load.AwaitAnswers(200), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() > 0; }));
  server_.dataset().Kill();
  ASSERT_THAT(load.AwaitAnswers(200), IsOk());
  ASSERT_THAT(server_.RestartDataset(), IsOk());
  ASSERT_THAT(load.AwaitAnswers(200), IsOk());
  const PredictionLoad::Counts counts = load.Stop();
  EXPECT_EQ(counts.failures(), 0);
  ASSERT_TRUE(Await([&] { return BooksBalance(); }))
      << Served() << " " << Outcome("logged") << " " << Outcome("dropped");
  EXPECT_GE(Served(), static_cast<double>(counts.answered));
  EXPECT_EQ(Outcome("dropped"), 0) << "there is room for a short absence";
  EXPECT_EQ(LoggedRows(), Outcome("logged"));
  ExpectRowsAreWholeAndOnce();
}

TEST_F(PredictionLogTest, DatasetRoleThatHangs_HoldsUpNoPrediction_AndNothingIsLostOnceItGoesOn) {
  ASSERT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() == 1; }));
  kill(server_.dataset().pid(), SIGSTOP);
  PredictionLoad load({server_.proxy().address("public")}, /*callers=*/2);
  ASSERT_THAT(load.AwaitAnswers(500), IsOk());
  EXPECT_EQ(load.Stop().failures(), 0);
  EXPECT_FALSE(BooksBalance()) << "they wait";
  kill(server_.dataset().pid(), SIGCONT);
  ASSERT_TRUE(Await([&] { return BooksBalance(); }));
  EXPECT_EQ(Outcome("dropped"), 0);
  EXPECT_EQ(LoggedRows(), Outcome("logged"));
  ExpectRowsAreWholeAndOnce();
}

TEST_F(PredictionLogTest, PredictorKilled_TakesWithItWhatItHeld_AndNothingIsThereTwice) {
  PredictionLoad load({server_.proxy().address("public")}, /*callers=*/2);
  ASSERT_THAT(load.AwaitAnswers(300), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() > 0; }));
  server_.predict().Kill();
  const int64_t answered = load.Stop().answered;
  ASSERT_THAT(server_.RestartPredict(), IsOk());
  // A call that was answered as the predictor died may not have reached its caller.
  EXPECT_LE(LoggedRows(), static_cast<double>(answered) + 2);
  ExpectRowsAreWholeAndOnce();
  const double before = LoggedRows();
  // The proxy hears of the new predictor a little later.
  ASSERT_TRUE(Await([&] { return client().Predict(PredictSetosa("iris")).ok(); }));
  EXPECT_TRUE(Await([&] { return LoggedRows() == before + 1; }));
}

TEST_F(PredictionLogTest, Sampling_IsCounted_AndAServerThatStopsWritesWhatItHolds) {
  v1::PredictionLog half;
  half.set_sampling_percent(50);
  ASSERT_THAT(SetLog(half), IsOk());
  for (int i = 0; i < 100; ++i) ASSERT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
  const double sampled_out = Outcome("sampled_out");
  EXPECT_GT(sampled_out, 20);
  EXPECT_LT(sampled_out, 80);
  EXPECT_EQ(server_.predict().Stop(), 0);
  EXPECT_EQ(LoggedRows(), 100 - sampled_out);
}

}  // namespace
}  // namespace serin
