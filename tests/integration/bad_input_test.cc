// What users get wrong, against a real process: each gets a code and a message that name what and
// where, and leaves nothing behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using absl::StatusCode;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// One server with dataset `iris` and model `iris`, version 1; no test may change what it lists.
class BadInputTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<SingleServer>();
    ASSERT_THAT(server_->Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
    const auto job = client().Train(TrainIris("iris", "logistic_regression"));
    ASSERT_THAT(job, IsOk());
    ASSERT_THAT(ModelVersionOf(client().AwaitJob(job->name())), IsOk());
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    ASSERT_NE(server_, nullptr);
    SERIN_ASSERT_OK_AND_ASSIGN(before_, client().ListEverything());
  }

  void TearDown() override {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto after, client().ListEverything());
    EXPECT_EQ(after, before_);
  }

  static TestClient& client() { return server_->client(); }

  static absl::StatusOr<v1::DatasetVersion> Upload(absl::string_view csv) {
    return client().Upload("bad", csv);
  }

  // The error that accepting a training ends with.
  static absl::Status TrainError(const v1::TrainRequest& request) {
    return client().Train(request).status();
  }

  static inline std::unique_ptr<SingleServer> server_;
  std::vector<std::string> before_;
};

TEST_F(BadInputTest, RaggedRow_IsRefused_NamingTheLine) {
  EXPECT_THAT(Upload("a,b\n1,2\n3\n"), IsError(StatusCode::kInvalidArgument, HasSubstr("line 3")));
  EXPECT_THAT(Upload("a,b\n1,2\n3,4,5\n"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("line 3")));
}

TEST_F(BadInputTest, UnterminatedQuote_IsRefused_NamingTheLineWhereItBegins) {
  EXPECT_THAT(
      Upload("a,b\n1,2\n3,\"x\n4,5\n"),
      IsError(StatusCode::kInvalidArgument, AllOf(HasSubstr("line 3"), HasSubstr("quote"))));
}

TEST_F(BadInputTest, InvalidUtf8_IsRefused_NamingLineAndColumn) {
  EXPECT_THAT(Upload("a,b\n1,x\n2,\xff\xfe\n"),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("line 3"), HasSubstr("'b'"), HasSubstr("UTF-8"))));
}

TEST_F(BadInputTest, DuplicateOrEmptyHeader_IsRefused_NamingTheColumn) {
  EXPECT_THAT(Upload("a,b,a\n1,2,3\n"),
              IsError(StatusCode::kInvalidArgument, AllOf(HasSubstr("'a'"), HasSubstr("3"))));
  EXPECT_THAT(Upload("a,,c\n1,2,3\n"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("column 2")));
}

TEST_F(BadInputTest, FileWithoutRows_IsRefused) {
  EXPECT_THAT(Upload(""), IsError(StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(Upload("a,b\n"), IsError(StatusCode::kInvalidArgument, HasSubstr("no rows")));
}

TEST_F(BadInputTest, TenThousandColumns_AreRefused_NamingTheLimit) {
  std::string header = "c0", row = "0";
  for (int i = 1; i < 10'000; ++i) {
    absl::StrAppend(&header, ",c", i);
    absl::StrAppend(&row, ",", i);
  }
  EXPECT_THAT(
      Upload(absl::StrCat(header, "\n", row, "\n")),
      IsError(StatusCode::kResourceExhausted, AllOf(HasSubstr("columns"), HasSubstr("4096"))));
}

TEST_F(BadInputTest, LineOfHundredMegabytes_IsRefused_NamingTheLine) {
  const std::string line(100 << 20, 'x');
  EXPECT_THAT(Upload(absl::StrCat("a,b\n1,", line, "\n")),
              IsError(StatusCode::kResourceExhausted, HasSubstr("line 2")));
}

TEST_F(BadInputTest, ColumnThatIsAllMissing_IsText_AndNoFeature) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetVersion version,
                             client().Upload("blank", "a,b\n1,\n2,NA\n"));
  EXPECT_EQ(version.schema().columns(1).type(), v1::COLUMN_TYPE_TEXT);
  v1::DeleteDatasetRequest request;
  request.set_name("datasets/blank");
  EXPECT_THAT(client().Call(client().datasets(), &v1::DatasetService::Stub::DeleteDataset, request),
              IsOk());
}

TEST_F(BadInputTest, DatasetNameWithASlashOrTooLong_IsRefused_NamingTheField) {
  for (const std::string& name : {std::string("a/b"), std::string(300, 'x'), std::string()}) {
    const auto result = client().Upload(name, "a\n1\n");
    EXPECT_THAT(result, IsError(StatusCode::kInvalidArgument, Not(IsEmpty())));
    EXPECT_THAT(FieldOf(result.status()), HasSubstr("dataset")) << result.status();
  }
}

