// Every form in which a prediction can be asked reaches the prediction log, and the counts of
// drift, with the same rows.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/monitor/log_sampling.h"
#include "google/protobuf/util/message_differencer.h"
#include "inference/grpc_service.grpc.pb.h"
#include "nlohmann/json.hpp"
#include "tests/integration/prediction_log_fixture.h"
#include "tests/testing/program.h"

namespace serin {
namespace {

using inference::GRPCInferenceService;
using nlohmann::json;

constexpr int kRows = 4;

// Small reds and large blues; green says nothing.
std::string TrainingRows() {
  std::string csv = "width,color,species\n";
  for (int i = 0; i < 90; ++i) {
    const bool large = i % 2 == 0;
    absl::StrAppend(&csv, (large ? 5 : 0) + i * 0.01, ",",
                    i % 3 == 0 ? "green" : (large ? "blue" : "red"), ",",
                    large ? "virginica" : "setosa", "\n");
  }
  return csv;
}

// The rows of every call: plain, two with a missing value, and with a color that training did not
// see.
const json kRowsByName = {{{"width", 0.5}, {"color", "red"}},
                          {{"width", nullptr}, {"color", "blue"}},
                          {{"width", 7.25}, {"color", nullptr}},
                          {{"width", 4}, {"color", "mauve"}}};
// The same as texts of a file, where what is missing is empty.
const std::vector<std::string> kWidths = {"0.5", "", "7.25", "4"};
const std::vector<std::string> kColors = {"red", "blue", "", "mauve"};

class LogFormsTest : public PredictionLogFixture {
 protected:
  // Asks once in some form, and returns the prediction id; empty where the answer has none.
  using Form = std::string (LogFormsTest::*)();

  void SetUp() override {
    Serve(TrainingRows());
    inference_ = GRPCInferenceService::NewStub(client().channel());
  }

  static v1::PredictRequest Rows() {
    v1::PredictRequest request;
    request.set_model("iris");
    for (const json& row : kRowsByName) {
      auto& features = *request.add_rows()->mutable_features();
      for (const auto& [name, value] : row.items()) {
        if (value.is_number()) features[name].set_number_value(value);
        if (value.is_string()) features[name].set_string_value(value);
        if (value.is_null()) features[name].set_null_value({});
      }
    }
    return request;
  }
  static v1::PredictRequest Columns() {
    v1::PredictRequest request;
    request.set_model("iris");
    v1::Column& width = *request.add_columns();
    width.set_name("width");
    for (const double value : {0.5, 0.0, 7.25, 4.0}) width.mutable_numbers()->add_values(value);
    width.add_missing_rows(1);
    v1::Column& color = *request.add_columns();
    color.set_name("color");
    for (const std::string& value : kColors) color.mutable_strings()->add_values(value);
    color.add_missing_rows(2);
    return request;
  }
  static inference::ModelInferRequest Tensors() {
    inference::ModelInferRequest request;
    request.set_model_name("iris");
    for (const auto& [name, values] : {std::pair("width", kWidths), std::pair("color", kColors)}) {
      auto* input = request.add_inputs();
      input->set_name(name);
      input->set_datatype("BYTES");
      input->add_shape(kRows);
      for (const std::string& value : values) {
        input->mutable_contents()->add_bytes_contents(value);
      }
    }
    return request;
  }
  static std::string IdOf(const inference::ModelInferResponse& response) {
    return response.parameters().at("prediction_id").string_param();
  }
  json Post(const std::string& path, const json& body) {
    const ProgramResult result =
        RunProgram({"curl", "-sS", "--data-binary", "@-", "-H", "content-type: application/json",
                    absl::StrCat("http://", server_.proxy().address("public"), path)},
                   body.dump());
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return json::parse(result.output);
  }

