#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "tests/unit/client/cli_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using CliTest = CliFixture;

TEST_F(CliTest, Upload_PrintsNameSizeChecksumAndColumns) {
  in_.str("petal_length,species\n1.4,setosa\n");
  EXPECT_EQ(Run({"dataset", "upload", "iris", "-", "--type", "species=category"}), 0) << err_.str();
  EXPECT_EQ(server_.uploaded_bytes(), "petal_length,species\n1.4,setosa\n");
  EXPECT_EQ(server_.upload_spec().schema().columns(0).type(), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(out_.str(),
              AllOf(StartsWith("datasets/iris/versions/1\n"), HasSubstr("2.7 kB"),
                    HasSubstr("sha256   6e87a61c"), HasSubstr("species       category")));
}

TEST_F(CliTest, GlobalFlags_MayStandAnywhere) {
  EXPECT_EQ(RunAsGiven({"--project", "birds", "--server", server_.address(), "dataset", "list"}),
            0);
  EXPECT_EQ(server_.project(), "birds");
  EXPECT_EQ(RunAsGiven({"dataset", "list", "--project=cats", "--server", server_.address()}), 0);
  EXPECT_EQ(server_.project(), "cats");
  EXPECT_THAT(out_.str(), HasSubstr("datasets/c"));
}

TEST_F(CliTest, Rows_AreATableOrJsonLines) {
  EXPECT_EQ(Run({"dataset", "rows", "iris"}), 0);
  EXPECT_EQ(out_.str(),
            "petal_length  species\n"
            "         1.4  setosa\n"
            "         4.7  versicolor\n"
            "              virginica\n");
  EXPECT_EQ(Run({"dataset", "rows", "iris", "--output", "json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("{\"petal_length\":null,\"species\":\"virginica\"}\n"));
}

TEST_F(CliTest, TrainStart_WaitsAndPrintsTheEvaluation) {
  server_.SetWatches(
      {{{JobIn(v1::JOB_STATE_RUNNING, 0.5), JobIn(v1::JOB_STATE_SUCCEEDED, 1)}, absl::OkStatus()}});
  EXPECT_EQ(Run({"train", "start", "iris", "--dataset", "iris", "--target", "species",
                 "--algorithm", "logistic_regression", "--feature", "petal_length", "--set",
                 "learning_rate=0.1", "--holdout", "0.25", "--seed", "7"}),
            0)
      << err_.str();
  const v1::TrainRequest request = server_.train_request();
  EXPECT_EQ(request.model(), "iris");
  EXPECT_EQ(request.spec().target(), "species");
  EXPECT_EQ(request.spec().features(0), "petal_length");
  EXPECT_EQ(request.spec().hyperparameters().fields().at("learning_rate").number_value(), 0.1);
  EXPECT_EQ(request.spec().holdout_fraction(), 0.25);
  EXPECT_EQ(request.spec().seed(), 7u);
  EXPECT_THAT(err_.str(), StartsWith("jobs/j1\ntraining\n"));
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("  accuracy           0.9667  0.9 to 1         0.5000\n"),
                                HasSubstr("  true \\ predicted  setosa  versicolor\n"
                                          "  setosa                14           1\n"
                                          "  versicolor             0          15\n")));
}

TEST_F(CliTest, TrainStart_NoWait_PrintsTheJob) {
  EXPECT_EQ(Run({"train", "start", "iris", "--dataset", "iris", "--target", "species",
                 "--algorithm", "logistic_regression", "--no-wait"}),
            0);
  EXPECT_EQ(out_.str(), "jobs/j1\n");
}

TEST_F(CliTest, TrainStart_OfAJobThatFails_Ends1WithTheReason) {
  v1::Job failed = JobIn(v1::JOB_STATE_FAILED);
  *failed.mutable_error() = ToRpcStatus(InvalidField("target", "has one class only"));
  server_.SetWatches({{{failed}, absl::OkStatus()}});
  EXPECT_EQ(Run({"train", "watch", "j1"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("jobs/j1 failed: target: has one class only"));
  EXPECT_THAT(out_.str(), IsEmpty());
}

TEST_F(CliTest, ModelTraffic_SetsAndPrints) {
  EXPECT_EQ(Run({"model", "traffic", "iris"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("traffic   1=100\n"));
  EXPECT_EQ(Run({"model", "traffic", "iris", "1=90", "2=10"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("traffic   1=90 2=10\n"));
}

TEST_F(CliTest, ModelTraffic_SetsShadowsWithIt_AndTakesThemAwayWithout) {
  EXPECT_EQ(Run({"model", "traffic", "iris", "--shadow", "2=5", "1=100", "--shadow=3=10"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("traffic   1=100\n"));
  EXPECT_THAT(out_.str(), HasSubstr("shadows   2=5 3=10\n"));
  EXPECT_EQ(Run({"model", "traffic", "iris", "1=100"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("shadows")));
  EXPECT_EQ(Run({"model", "traffic", "iris", "--shadow", "2=5"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--shadow goes with WEIGHTS"));
}

TEST_F(CliTest, ModelAlias_SetsAndRemoves) {
  EXPECT_EQ(Run({"model", "alias", "iris", "champion=2"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("champion=2"));
  EXPECT_EQ(Run({"model", "alias", "iris", "--remove", "champion"}), 0);
  EXPECT_THAT(out_.str(), Not(HasSubstr("champion")));
  EXPECT_EQ(Run({"model", "alias", "iris"}), 2);
}

TEST_F(CliTest, Json_HasTheFieldNamesOfTheProtos) {
  EXPECT_EQ(Run({"model", "show", "iris", "--output", "json"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("\"latest_version\": 2"));
}

TEST_F(CliTest, Predict_TakesAssignmentsJsonAndFiles) {
  EXPECT_EQ(Run({"predict", "iris", "petal_length=-1.5"}), 0) << err_.str();
  EXPECT_EQ(server_.predict_request().rows(0).features().at("petal_length").number_value(), -1.5);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("P(setosa)"), HasSubstr("0.7500"),
                                HasSubstr("models/iris/versions/1")));

  EXPECT_EQ(Run({"predict", "iris", "--json", R"([{"petal_length": 2}])"}), 0) << err_.str();
  EXPECT_EQ(server_.predict_request().rows_size(), 1);

  in_.str("petal_length,species\n1,a\n2,b\n");
  EXPECT_EQ(Run({"predict", "iris", "--file", "-", "--ignore-extra"}), 0) << err_.str();
  EXPECT_EQ(server_.predict_request().columns(0).numbers().values_size(), 2);
}

TEST_F(CliTest, Predict_OfAFile_IsSentInCallsThatAMessageHolds) {
  // Narrow rows: 5,000 of them in a call.
  std::string csv = "petal_length\n";
  for (int row = 0; row < 20'001; ++row) absl::StrAppend(&csv, row, "\n");
  in_.str(csv);
  EXPECT_EQ(Run({"predict", "iris", "--file", "-", "--output", "json"}), 0) << err_.str();
  EXPECT_EQ(server_.predict_sizes(), std::vector<int>({5000, 5000, 5000, 5000, 1}));
}

TEST_F(CliTest, Predict_OfAFileWithLongRows_SendsFewerInACall) {
  std::string csv = "note\n";
  for (int row = 0; row < 3000; ++row) absl::StrAppend(&csv, std::string(4000, 'x'), "\n");
  in_.str(csv);  // 12 MB, of which a call may have 8 MiB.
  EXPECT_EQ(Run({"predict", "notes", "--file", "-", "--output", "json"}), 0) << err_.str();
  EXPECT_EQ(server_.predict_sizes(), std::vector<int>({1500, 1500}));
}

TEST_F(CliTest, Predict_OfAFile_PrintsWhatWasAnsweredBeforeAnError) {
  std::string csv = "petal_length\n";
  for (int row = 0; row < 5001; ++row) absl::StrAppend(&csv, row, "\n");
  in_.str(csv);
  server_.Fail("Predict", absl::ResourceExhaustedError("too many"), /*after=*/1);
  EXPECT_EQ(Run({"predict", "iris", "--file", "-"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("models/iris/versions/1"));
  EXPECT_THAT(err_.str(), HasSubstr("too many"));
}

TEST_F(CliTest, Predict_OfAFileOverAStream_SendsTheSameRequests_AndPrintsTheSame) {
  std::string csv = "petal_length\n";
  for (int row = 0; row < 12'000; ++row) absl::StrAppend(&csv, row, "\n");
  in_.str(csv);
  EXPECT_EQ(Run({"predict", "iris", "--file", "-", "--stream"}), 0) << err_.str();
  EXPECT_EQ(server_.predict_sizes(), std::vector<int>({5000, 5000, 2000}));
  const std::string streamed = out_.str();
  out_.str("");
  in_.clear();
  in_.str(csv);
  EXPECT_EQ(Run({"predict", "iris", "--file", "-"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), streamed);
}

TEST_F(CliTest, Predict_OverAStreamThatFails_PrintsWhatWasAnsweredBefore) {
  std::string csv = "petal_length\n";
  for (int row = 0; row < 5001; ++row) absl::StrAppend(&csv, row, "\n");
  in_.str(csv);
  server_.Fail("Predict", absl::ResourceExhaustedError("too many"), /*after=*/1);
  EXPECT_EQ(Run({"predict", "iris", "--file", "-", "--stream"}), 1);
  EXPECT_THAT(out_.str(), HasSubstr("models/iris/versions/1"));
  EXPECT_THAT(err_.str(), HasSubstr("too many"));
  EXPECT_EQ(Run({"predict", "iris", "--stream", "petal_length=1"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--stream needs --file"));
}

TEST_F(CliTest, Predict_OfAFileWithATargetColumn_NamesFileAndColumn) {
  in_.str("petal_length,species\n1,a\n");
  EXPECT_EQ(Run({"predict", "iris", "--file", "-"}), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("standard input: "), HasSubstr("'species'")));
}

TEST_F(CliTest, Predict_OfAFileWithoutAFeature_NamesFileAndFeature) {
  in_.str("species\na\n");
  EXPECT_EQ(Run({"predict", "iris", "--file", "-"}), 1);
  EXPECT_THAT(err_.str(), StartsWith("serin: standard input: the file has no column "
                                     "'petal_length'"));
}

TEST_F(CliTest, Loadtest_CountsVersions_AndEnds1WhenACallFailed) {
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--requests", "50"}), 0) << err_.str();
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("models/iris/versions/1     50  100.0 %"), HasSubstr("p99")));

  server_.Fail("Predict", absl::ResourceExhaustedError("too many"));
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--requests", "5"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("5 x RESOURCE_EXHAUSTED: too many"));

  server_.Fail("Predict", absl::OkStatus());
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--requests", "5", "--output", "json"}),
            0);
  EXPECT_THAT(out_.str(), HasSubstr("\"calls\": 5"));
}

TEST_F(CliTest, Loadtest_AtARate_HasACallForEachArrival_AndEnds1WhereAThresholdIsNotKept) {
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--rate", "2000", "--duration", "0.01",
                 "--arrivals", "constant", "--fail-unless", "errors<1", "--output", "json"}),
            0)
      << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr("\"calls\": 20"));
  EXPECT_THAT(out_.str(), HasSubstr("\"slices\""));
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--requests", "5", "--fail-unless",
                 "rate>100000000"}),
            1);
  EXPECT_THAT(err_.str(), HasSubstr("thresholds not kept: rate>100000000"));
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--rate", "0.001", "--duration", "0.01",
                 "--fail-unless", "p99<20"}),
            1);
  EXPECT_THAT(err_.str(), HasSubstr("no call was due"));
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--fail-unless", "speed>3"}), 2);
  EXPECT_EQ(Run({"loadtest", "iris", "--dataset", "iris", "--rate-to", "3"}), 2);
}

// --- Explanations and batches -----------------------------------------------------------------

TEST_F(CliTest, Explain_SendsRowAndSamples_AndDrawsBars) {
  EXPECT_EQ(Run({"explain", "iris", "petal_length=1.4", "--samples", "50", "--seed", "3"}), 0)
      << err_.str();
  const v1::ExplainRequest request = server_.explain_request();
  EXPECT_EQ(request.model(), "iris");
  EXPECT_EQ(request.samples(), 50);
  EXPECT_EQ(request.seed(), 3);
  EXPECT_EQ(request.rows(0).features().at("petal_length").number_value(), 1.4);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("row 1: setosa, by models/iris/versions/1"),
                                HasSubstr("petal_length   +0.5000  ")));
  EXPECT_EQ(Run({"explain", "iris"}), 2);
}

TEST_F(CliTest, Batch_WaitsForItsJob_OrPrintsItsName) {
  v1::Job done = JobIn(v1::JOB_STATE_SUCCEEDED, 1);
  done.clear_model_version();
  done.set_type(v1::JOB_TYPE_BATCH_PREDICT);
  done.mutable_batch_prediction()->set_output_dataset("datasets/scored");
  done.mutable_batch_prediction()->set_rows(1500);
  done.mutable_batch_prediction()->set_row_count(1500);
  server_.SetWatches({{{done}, absl::OkStatus()}});
  EXPECT_EQ(Run({"batch", "iris@1", "--dataset", "flowers", "--into", "scored", "--keep",
                 "petal_length,species", "--priority", "5"}),
            0)
      << err_.str();
  const v1::BatchPredictRequest request = server_.batch_request();
  EXPECT_EQ(request.model(), "iris@1");
  EXPECT_EQ(request.dataset(), "flowers");
  EXPECT_EQ(request.output_dataset(), "scored");
  EXPECT_THAT(request.keep_columns(), ::testing::ElementsAre("petal_length", "species"));
  EXPECT_EQ(request.priority(), 5);
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("datasets/scored"), HasSubstr("1,500 of 1,500")));

  EXPECT_EQ(Run({"batch", "iris", "--dataset", "flowers", "--into", "scored", "--no-wait"}), 0);
  EXPECT_EQ(out_.str(), "jobs/j1\n");
  EXPECT_EQ(Run({"batch", "iris", "--dataset", "flowers"}), 2);
}

// --- Errors -----------------------------------------------------------------------------------

TEST_F(CliTest, NotFound_SaysHowToListWhatThereIs) {
  EXPECT_EQ(Run({"dataset", "show", "irs"}), 1);
  EXPECT_EQ(err_.str(),
            "serin: datasets/irs does not exist (NOT_FOUND)\n"
            "  request id: 01fakerequestid\n"
            "  hint: 'serin dataset list' lists all datasets\n");
}

TEST_F(CliTest, NoServer_SaysHowToStartOne) {
  EXPECT_EQ(RunAsGiven({"dataset", "list", "--server", "127.0.0.1:1"}), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("no Serin server answers at 127.0.0.1:1"),
                                HasSubstr("serin-server --data_dir")));
}

TEST_F(CliTest, WrongUse_Ends2WithTheUsage) {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"dataset"},
      {"dataset", "upload", "iris"},
      {"dataset", "list", "--colour"},
      {"model", "traffic", "iris", "1=x"},
      {"model", "traffic", "iris", "1=100", "--shadow", "2"},
      {"predict", "iris"},
      {"predict", "iris", "--json", "{"},
      {"predict", "iris", "a=1", "a=2"},
      {"dataset", "list", "--timeout", "nan"},
      {"dataset", "list", "--timeout", "0"},
      {"dataset", "show", "\xff\xfe"},
      {"loadtest", "iris"},
      {"dataset", "list", "--output", "yaml"}};
  for (const auto& arguments : wrong) {
    EXPECT_EQ(RunAsGiven(arguments), 2) << testing::PrintToString(arguments);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("Usage: serin"), HasSubstr("--help")));
    EXPECT_THAT(out_.str(), IsEmpty());
  }
}

