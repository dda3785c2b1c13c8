#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/errors.h"
#include "serin/v1/dataset_service.pb.h"
#include "tests/testing/fake_stream.h"
#include "tests/unit/server/proxy/json/front_world.h"

// Uploads, CORS, and what fits no path.

namespace serin {
namespace {

using nlohmann::json;
using testing::FrontWorld;
using ::testing::HasSubstr;

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
  version.set_row_count(3);
  world.call().Answer(version, {{"serin-request-id", "r1"}});
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 201);
  EXPECT_EQ(caller->header("serin-request-id"), "r1");
  EXPECT_EQ(caller->json(),
            json::parse(R"({"name": "datasets/iris/versions/1", "rowCount": "3"})"));
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
  auto zipped = world.Open("PUT", "/v1/datasets/iris", {{"content-encoding", "gzip"}});
  auto get = world.Get("/v1/datasets/iris");
  EXPECT_EQ(form->status(), 415);
  EXPECT_THAT(form->json()["message"].get<std::string>(), HasSubstr("curl -T FILE"));
  EXPECT_EQ(zipped->status(), 415);
  EXPECT_EQ(get->status(), 405);
  EXPECT_EQ(get->header("allow"), "PUT");
  EXPECT_TRUE(world.grpc.calls.empty());
}

TEST(Cors, Preflight_OfAnAllowedOrigin) {
  FrontWorld world({.allowed_origins = {"https://app.example"}});
  auto caller = world.Open("OPTIONS", "/serin.v1.ModelService/GetModel",
                           {{"origin", "https://app.example"},
                            {"access-control-request-method", "POST"},
                            {"access-control-request-headers", "content-type,serin-key"}},
                           true);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 204);
  EXPECT_EQ(caller->body, "");
  EXPECT_FALSE(caller->head.Has("content-length"));
  EXPECT_FALSE(caller->head.Has("content-type"));
  EXPECT_EQ(caller->header("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(caller->header("access-control-allow-methods"), "GET, HEAD, POST, PUT");
  EXPECT_EQ(caller->header("access-control-allow-headers"), "content-type,serin-key");
  EXPECT_EQ(caller->header("vary"), "origin");
  int origins = 0;
  for (size_t i = 0; i < caller->head.size(); ++i) {
    origins += caller->head[i].name == "access-control-allow-origin" ? 1 : 0;
  }
  EXPECT_EQ(origins, 1) << "browsers refuse more than one";
  EXPECT_FALSE(caller->head.Has("access-control-expose-headers"));
}

TEST(Cors, Preflight_OfAnyOtherOrigin_IsForbidden) {
  for (const std::vector<std::string>& allowed :
       {std::vector<std::string>{}, {"https://app.example"}}) {
    FrontWorld world({.allowed_origins = allowed});
    auto caller = world.Open(
        "OPTIONS", "/v2",
        {{"origin", "https://evil.example"}, {"access-control-request-method", "GET"}}, true);
    world.loop.RunPosted();
    EXPECT_EQ(caller->status(), 403);
    EXPECT_FALSE(caller->head.Has("access-control-allow-origin"));
    EXPECT_THAT(caller->json()["message"].get<std::string>(), HasSubstr("--cors_origins"));
  }
}

TEST(Cors, Answers_CanBeReadByAllowedOrigins_WithAllTheirHeaders) {
  FrontWorld world({.allowed_origins = {"*"}});
  auto caller = world.Open("GET", "/v2/health/live", {{"origin", "https://any.example"}}, true);
  auto plain = world.Get("/v2/health/live");
  world.loop.RunPosted();
  EXPECT_EQ(caller->header("access-control-allow-origin"), "https://any.example");
  EXPECT_EQ(caller->header("access-control-expose-headers"), "content-type, content-length");
  EXPECT_FALSE(plain->head.Has("access-control-allow-origin"));
}

TEST(Dispatch, WhatFitsNothing_Is404_SayingWhatThereIs) {
  FrontWorld world;
  for (const char* path : {"/", "/index.html", "/v1/models", "/v1/datasets", "/v1/datasets/a/b",
                           "/v2/nothing", "/v1/models/iris/nothing", "//", "/v2/health"}) {
    auto caller = world.Get(path);
    EXPECT_EQ(caller->status(), 404) << path;
    EXPECT_THAT(caller->body, HasSubstr("/v1/models/M:predict")) << path;
    EXPECT_TRUE(caller->ended);
  }
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(Dispatch, RequestThatEndsWithItsHead_IsAnsweredWithoutAReset) {
  FrontWorld world;
  testing::StreamRecord record;
  world.front.OnRequest(std::make_unique<testing::FakeStream>(&record),
                        {{":method", "GET"}, {":path", "/v2/health/live"}}, /*end=*/true, {});
  EXPECT_EQ(record.data, R"({"live":true})");
  EXPECT_TRUE(record.ended);
  EXPECT_EQ(record.reset, std::nullopt);
  EXPECT_EQ(world.front.open(), 1u);
  record.handler->OnClosed(StreamEnd::kComplete, 0);
  world.loop.RunPosted();
  EXPECT_TRUE(record.destroyed);
  EXPECT_EQ(world.front.open(), 0u);
}

TEST(Dispatch, HeadHasTheHeadOfGet_WithoutItsBody) {
  FrontWorld world;
  auto caller = world.Open("HEAD", "/v2/health/live", {}, true);
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 200);
  EXPECT_EQ(caller->header("content-length"), "13");
  EXPECT_EQ(caller->body, "");
  EXPECT_TRUE(caller->ended);
}

TEST(Dispatch, PathsThatCannotBeDecoded_Are400) {
  FrontWorld world;
  for (const char* path : {"/v1/%", "/v1/%f", "/v1/%ff", "*", "http"}) {
    EXPECT_EQ(world.Get(path)->status(), 400) << path;
  }
}

}  // namespace
}  // namespace serin