  std::string PredictRows() { return client().Predict(Rows()).value().prediction_id(); }
  std::string PredictColumns() { return client().Predict(Columns()).value().prediction_id(); }
  std::string PredictStream() {
    grpc::ClientContext context;
    TestClient::Prepare(context);
    const auto stream = client().predictions().PredictStream(&context);
    stream->Write(Rows());
    stream->WritesDone();
    v1::PredictResponse response;
    stream->Read(&response);
    EXPECT_THAT(FromGrpc(stream->Finish()), IsOk());
    return response.prediction_id();
  }
  std::string ModelInfer() {
    return IdOf(
        client().Call(*inference_, &GRPCInferenceService::Stub::ModelInfer, Tensors()).value());
  }
  std::string ModelStreamInfer() {
    grpc::ClientContext context;
    TestClient::Prepare(context);
    const auto stream = inference_->ModelStreamInfer(&context);
    stream->Write(Tensors());
    stream->WritesDone();
    inference::ModelStreamInferResponse response;
    stream->Read(&response);
    EXPECT_THAT(FromGrpc(stream->Finish()), IsOk());
    return IdOf(response.infer_response());
  }
  std::string ConnectJson() {
    return Post("/serin.v1.PredictService/Predict", {{"model", "iris"}, {"rows", FeatureRows()}})
        .at("predictionId");
  }
  std::string OpenInferenceRest() {
    const json inputs = {
        {{"name", "width"}, {"datatype", "BYTES"}, {"shape", {kRows}}, {"data", kWidths}},
        {{"name", "color"}, {"datatype", "BYTES"}, {"shape", {kRows}}, {"data", kColors}}};
    return Post("/v2/models/iris/infer", {{"inputs", inputs}}).at("parameters").at("prediction_id");
  }
  std::string TensorFlowServingRest() {
    const json answer = Post("/v1/models/iris:predict", {{"instances", kRowsByName}});
    EXPECT_EQ(answer.at("predictions").size(), kRows) << answer;
    return "";
  }
  static json FeatureRows() {
    json rows = json::array();
    for (const json& row : kRowsByName) rows.push_back({{"features", row}});
    return rows;
  }

  inline static const std::vector<std::pair<const char*, Form>> kForms = {
      {"Predict, rows", &LogFormsTest::PredictRows},
      {"Predict, columns", &LogFormsTest::PredictColumns},
      {"PredictStream", &LogFormsTest::PredictStream},
      {"ModelInfer", &LogFormsTest::ModelInfer},
      {"ModelStreamInfer", &LogFormsTest::ModelStreamInfer},
      {"Connect", &LogFormsTest::ConnectJson},
      {"Open Inference over REST", &LogFormsTest::OpenInferenceRest},
      {"TensorFlow Serving's REST", &LogFormsTest::TensorFlowServingRest}};

  // The rows of each call in their order, by prediction id, without what a call has of its own.
  std::map<std::string, std::map<int, v1::LoggedPrediction>> LoggedCalls() {
    v1::ListPredictionsRequest all;
    all.set_model("iris");
    all.set_limit(10'000);
    std::map<std::string, std::map<int, v1::LoggedPrediction>> calls;
    for (v1::LoggedPrediction& row : List(all)) {
      EXPECT_TRUE(row.has_time());
      EXPECT_GT(row.latency_seconds(), 0);
      EXPECT_FALSE(row.request_id().empty());
      EXPECT_FALSE(row.caller().empty());
      auto& rows = calls[row.prediction_id()];
      row.clear_time();
      row.clear_latency_seconds();
      row.clear_request_id();
      row.clear_caller();
      row.clear_prediction_id();
      rows[row.row()] = row;
    }
    return calls;
  }

  int64_t DriftRows() {
    v1::GetDriftRequest request;
    request.set_name("iris@1");
    return client()
        .Call(client().models(), &v1::ModelService::Stub::GetDrift, request)
        .value()
        .rows();
  }

  std::unique_ptr<GRPCInferenceService::Stub> inference_;
};

// The row as it has to be in the log.
v1::LoggedPrediction ExpectedRow(int row, const v1::Prediction& answer) {
  v1::LoggedPrediction expected;
  expected.set_row(row);
  expected.set_version(1);
  for (const auto& [name, value] : kRowsByName[row].items()) {
    google::protobuf::Value feature;
    if (value.is_null()) continue;
    value.is_string() ? feature.set_string_value(value) : feature.set_number_value(value);
    (*expected.mutable_features())[name] = feature;
  }
  *expected.mutable_prediction() = answer;
  expected.mutable_prediction()->clear_unseen_categories();
  return expected;
}

TEST_F(LogFormsTest, EveryForm_IsLoggedWithTheSameRows_AndCountedForDrift) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer, client().Predict(Rows()));
  std::map<std::string, std::string> form_of = {{answer.prediction_id(), "the first"}};
  for (const auto& [name, form] : kForms) {
    const std::string id = (this->*form)();
    EXPECT_TRUE(id.empty() || form_of.emplace(id, name).second) << name;
  }
  const size_t calls = kForms.size() + 1;
  ASSERT_TRUE(Await([&] { return LoggedRows() == static_cast<double>(calls * kRows); }));