TEST_F(CliTest, WrongUse_NamesWhatIsWrong) {
  RunAsGiven({"model", "traffic", "iris", "1=x"});
  EXPECT_THAT(err_.str(), StartsWith("serin model traffic: '1=x' is not of the form"));
  RunAsGiven({"dataset", "upload", "iris"});
  EXPECT_THAT(err_.str(), AllOf(StartsWith("serin dataset upload: FILE is required"),
                                HasSubstr("Usage: serin dataset upload [OPTIONS] NAME FILE")));
}

TEST_F(CliTest, WrongUse_OfAnArgumentThatIsNotUtf8_ShowsItEscaped) {
  RunAsGiven({"dataset", "upload", "b\xff", "iris.csv"});
  EXPECT_THAT(err_.str(), HasSubstr("'b\\xff' is not valid UTF-8"));
  // File systems know no encoding.
  EXPECT_EQ(Run({"dataset", "upload", "iris", "\xff.csv"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("No such file"));
}

TEST_F(CliTest, WrongUse_OfGlobalFlags_Ends2) {
  EXPECT_EQ(RunAsGiven({"dataset", "list", "--project", "\xc3\xbc"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("project"));
  EXPECT_EQ(RunAsGiven({"dataset", "list", "--server", "http://127.0.0.1:1"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("without http://"));
}

TEST_F(CliTest, MissingFile_GetsNoHintAboutDatasets) {
  EXPECT_EQ(Run({"dataset", "upload", "iris", "datasets/none.csv"}), 1);
  EXPECT_EQ(err_.str(), "serin: datasets/none.csv: No such file or directory (NOT_FOUND)\n");
}

TEST_F(CliTest, OutputThatCannotBeWritten_Ends1) {
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(Run({"dataset", "list"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("the output cannot be written"));
}

// A wait is patient with a server that is away; a command that begins with one need not be.
TEST_F(CliTest, TrainWatch_LooksForTheJobFirst) {
  server_.Fail("GetJob", absl::UnavailableError("starting"));
  EXPECT_EQ(Run({"train", "watch", "j1"}), 1);
  EXPECT_THAT(err_.str(), HasSubstr("starting"));
}

TEST_F(CliTest, Help_IsNoError) {
  EXPECT_EQ(RunAsGiven({"dataset", "upload", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("--delimiter"));
  EXPECT_THAT(err_.str(), IsEmpty());
}

}  // namespace
}  // namespace serin