TEST_F(BadInputTest, UnknownDataset_IsNotFound) {
  v1::GetDatasetRequest request;
  request.set_name("roses");
  EXPECT_THAT(client().Call(client().datasets(), &v1::DatasetService::Stub::GetDataset, request),
              IsError(StatusCode::kNotFound, "datasets/roses does not exist"));
}

TEST_F(BadInputTest, ClientThatGoesAwayInTheMiddleOfAnUpload_LeavesNothing) {
  grpc::ClientContext context;
  TestClient::Prepare(context);
  v1::DatasetVersion version;
  const auto writer = client().datasets().UploadDataset(&context, &version);
  v1::UploadDatasetRequest request;
  request.mutable_spec()->set_dataset("bad");
  ASSERT_TRUE(writer->Write(request));
  std::string rows = "a,b\n";
  while (rows.size() < (1 << 20) - 8) absl::StrAppend(&rows, "1,2\n");
  request.set_chunk(rows);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(writer->Write(request));
    request.set_chunk(rows.substr(4));
  }
  context.TryCancel();
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(BadInputTest, MissingOrUnknownTarget_IsRefused_NamingTheField) {
  v1::TrainRequest request = TrainIris("iris", "logistic_regression");
  for (const char* target : {"", "color"}) {
    request.mutable_spec()->set_target(target);
    const absl::Status error = TrainError(request);
    EXPECT_EQ(error.code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(FieldOf(error), "spec.target") << error;
  }
}

TEST_F(BadInputTest, UnknownAlgorithm_IsRefused_NamingThoseThereAre) {
  const absl::Status error = TrainError(TrainIris("iris", "magic"));
  EXPECT_THAT(error, IsError(StatusCode::kInvalidArgument, HasSubstr("gradient_boosting")));
  EXPECT_EQ(FieldOf(error), "spec.algorithm");
}

TEST_F(BadInputTest, UnknownHyperparameter_IsRefused_NamingTheField) {
  v1::TrainRequest request = TrainIris("iris", "gradient_boosting");
  (*request.mutable_spec()->mutable_hyperparameters()->mutable_fields())["depth"].set_number_value(
      3);
  EXPECT_EQ(FieldOf(TrainError(request)), "spec.hyperparameters.depth");
}

TEST_F(BadInputTest, HyperparameterOutOfRangeOrOfTheWrongType_IsRefused_NamingTheField) {
  v1::TrainRequest request = TrainIris("iris", "gradient_boosting");
  auto& rate =
      (*request.mutable_spec()->mutable_hyperparameters()->mutable_fields())["learning_rate"];
  rate.set_number_value(-1);
  EXPECT_EQ(FieldOf(TrainError(request)), "spec.hyperparameters.learning_rate");
  rate.set_string_value("fast");
  EXPECT_EQ(FieldOf(TrainError(request)), "spec.hyperparameters.learning_rate");
}

TEST_F(BadInputTest, ModelNameWithASlashOrTooLong_IsRefused_NamingTheField) {
  for (const std::string& name : {std::string("a/b"), std::string(300, 'x'), std::string()}) {
    const absl::Status error = TrainError(TrainIris(name, "logistic_regression"));
    EXPECT_EQ(error.code(), StatusCode::kInvalidArgument) << error;
    EXPECT_EQ(FieldOf(error), "model") << error;
  }
}

TEST_F(BadInputTest, UnknownModelVersionOrAlias_IsNotFound_NamingIt) {
  EXPECT_THAT(client().Predict(PredictSetosa("rose")),
              IsError(StatusCode::kNotFound, HasSubstr("models/rose")));
  EXPECT_THAT(client().Predict(PredictSetosa("iris@7")),
              IsError(StatusCode::kNotFound, HasSubstr("models/iris/versions/7")));
  EXPECT_THAT(client().Predict(PredictSetosa("iris@champion")),
              IsError(StatusCode::kNotFound, HasSubstr("models/iris@champion")));
  EXPECT_THAT(client().GetModel("rose"), IsError(StatusCode::kNotFound, HasSubstr("models/rose")));
}

TEST_F(BadInputTest, WeightsThatAreNoSplit_AreRefused_NamingTheField) {
  const auto error = [&](const std::vector<std::pair<int32_t, int32_t>>& weights) {
    return client().SetTraffic("iris", weights).status();
  };
  EXPECT_THAT(error({{1, 90}}), IsError(StatusCode::kInvalidArgument, HasSubstr("add up to 90")));
  EXPECT_EQ(FieldOf(error({{1, 90}})), "traffic");
  EXPECT_EQ(FieldOf(error({{1, -10}})), "traffic[0].weight");
  EXPECT_EQ(FieldOf(error({{1, 50}, {1, 50}})), "traffic[1].version");
  EXPECT_THAT(error({{9, 100}}), IsError(StatusCode::kNotFound, HasSubstr("versions/9")));
}

TEST_F(BadInputTest, PredictionWithWrongFeatures_IsRefused_NamingTheField) {
  v1::PredictRequest request = PredictSetosa("iris");
  auto& features = *request.mutable_rows(0)->mutable_features();
  features["petal_width"].set_string_value("wide");
  EXPECT_EQ(FieldOf(client().Predict(request).status()), R"(rows[0].features["petal_width"])");
  features.erase("petal_width");
  EXPECT_THAT(client().Predict(request),
              IsError(StatusCode::kInvalidArgument, HasSubstr("is absent")));
  features["petal_width"].set_null_value({});
  features["species"].set_string_value("setosa");
  EXPECT_THAT(client().Predict(request),
              IsError(StatusCode::kInvalidArgument, HasSubstr("is what the model predicts")));
  features.erase("species");
  EXPECT_THAT(client().Predict(request), IsOk());
}

TEST_F(BadInputTest, KeyThatIsTooLong_IsRefused_NamingTheField) {
  v1::PredictRequest request = PredictSetosa("iris");
  request.set_key(std::string(257, 'k'));
  EXPECT_EQ(FieldOf(client().Predict(request).status()), "key");
}

TEST_F(BadInputTest, MessageOverTheSizeLimit_IsRefused_NamingItsSizeAndTheLimit) {
  v1::PredictRequest request;
  request.set_model("iris");
  request.add_columns()->mutable_strings()->add_values(std::string(20 << 20, 'x'));
  EXPECT_THAT(
      client().Predict(request),
      IsError(StatusCode::kResourceExhausted,
              AllOf(HasSubstr("20971"), HasSubstr(absl::StrCat(16 << 20, " that one may have")))));
}

// What only the data can tell: the job fails and says why, and the model gets no version.
class BadTrainingDataTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(server_.Start(), IsOk()); }

  absl::StatusOr<std::string> TrainOn(const v1::UploadDatasetSpec& spec, absl::string_view csv) {
    EXPECT_THAT(client().Upload(spec, csv), IsOk());
    v1::TrainRequest request = TrainIris("doomed", "logistic_regression");
    request.mutable_spec()->set_dataset(spec.dataset());
    request.mutable_spec()->set_target("y");
    const auto job = client().Train(request);
    if (!job.ok()) return job.status();
    return ModelVersionOf(client().AwaitJob(job->name()));
  }

  absl::StatusOr<std::string> TrainOn(absl::string_view csv) {
    v1::UploadDatasetSpec spec;
    spec.set_dataset("data");
    return TrainOn(spec, csv);
  }

  void TearDown() override {
    EXPECT_THAT(client().GetModel("doomed"),
                IsError(StatusCode::kNotFound, HasSubstr("models/doomed")));
  }

  TestClient& client() { return server_.client(); }

  SingleServer server_;
};

