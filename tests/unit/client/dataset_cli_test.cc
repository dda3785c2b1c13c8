#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/row_printer.h"
#include "core/base/errors.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/client/cli_fixture.h"

// `serin dataset ...`.

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class DatasetCliTest : public CliFixture {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    return Path(name);
  }

  const TempDir directory_;
};

TEST_F(DatasetCliTest, Upload_PassesEveryOption_AndSaysThePaceOnStandardError) {
  in_.str("x\n");
  EXPECT_EQ(Run({"dataset",
                 "upload",
                 "iris",
                 "-",
                 "--format",
                 "jsonl",
                 "--delimiter",
                 "\\t",
                 "--quote",
                 "'",
                 "--max-bad-rows",
                 "7",
                 "--missing-if-invalid",
                 "--description",
                 "flowers",
                 "--label",
                 "team=botany",
                 "--label",
                 "stage=raw",
                 "--request-id",
                 "u1",
                 "--no-header"}),
            0)
      << err_.str();
  const v1::UploadDatasetSpec spec = server_.upload_spec();
  EXPECT_EQ(spec.kind(), v1::FileFormat::KIND_JSON_LINES);
  EXPECT_EQ(spec.csv().delimiter(), "\t");
  EXPECT_EQ(spec.csv().header(), v1::CsvOptions::HEADER_ABSENT);
  EXPECT_EQ(spec.bad_rows().max_rows(), 7);
  EXPECT_EQ(spec.labels().at("stage"), "raw");
  EXPECT_EQ(spec.request_id(), "u1");
  EXPECT_THAT(err_.str(), AllOf(StartsWith("uploading standard input\n3 rows, 2.7 kB in "),
                                HasSubstr(" rows/s, ")));
}

TEST_F(DatasetCliTest, Upload_SetAside_AsksForTheServersLimit) {
  in_.str("x\n");
  EXPECT_EQ(Run({"dataset", "upload", "iris", "-", "--set-aside"}), 0);
  EXPECT_EQ(server_.upload_spec().bad_rows().policy(), v1::BadRows::POLICY_SET_ASIDE);
  EXPECT_EQ(server_.upload_spec().bad_rows().max_rows(), 0);
}

