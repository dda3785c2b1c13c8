// The same rows through every form in which a prediction can be asked give the same numbers, to the
// last bit; and streams of predictions through the proxy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "inference/grpc_service.grpc.pb.h"
#include "nlohmann/json.hpp"
#include "tests/integration/deployment.h"
#include "tests/testing/program.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using inference::GRPCInferenceService;
using inference::ModelInferRequest;
using inference::ModelInferResponse;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr size_t kFeatures = 4;
constexpr const char* kNames[kFeatures] = {"sepal_length", "sepal_width", "petal_length",
                                           "petal_width"};
constexpr size_t kClasses = 3;

// The features of all irises, row by row.
std::vector<double> Rows() {
  std::vector<double> rows;
  const std::string file = TestFile("iris.csv");
  std::vector<absl::string_view> lines = absl::StrSplit(file, '\n', absl::SkipEmpty());
  for (size_t line = 1; line < lines.size(); ++line) {
    const std::vector<absl::string_view> fields = absl::StrSplit(lines[line], ',');
    for (size_t f = 0; f < kFeatures; ++f) {
      double number = 0;
      EXPECT_TRUE(absl::SimpleAtod(fields[f], &number));
      rows.push_back(number);
    }
  }
  return rows;
}

std::vector<double> ColumnOf(const std::vector<double>& rows, size_t feature) {
  std::vector<double> column;
  for (size_t at = feature; at < rows.size(); at += kFeatures) column.push_back(rows[at]);
  return column;
}

std::string Bytes(const std::vector<double>& numbers) {
  return std::string(reinterpret_cast<const char*>(numbers.data()),
                     numbers.size() * sizeof(double));
}

std::vector<double> Numbers(const std::string& bytes) {
  std::vector<double> numbers(bytes.size() / sizeof(double));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(double));
  return numbers;
}

class OpenInferenceTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<SingleServer>();
    ASSERT_THAT(server_->Start(), IsOk());
    TestClient& client = server_->client();
    ASSERT_THAT(client.Upload("iris", TestFile("iris.csv")), IsOk());
    const auto job = client.Train(TrainIris("iris", "gradient_boosting"));
    ASSERT_THAT(job, IsOk());
    ASSERT_THAT(ModelVersionOf(client.AwaitJob(job->name())), IsOk());
    stub_ = GRPCInferenceService::NewStub(client.channel());
  }
  static void TearDownTestSuite() {
    stub_.reset();
    server_.reset();
  }

  void SetUp() override { ASSERT_NE(stub_, nullptr); }

  // What PredictService answers: the probabilities, row by row.
  static std::vector<double> Expected() {
    v1::PredictRequest request;
    request.set_model("iris");
    for (size_t at = 0; at < rows_.size(); at += kFeatures) {
      auto& features = *request.add_rows()->mutable_features();
      for (size_t f = 0; f < kFeatures; ++f) features[kNames[f]].set_number_value(rows_[at + f]);
    }
    const auto response = server_->client().Predict(request);
    EXPECT_THAT(response, IsOk());
    std::vector<double> probabilities;
    for (const v1::Prediction& prediction : response->predictions()) {
      probabilities.insert(probabilities.end(), prediction.probabilities().begin(),
                           prediction.probabilities().end());
    }
    EXPECT_EQ(probabilities.size(), rows_.size() / kFeatures * kClasses);
    return probabilities;
  }

  static ModelInferRequest Matrix() {
    ModelInferRequest request;
    request.set_model_name("iris");
    auto* input = request.add_inputs();
    input->set_name("rows");
    input->set_datatype("FP64");
    input->add_shape(static_cast<int64_t>(rows_.size() / kFeatures));
    input->add_shape(kFeatures);
    request.add_outputs()->set_name("probabilities");
    return request;
  }

  static ModelInferResponse Infer(const ModelInferRequest& request) {
    const auto response =
        server_->client().Call(*stub_, &GRPCInferenceService::Stub::ModelInfer, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : ModelInferResponse();
  }

  // The body of an answer over REST.
  static std::string Rest(const std::string& path, const std::string& body,
                          const std::string& header = "content-type: application/json") {
    const ProgramResult result =
        RunProgram({"curl", "-sS", "--data-binary", "@-", "-H", header,
                    absl::StrCat("http://", server_->process().address("public"), path)},
                   body);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  }

  static inline const std::vector<double> rows_ = Rows();
  static inline std::unique_ptr<SingleServer> server_;
  static inline std::unique_ptr<GRPCInferenceService::Stub> stub_;
};