TEST_F(BadTrainingDataTest, ConstantTarget_FailsTheJob_NamingTheColumn) {
  EXPECT_THAT(TrainOn("x,y\n1,a\n2,a\n3,a\n4,a\n5,a\n"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("'y'")));
}

TEST_F(BadTrainingDataTest, TargetWithoutValues_FailsTheJob_NamingTheColumn) {
  v1::UploadDatasetSpec spec;
  spec.set_dataset("data");
  auto* column = spec.mutable_schema()->add_columns();
  column->set_name("y");
  column->set_type(v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(TrainOn(spec, "x,y\n1,\n2,\n3,\n"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("'y'")));
}

TEST_F(BadTrainingDataTest, ClassOfOneRow_FailsTheJob_NamingTheClass) {
  EXPECT_THAT(TrainOn("x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n6,b\n7,only\n"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("only")));
}

TEST_F(BadTrainingDataTest, FeatureWithoutValues_FailsTheJob_NamingTheColumn) {
  v1::UploadDatasetSpec spec;
  spec.set_dataset("data");
  auto* column = spec.mutable_schema()->add_columns();
  column->set_name("void");
  column->set_type(v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(TrainOn(spec, "void,x,y\n,1,a\n,2,b\n,3,a\n,4,b\n,5,a\n,6,b\n"),
              IsError(StatusCode::kInvalidArgument, HasSubstr("'void'")));
}

}  // namespace
}  // namespace serin