TEST_F(DatasetCliTest, Append_ReadsWithTheTypesOfTheDataset) {
  in_.str("{\"amount\": 3}\n");
  in_.str("at,amount\n2026-11-21,3\n2026-11-22,\n");
  EXPECT_EQ(Run({"dataset", "append", "events", "-"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), "appended 2 rows to events, from row 1,000\n");
  const auto requests = server_.append_requests();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_FALSE(requests[0].spec().has_schema());
  EXPECT_THAT(requests[1].rows().columns(0).numbers().values(),
              ElementsAre(1795219200, 1795305600));
  EXPECT_THAT(requests[1].rows().columns(1).missing_rows(), ElementsAre(1));
}

TEST_F(DatasetCliTest, Append_ToANewDataset_InfersTheTypesFromAllRows) {
  const std::string file = Write("new.csv", "id,word\n1,a\n2.5,b\n");
  EXPECT_EQ(Run({"dataset", "append", "fresh", file, "--keep", "30d,1000rows", "--label", "a=b",
                 "--type", "word=text"}),
            0)
      << err_.str();
  const v1::AppendRowsSpec spec = server_.append_requests()[0].spec();
  EXPECT_EQ(spec.schema().columns(0).type(), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(spec.schema().columns(1).type(), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(spec.retention().max_age().seconds(), 30 * 86400);
  EXPECT_EQ(spec.labels().at("a"), "b");
}

TEST_F(DatasetCliTest, Append_OfABadFile_AppendsNothing_AndNamesTheLine) {
  in_.str("at,amount\n2026-11-21,many\n");
  EXPECT_EQ(Run({"dataset", "append", "events", "-"}), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("line 2"), HasSubstr("'amount'"), HasSubstr("many")));
  EXPECT_THAT(server_.append_requests(), IsEmpty());
}

TEST_F(DatasetCliTest, Append_OfAFileThatIsBadBehindTheFirstCall_SaysWhatWasAppended) {
  std::string csv = "at,amount\n";
  for (int i = 0; i < 600'000; ++i) csv += "2026-11-21,1\n";
  in_.str(csv + "2026-11-21,many\n");
  EXPECT_EQ(Run({"dataset", "append", "events", "-"}), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr(" rows were appended: "), HasSubstr("line 600002"),
                                HasSubstr("many")));
}

TEST_F(DatasetCliTest, List_TakesAFilterAndALimit) {
  EXPECT_EQ(Run({"dataset", "list", "--filter", "labels.team = \"botany\"", "--limit", "1"}), 0);
  EXPECT_EQ(server_.list_request().filter(), "labels.team = \"botany\"");
  EXPECT_THAT(out_.str(), HasSubstr("datasets/a"));
}

TEST_F(DatasetCliTest, Show_PrintsDescriptionAndLabels) {
  EXPECT_EQ(Run({"dataset", "show", "iris"}), 0) << err_.str();
  EXPECT_THAT(out_.str(), AllOf(StartsWith("datasets/iris\n"), HasSubstr("Fisher's irises"),
                                HasSubstr("labels       stage=raw team=botany\n"),
                                HasSubstr("\ndatasets/iris/versions/1\n")));
}

TEST_F(DatasetCliTest, Transform_SendsTheSteps_AndShowsThemInTheVersion) {
  EXPECT_EQ(
      Run({"dataset", "transform", "iris", "--step", "fill_missing petal_length strategy=mean",
           "--step", "filter species <> 'setosa'", "--into", "clean", "--label", "stage=clean"}),
      0)
      << err_.str();
  const v1::TransformDatasetRequest request = server_.transform_request();
  EXPECT_EQ(request.source(), "iris");
  EXPECT_EQ(request.dataset(), "clean");
  EXPECT_EQ(request.labels().at("stage"), "clean");
  EXPECT_EQ(request.steps(1).filter().expression(), "species <> 'setosa'");
  EXPECT_THAT(out_.str(),
              AllOf(StartsWith("datasets/iris/versions/2\n"),
                    HasSubstr("made of  datasets/iris/versions/1\n"),
                    HasSubstr("step 1   fill_missing columns=petal_length strategy=mean\n"),
                    HasSubstr("step 2   filter species <> 'setosa'\n")));
}

TEST_F(DatasetCliTest, Transform_TakesStepsFromAFile) {
  const std::string file = Write("steps.json", R"([{"drop": {"columns": ["species"]}}])");
  EXPECT_EQ(Run({"dataset", "transform", "iris", "--steps", file}), 0) << err_.str();
  EXPECT_EQ(server_.transform_request().steps(0).drop().columns(0), "species");

  const std::string bad = Write("bad.json", R"([{"dorp": {}}])");
  EXPECT_EQ(Run({"dataset", "transform", "iris", "--steps", bad}), 1);
  EXPECT_THAT(err_.str(), AllOf(HasSubstr("bad.json: is not a list of steps"), HasSubstr("dorp")));
}

TEST_F(DatasetCliTest, Query_PrintsATableCsvOrJson) {
  EXPECT_EQ(Run({"dataset", "query", "select species, n from iris where n > ?1", "--param", "-5"}),
            0)
      << err_.str();
  EXPECT_EQ(out_.str(),
            "species                 n\n"
            "setosa   9007199254740993\n"
            "a,b\n"
            "virginica                 7\n");
  EXPECT_EQ(server_.query_request().parameters(0).integer(), -5);
  EXPECT_EQ(Run({"dataset", "query", "select 1", "--output", "csv"}), 0);
  EXPECT_EQ(out_.str(), "species,n\nsetosa,9007199254740993\n\"a,b\",\nvirginica,7\n");
  EXPECT_EQ(
      RunAsGiven({"--output", "json", "--server", server_.address(), "dataset", "query", "x"}), 0);
  EXPECT_THAT(out_.str(), StartsWith("{\"species\":\"setosa\",\"n\":9007199254740993}\n"));
}

TEST_F(DatasetCliTest, AnAnswerWithoutRows_HasItsColumns) {
  v1::Schema schema;
  schema.add_columns()->set_name("species");
  schema.add_columns()->set_name("n");
  for (const auto& [format, expected] : {std::pair{OutputFormat::kCsv, "species,n\n"},
                                         {OutputFormat::kTable, "species  n\n"},
                                         {OutputFormat::kJson, ""}}) {
    std::ostringstream out;
    const Console console{.in = in_, .out = out, .err = err_};
    RowPrinter printer(format, console);
    EXPECT_TRUE(printer.Add(schema, 0, {}));
    EXPECT_EQ(out.str(), expected);
  }
}

TEST_F(DatasetCliTest, Query_TakesTheStatementFromAFileOrStandardInput) {
  in_.str("select 2\n");
  EXPECT_EQ(Run({"dataset", "query", "-"}), 0) << err_.str();
  EXPECT_EQ(server_.query_request().sql(), "select 2\n");
  EXPECT_EQ(Run({"dataset", "query", "--file", Write("q.sql", "select 3")}), 0) << err_.str();
  EXPECT_EQ(server_.query_request().sql(), "select 3");
}

TEST_F(DatasetCliTest, Download_WritesAFileOrStandardOutput) {
  EXPECT_EQ(Run({"dataset", "download", "iris@1", "-o", Path("iris.csv")}), 0) << err_.str();
  std::ifstream file(Path("iris.csv"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), FakeServer::kSource);
  EXPECT_THAT(err_.str(), HasSubstr("iris.csv: 58 B of 58 B"));
  EXPECT_THAT(out_.str(), IsEmpty());

  EXPECT_EQ(
      Run({"dataset", "download", "iris", "-o", "-", "--format", "csv", "--column", "species"}), 0);
  EXPECT_EQ(out_.str(), FakeServer::kSource);
  EXPECT_EQ(server_.download_request().format(), v1::DownloadDatasetRequest::FORMAT_CSV);
  EXPECT_THAT(server_.download_request().columns(), ElementsAre("species"));
}

TEST_F(DatasetCliTest, Download_ThatFails_LeavesNoFile) {
  server_.Fail("DownloadDataset", absl::DataLossError("chunk 7 is damaged"));
  EXPECT_EQ(Run({"dataset", "download", "iris", "-o", Path("iris.csv")}), 1);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

TEST_F(DatasetCliTest, Update_ChangesSomeLabels_AndKeepsTheOthers) {
  EXPECT_EQ(Run({"dataset", "update", "iris", "--label", "team=ml", "--label", "owner=ada",
                 "--remove-label", "stage"}),
            0)
      << err_.str();
  EXPECT_THAT(server_.update_request().update_mask().paths(), ElementsAre("labels"));
  EXPECT_THAT(out_.str(), HasSubstr("labels    owner=ada team=ml\n"));
  EXPECT_EQ(Run({"dataset", "update", "events", "--keep", "all"}), 0);
  EXPECT_THAT(server_.update_request().update_mask().paths(), ElementsAre("retention"));
}

TEST_F(DatasetCliTest, Delete_TakesADatasetOrAVersion) {
  EXPECT_EQ(Run({"dataset", "delete", "iris"}), 0);
  EXPECT_EQ(server_.deleted(), "dataset iris");
  EXPECT_EQ(Run({"dataset", "delete", "iris@2"}), 0);
  EXPECT_EQ(server_.deleted(), "version iris@2");
}

TEST_F(DatasetCliTest, WrongUse_Ends2_AndSaysWhatIsWrong) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"upload", "iris", "-", "--quote", "ab"}, "--quote must be one ASCII character"},
      {{"upload", "iris", "-", "--format", "xlsx"}, "'xlsx' is not a format"},
      {{"upload", "iris", "-", "--label", "team"}, "'team' is not of the form NAME=VALUE"},
      {{"upload", "iris", "-", "--type", "a=float"}, "'a=float' is not of the form COLUMN=TYPE"},
      {{"append", "iris", "-", "--keep", "forever"}, "'forever' is not a limit"},
      {{"transform", "iris"}, "give either --step"},
      {{"transform", "iris", "--step", "melt a"}, "there is no step 'melt'"},
      {{"query"}, "give one of SQL and --file"},
      {{"download", "iris"}, "--out is required"},
      {{"download", "iris", "-o", "x", "--format", "parquet"}, "'parquet' is not a format"},
      {{"update", "iris"}, "give one of --description"},
      {{"list", "--output", "csv"}, "csv not in {table,json}"}};
  for (const auto& [arguments, message] : wrong) {
    std::vector<std::string> all = {"dataset"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(RunAsGiven(all), 2) << message;
    EXPECT_THAT(err_.str(), HasSubstr(message));
    EXPECT_THAT(out_.str(), IsEmpty());
  }
}

}  // namespace
}  // namespace serin
