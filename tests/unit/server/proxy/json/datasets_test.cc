#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/errors.h"
#include "serin/v1/dataset_service.pb.h"
#include "tests/unit/server/proxy/json/front_world.h"

// Files into and out of datasets.

namespace serin {
namespace {

using nlohmann::json;
using testing::FrontWorld;
using ::testing::HasSubstr;

TEST(DatasetUpload, OfADatasetThatThereIs_Answers200) {
  FrontWorld world;
  const auto caller = world.Do("PUT", "/v1/datasets/iris", {}, "a\n1\n");
  v1::DatasetVersion version;
  version.set_version(2);
  world.call().Answer(version);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
}

TEST(DatasetUpload, StreamsTheBody_AndAnswersTheVersion) {
  FrontWorld world;
  auto caller = world.Open(
      "PUT",
      "/v1/datasets/iris?header=false&delimiter=%3B&type=a:b:number&type=c:text&request_id=x+1",
      {{"content-length", "70000"}, {"serin-project", "team-a"}});
  world.loop.RunPosted();
  EXPECT_EQ(world.call().head.Get(":path"), "/serin.v1.DatasetService/UploadDataset");
  EXPECT_EQ(world.call().head.Get("serin-project"), "team-a");
  EXPECT_FALSE(world.call().head.Has("content-length"));
  const auto spec = world.call().Message<v1::UploadDatasetRequest>(0).spec();
  EXPECT_EQ(spec.dataset(), "iris");
  EXPECT_EQ(spec.csv().header(), v1::CsvOptions::HEADER_ABSENT);
  EXPECT_EQ(spec.csv().delimiter(), ";");
  EXPECT_EQ(spec.schema().columns(0).name(), "a:b");
  EXPECT_EQ(spec.schema().columns(0).type(), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(spec.schema().columns(1).type(), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(spec.request_id(), "x 1");
  EXPECT_EQ(spec.size_bytes(), 70000);

  caller->Send(std::string(70'000, 'x'), true);
  world.loop.RunPosted();
  std::string file;
  for (size_t i = 1; i < world.call().messages.size(); ++i) {
    file += world.call().Message<v1::UploadDatasetRequest>(i).chunk();
  }
  EXPECT_EQ(file, std::string(70'000, 'x'));
  EXPECT_LE(world.call().messages.size(), 3u) << "small pieces are gathered";
  EXPECT_TRUE(world.call().ended);

  v1::DatasetVersion version;
  version.set_name("datasets/iris/versions/1");
  version.set_version(1);
  version.set_row_count(3);
  world.call().Answer(version, {{"serin-request-id", "r1"}});
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 201);
  EXPECT_EQ(caller->header("serin-request-id"), "r1");
  EXPECT_EQ(caller->json(),
            json::parse(R"({"name": "datasets/iris/versions/1", "version": 1, "rowCount": "3"})"));
}

TEST(DatasetUpload, HoldsNoMoreThanAWindow_WhenTheServerIsSlow) {
  FrontWorld world;
  auto caller = world.Open("PUT", "/v1/datasets/big");
  world.call().consumes = false;
  for (int i = 0; i < 640; ++i) caller->Send(std::string(16 * 1024, 'x'), false);
  world.loop.RunPosted();
  EXPECT_LT(caller->sent, 1u << 20) << "the caller was not stopped";

  world.call().ConsumeAll();
  caller->Send("", true);
  world.loop.RunPosted();
  EXPECT_EQ(caller->sent, 640u * 16 * 1024);
  EXPECT_TRUE(world.call().ended);
}

TEST(DatasetUpload, CallerWhoGoesAway_CancelsTheCall_SoThatNothingIsKept) {
  FrontWorld world;
  auto caller = world.Open("PUT", "/v1/datasets/iris", {{"content-length", "100"}});
  caller->Send("a,b\n1,2\n", false);
  world.loop.RunPosted();
  caller->GoAway();
  world.loop.RunPosted();
  EXPECT_FALSE(world.call().ended);
  EXPECT_EQ(world.call().closed, StreamEnd::kReset);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(DatasetUpload, ErrorBeforeTheEndOfTheFile_IsAnsweredAtOnce) {
  FrontWorld world;
  auto caller = world.Open("PUT", "/v1/datasets/iris");
  caller->Send("a,b\n1\n", false);
  world.loop.RunPosted();
  world.call().Fail(InvalidField("spec.csv", "line 2 has 1 field, must have 2"));
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 400);
  EXPECT_THAT(caller->json()["message"].get<std::string>(), HasSubstr("line 2"));
  EXPECT_TRUE(caller->ended);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(DatasetUpload, BadParameters_AreRefusedBeforeTheBody) {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"header=maybe", "header: must be true or false"},
      {"type=age", "type: must be COLUMN:TYPE"},
      {"type=age:float", "type: must be COLUMN:TYPE"},
      {"separator=;", "'separator': is not a parameter"},
      {"format=xlsx", "format: must be csv or tsv or jsonl or libsvm, is 'xlsx'"},
      {"if_invalid=zero", "if_invalid: must be refuse or missing, is 'zero'"},
      {"bad_rows=drop", "bad_rows: must be refuse or set_aside, is 'drop'"},
      {"max_bad_rows=0", "max_bad_rows: must be a whole number of at least 1, is '0'"},
      {"label=team", "label: must be KEY:VALUE, is 'team'"},
      {"label=a:1&label=a:2", "label: key 'a' stands twice"},
      {"header=%zz", "two hexadecimal digits"},
      {"delimiter=%ff", "not UTF-8"},
  };
  FrontWorld world;
  for (const auto& [query, says] : bad) {
    auto caller = world.Open("PUT", "/v1/datasets/iris?" + query);
    world.loop.RunPosted();
    EXPECT_EQ(caller->status(), 400) << query;
    EXPECT_THAT(caller->json()["message"].get<std::string>(), HasSubstr(says));
  }
  auto form = world.Open("PUT", "/v1/datasets/iris", {{"content-type", "multipart/form-data"}});
  auto zipped = world.Open("PUT", "/v1/datasets/iris", {{"content-encoding", "br"}});
  auto get = world.Get("/v1/datasets/iris");
  EXPECT_EQ(form->status(), 415);
  EXPECT_THAT(form->json()["message"].get<std::string>(), HasSubstr("curl -T FILE"));
  EXPECT_EQ(zipped->status(), 415);
  EXPECT_EQ(get->status(), 405);
  EXPECT_EQ(get->header("allow"), "PUT");
  EXPECT_TRUE(world.grpc.calls.empty());
}

TEST(DatasetUpload, TakesHowToReadTheFileAsParameters) {
  FrontWorld world;
  auto caller = world.Open("PUT",
                           "/v1/datasets/iris?format=jsonl&quote='&if_invalid=missing&"
                           "max_bad_rows=7&description=two+words&label=team:a:b&label=stage:&"
                           "type=n:integer",
                           {{"content-encoding", "zstd"}});
  world.loop.RunPosted();
  const auto spec = world.call().Message<v1::UploadDatasetRequest>(0).spec();
  EXPECT_EQ(spec.kind(), v1::FileFormat::KIND_JSON_LINES);
  EXPECT_EQ(spec.compression(), v1::FileFormat::COMPRESSION_ZSTD);
  EXPECT_EQ(spec.csv().quote(), "'");
  EXPECT_EQ(spec.on_conversion_error(), v1::UploadDatasetSpec::ON_CONVERSION_ERROR_MISSING);
  EXPECT_EQ(spec.bad_rows().policy(), v1::BadRows::POLICY_SET_ASIDE);
  EXPECT_EQ(spec.bad_rows().max_rows(), 7);
  EXPECT_EQ(spec.description(), "two words");
  EXPECT_EQ(spec.labels().at("team"), "a:b");
  EXPECT_EQ(spec.labels().at("stage"), "");
  EXPECT_EQ(spec.schema().columns(0).type(), v1::COLUMN_TYPE_INTEGER);
}

// --- Downloads --------------------------------------------------------------------------------

v1::DownloadDatasetResponse Piece(absl::string_view bytes) {
  v1::DownloadDatasetResponse piece;
  piece.set_chunk(std::string(bytes));
  return piece;
}

TEST(DatasetDownload, PassesTheFileOn_WithItsNameAndSize) {
  FrontWorld world;
  auto caller = world.Get("/v1/datasets/iris@3/download?format=csv&column=a&column=b+c");
  EXPECT_EQ(world.call().head.Get(":path"), "/serin.v1.DatasetService/DownloadDataset");
  const auto request = world.call().Message<v1::DownloadDatasetRequest>(0);
  EXPECT_EQ(request.name(), "iris@3");
  EXPECT_EQ(request.format(), v1::DownloadDatasetRequest::FORMAT_CSV);
  EXPECT_EQ(request.columns(1), "b c");
  EXPECT_TRUE(world.call().ended);

  v1::DownloadDatasetResponse first = Piece("a,b\n");
  first.set_size_bytes(8);
  first.set_file_name("iris-3.csv");
  world.call().SendHead({{"serin-request-id", "r1"}});
  world.call().SendMessage(first);
  world.call().SendMessage(Piece("1,2\n"));
  world.call().Finish(absl::OkStatus());
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->body, "a,b\n1,2\n");
  EXPECT_EQ(caller->header("content-length"), "8");
  EXPECT_EQ(caller->header("content-disposition"), "attachment; filename=\"iris-3.csv\"");
  EXPECT_EQ(caller->header("serin-request-id"), "r1");
  EXPECT_TRUE(caller->ended);
}

TEST(DatasetDownload, HoldsNoMoreThanAWindow_WhenTheCallerIsSlow) {
  FrontWorld world;
  auto caller = world.Get("/v1/datasets/iris/download");
  caller->consumes = false;
  world.call().SendHead();
  for (int i = 0; i < 640; ++i) world.call().SendMessage(Piece(std::string(16 * 1024, 'x')));
  world.call().Finish(absl::OkStatus());
  world.loop.RunPosted();
  EXPECT_LT(world.call().sent, 1u << 20) << "the server was not stopped";
  caller->ConsumeAll();
  world.loop.RunPosted();
  EXPECT_EQ(caller->body.size(), 640u * 16 * 1024);
  EXPECT_TRUE(caller->ended);
}

TEST(DatasetDownload, ErrorBeforeTheFile_IsAnswered_AndInTheMiddleCutsItOff) {
  FrontWorld world;
  auto none = world.Get("/v1/datasets/irs/download");
  world.call().Fail(ResourceNotFound("datasets/irs"));
  world.loop.RunPosted();
  EXPECT_EQ(none->status(), 404);
  EXPECT_THAT(none->json()["message"].get<std::string>(), HasSubstr("datasets/irs"));

  auto cut = world.Get("/v1/datasets/iris/download");
  world.call().SendHead();
  world.call().SendMessage(Piece("a,b\n"));
  world.loop.RunPosted();
  world.call().Finish(absl::DataLossError("chunk 2 is damaged"));
  world.loop.RunPosted();
  EXPECT_EQ(cut->status(), 200);
  EXPECT_FALSE(cut->ended);
  EXPECT_EQ(cut->closed, StreamEnd::kReset);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(DatasetDownload, AMessageThatDoesNotParse_CutsTheFileOff) {
  FrontWorld world;
  auto caller = world.Get("/v1/datasets/iris/download");
  world.call().SendHead();
  world.call().SendMessage(Piece("a,b\n"));
  world.loop.RunPosted();
  std::string damaged;
  AppendGrpcMessage("\x0a\x05x", &damaged);  // A field that is longer than the message.
  world.call().SendRaw(damaged);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_FALSE(caller->ended);
  EXPECT_EQ(caller->closed, StreamEnd::kReset);
}

TEST(DatasetDownload, BadParametersAndMethods_AreRefused) {
  FrontWorld world;
  auto format = world.Get("/v1/datasets/iris/download?format=parquet");
  EXPECT_EQ(format->status(), 400);
  EXPECT_THAT(format->json()["message"].get<std::string>(),
              HasSubstr("format: must be as-uploaded, csv or jsonl, is 'parquet'"));
  EXPECT_EQ(world.Get("/v1/datasets/iris/download?columns=a")->status(), 400);
  auto put = world.Open("PUT", "/v1/datasets/iris/download");
  world.loop.RunPosted();
  EXPECT_EQ(put->status(), 405);
  EXPECT_EQ(put->header("allow"), "GET");
  EXPECT_TRUE(world.grpc.calls.empty());
}

}  // namespace
}  // namespace serin