TEST_F(OpenInferenceTest, EveryForm_GivesTheNumbersOfPredict) {
  const std::vector<double> expected = Expected();

  ModelInferRequest raw = Matrix();
  raw.add_raw_input_contents(Bytes(rows_));
  EXPECT_EQ(Numbers(Infer(raw).raw_output_contents(0)), expected) << "raw matrix";

  ModelInferRequest typed = Matrix();
  typed.mutable_inputs(0)->mutable_contents()->mutable_fp64_contents()->Add(rows_.begin(),
                                                                            rows_.end());
  const auto probabilities = Infer(typed).outputs(0).contents().fp64_contents();
  EXPECT_EQ(std::vector<double>(probabilities.begin(), probabilities.end()), expected)
      << "typed matrix";

  ModelInferRequest columns = Matrix();
  columns.clear_inputs();
  json inputs = json::array();
  for (size_t f = 0; f < kFeatures; ++f) {
    const std::vector<double> column = ColumnOf(rows_, f);
    auto* input = columns.add_inputs();
    input->set_name(kNames[f]);
    input->set_datatype("FP64");
    input->add_shape(static_cast<int64_t>(column.size()));
    columns.add_raw_input_contents(Bytes(column));
    inputs.push_back(
        {{"name", kNames[f]}, {"datatype", "FP64"}, {"shape", {column.size()}}, {"data", column}});
  }
  EXPECT_EQ(Numbers(Infer(columns).raw_output_contents(0)), expected) << "a tensor each";

  const json answer = json::parse(
      Rest("/v2/models/iris/infer",
           json({{"inputs", inputs}, {"outputs", {{{"name", "probabilities"}}}}}).dump()));
  EXPECT_EQ(answer["outputs"][0]["data"].get<std::vector<double>>(), expected) << "REST";
}

TEST_F(OpenInferenceTest, BinaryTensorsOverRest_GiveTheSameNumbersAsBytes) {
  const std::string bytes = Bytes(rows_);
  const std::string text =
      json({{"inputs",
             {{{"name", "rows"},
               {"datatype", "FP64"},
               {"shape", {rows_.size() / kFeatures, kFeatures}},
               {"parameters", {{"binary_data_size", bytes.size()}}}}}},
            {"outputs", {{{"name", "probabilities"}, {"parameters", {{"binary_data", true}}}}}}})
          .dump();
  const std::string answer = Rest("/v2/models/iris/versions/1/infer", text + bytes,
                                  absl::StrCat("inference-header-content-length: ", text.size()));
  const std::vector<double> expected = Expected();
  const size_t size = expected.size() * sizeof(double);
  ASSERT_GT(answer.size(), size) << answer;
  EXPECT_EQ(Numbers(answer.substr(answer.size() - size)), expected);
  const json head = json::parse(answer.substr(0, answer.size() - size));
  EXPECT_EQ(head["model_version"], "1");
  EXPECT_EQ(head["outputs"][0]["parameters"]["binary_data_size"], size);
}