  const auto logged = LoggedCalls();
  EXPECT_EQ(logged.size(), calls);
  for (const auto& [id, name] : form_of) EXPECT_TRUE(logged.contains(id)) << name;
  for (const auto& [id, rows] : logged) {
    const std::string name = form_of.contains(id) ? form_of.at(id) : "TensorFlow Serving's REST";
    ASSERT_EQ(rows.size(), kRows) << name;
    for (const auto& [row, prediction] : rows) {
      const v1::LoggedPrediction expected = ExpectedRow(row, answer.predictions(row));
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(prediction, expected))
          << name << ": " << prediction.DebugString() << " for " << expected.DebugString();
    }
  }
  EXPECT_TRUE(Await([&] { return DriftRows() == static_cast<int64_t>(calls * kRows); }));
}

TEST_F(LogFormsTest, ExplanationsAndBatchPredictions_AreNeitherLoggedNorCounted) {
  v1::ExplainRequest explain;
  explain.set_model("iris");
  *explain.mutable_rows() = Rows().rows();
  ASSERT_THAT(client().Call(client().predictions(), &v1::PredictService::Stub::Explain, explain),
              IsOk());
  v1::BatchPredictRequest batch;
  batch.set_model("iris");
  batch.set_dataset("iris");
  batch.set_output_dataset("scored");
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Job job,
      client().Call(client().predictions(), &v1::PredictService::Stub::BatchPredict, batch));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job done, client().AwaitJob(job.name()));
  EXPECT_EQ(done.state(), v1::JOB_STATE_SUCCEEDED);

  // What was recorded before it would be written and reported with it.
  PredictRows();
  ASSERT_TRUE(Await([&] { return BooksBalance(); }));
  EXPECT_EQ(Served(), kRows);
  EXPECT_EQ(LoggedRows(), kRows);
  ASSERT_TRUE(Await([&] { return DriftRows() > 0; }));
  EXPECT_EQ(DriftRows(), kRows);
}

TEST_F(LogFormsTest, OfEveryForm_TheLogHasTheCallsThatSamplingPicks) {
  constexpr double kPercent = 40;
  constexpr int kCallsOfAForm = 12;
  v1::PredictionLog log;
  log.set_sampling_percent(kPercent);
  ASSERT_THAT(SetLog(log), IsOk());
  std::set<std::string> picked;
  int calls = 0;
  for (const auto& [name, form] : kForms) {
    int picked_of_form = 0;
    for (int i = 0; i < kCallsOfAForm; ++i, ++calls) {
      const std::string id = (this->*form)();
      if (!id.empty() && IsLogged(id, kPercent) && picked.insert(id).second) ++picked_of_form;
    }
    EXPECT_LT(picked_of_form, kCallsOfAForm) << name;
  }
  ASSERT_TRUE(Await([&] { return BooksBalance(); }));
  EXPECT_EQ(Served(), calls * kRows);
  EXPECT_EQ(Outcome("dropped"), 0);
  EXPECT_EQ(LoggedRows(), Outcome("logged"));
  std::set<std::string> logged;
  for (const auto& [id, rows] : LoggedCalls()) logged.insert(id);
  for (const std::string& id : picked) EXPECT_TRUE(logged.contains(id)) << id;
  for (const std::string& id : logged) EXPECT_TRUE(IsLogged(id, kPercent)) << id;
}

}  // namespace
}  // namespace serin
