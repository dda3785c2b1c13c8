#ifndef SERIN_TESTS_INTEGRATION_PREDICTION_LOG_FIXTURE_H_
#define SERIN_TESTS_INTEGRATION_PREDICTION_LOG_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_macros.h"
#include "core/table/value_parser.h"
#include "server/rpc/status.h"
#include "tests/integration/deployment.h"
#include "tests/integration/http_get.h"
#include "tests/testing/status_matchers.h"

namespace serin {

// A condition of processes, which nobody announces.
inline bool Await(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

// A Serin with every role in a process of its own, and the model `iris`, whose predictions are
// logged.
class PredictionLogFixture : public testing::Test {
 protected:
  void SetUp() override { Serve(TestFile("iris.csv")); }

  // Trains the model on this table, whose target is `species`, and turns its log on.
  void Serve(const std::string& csv) {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", csv), IsOk());
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

  // The cells of the answer, row by row: strings, and numbers as FormatNumber has them.
  absl::StatusOr<std::vector<std::string>> Query(const std::string& sql) {
    v1::QueryDatasetsRequest request;
    request.set_sql(sql);
    grpc::ClientContext context;
    TestClient::Prepare(context);
    const auto reader = client().datasets().QueryDatasets(&context, request);
    std::vector<std::string> cells;
    v1::QueryDatasetsResponse batch;
    while (reader->Read(&batch)) {
      for (int row = 0; row < batch.row_count(); ++row) {
        for (const v1::Column& column : batch.columns()) cells.push_back(Cell(column, row));
      }
    }
    SERIN_RETURN_IF_ERROR(FromGrpc(reader->Finish()));
    return cells;
  }
  // The same of a query that is to be answered.
  std::vector<std::string> Cells(const std::string& sql) {
    const auto cells = Query(sql);
    EXPECT_THAT(cells, IsOk()) << sql;
    return cells.value_or(std::vector<std::string>());
  }
  static std::string Cell(const v1::Column& column, int row) {
    if (column.has_strings()) return column.strings().values(row);
    if (column.has_integers()) return absl::StrCat(column.integers().values(row));
    return FormatNumber(column.numbers().values(row));
  }
  // How many rows were logged; -1 while there is no dataset of them.
  double LoggedRows() {
    const auto count = Query("select count(*) from \"predictions.iris\"");
    return count.ok() ? std::stod(count->at(0)) : -1;
  }

  // What the predictor has counted; 0 where it has not.
  double Counted(const std::string& series) {
    return MetricAt(server_.predict().address("admin"), series).value_or(0);
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
    SERIN_RETURN_IF_ERROR(FromGrpc(writer->Finish()));
    return response.recorded();
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
    EXPECT_THAT(FromGrpc(reader->Finish()), IsOk());
    return all;
  }
  std::vector<v1::LoggedPrediction> List() {
    v1::ListPredictionsRequest request;
    request.set_model("iris");
    return List(request);
  }

  SplitServer server_;
};

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_PREDICTION_LOG_FIXTURE_H_