TEST_F(OpenInferenceTest, PredictStream_GivesTheSameNumbers_InOrder) {
  grpc::ClientContext context;
  TestClient::Prepare(context);
  const auto stream = server_->client().predictions().PredictStream(&context);
  const size_t row_count = rows_.size() / kFeatures;
  std::vector<double> answered;
  for (size_t row = 0; row < row_count; ++row) {
    v1::PredictRequest request;
    if (row == 0) request.set_model("iris");
    auto& features = *request.add_rows()->mutable_features();
    for (size_t f = 0; f < kFeatures; ++f) {
      features[kNames[f]].set_number_value(rows_[row * kFeatures + f]);
    }
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  v1::PredictResponse response;
  while (stream->Read(&response)) {
    EXPECT_EQ(response.model_version(), "models/iris/versions/1");
    answered.insert(answered.end(), response.predictions(0).probabilities().begin(),
                    response.predictions(0).probabilities().end());
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answered, Expected());
}

TEST_F(OpenInferenceTest, BatchPredict_GivesTheSameNumbers) {
  TestClient& client = server_->client();
  v1::BatchPredictRequest batch;
  batch.set_model("iris");
  batch.set_dataset("iris");
  batch.set_output_dataset("scored");
  const auto job =
      client.Call(client.predictions(), &v1::PredictService::Stub::BatchPredict, batch);
  ASSERT_THAT(job, IsOk());
  ASSERT_EQ(client.AwaitJob(job->name())->state(), v1::JOB_STATE_SUCCEEDED);

  v1::QueryDatasetsRequest query;
  query.set_sql(
      "select probability_setosa, probability_versicolor, probability_virginica from scored "
      "order by source_row");
  grpc::ClientContext context;
  TestClient::Prepare(context);
  const auto reader = client.datasets().QueryDatasets(&context, query);
  std::vector<double> answered;
  v1::QueryDatasetsResponse rows;
  while (reader->Read(&rows)) {
    for (int row = 0; row < rows.row_count(); ++row) {
      for (const v1::Column& column : rows.columns()) {
        answered.push_back(column.numbers().values(row));
      }
    }
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(answered, Expected());
}

TEST_F(OpenInferenceTest, ModelStreamInfer_GoesOnAfterAnError) {
  grpc::ClientContext context;
  TestClient::Prepare(context);
  const auto stream = stub_->ModelStreamInfer(&context);
  ModelInferRequest request = Matrix();
  stream->Write(request);
  request.add_raw_input_contents(Bytes(rows_));
  stream->Write(request);
  stream->WritesDone();
  inference::ModelStreamInferResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_THAT(response.error_message(), HasSubstr("inputs[0].contents.fp64_contents"));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.error_message(), "");
  EXPECT_EQ(Numbers(response.infer_response().raw_output_contents(0)), Expected());
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(OpenInferenceTest, QuestionsAboutServerAndModels_AreAnswered) {
  TestClient& client = server_->client();
  EXPECT_TRUE(
      client
          .Call(*stub_, &GRPCInferenceService::Stub::ServerReady, inference::ServerReadyRequest())
          ->ready());
  inference::ModelReadyRequest ready;
  ready.set_name("iris");
  EXPECT_TRUE(client.Call(*stub_, &GRPCInferenceService::Stub::ModelReady, ready)->ready());
  ready.set_name("rose");
  EXPECT_THAT(client.Call(*stub_, &GRPCInferenceService::Stub::ModelReady, ready),
              IsError(absl::StatusCode::kNotFound, "models/rose does not exist"));
  inference::ModelMetadataRequest about;
  about.set_name("iris");
  const auto metadata = client.Call(*stub_, &GRPCInferenceService::Stub::ModelMetadata, about);
  ASSERT_THAT(metadata, IsOk());
  EXPECT_EQ(metadata->inputs_size(), kFeatures);
  EXPECT_EQ(metadata->outputs(1).shape(1), kClasses);
  const auto index = client.Call(*stub_, &GRPCInferenceService::Stub::RepositoryIndex,
                                 inference::RepositoryIndexRequest());
  ASSERT_THAT(index, IsOk());
  EXPECT_EQ(index->models(0).state(), "READY");
  EXPECT_EQ(Rest("/v2/repository/index", ""),
            R"([{"name":"iris","version":"1","state":"READY","reason":""}])");
}

}  // namespace
}  // namespace serin
