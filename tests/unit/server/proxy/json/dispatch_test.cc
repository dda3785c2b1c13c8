#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/testing/fake_stream.h"
#include "tests/unit/server/proxy/json/front_world.h"

// CORS, and what fits no path.

namespace serin {
namespace {

using testing::FrontWorld;
using ::testing::HasSubstr;

TEST(Refusals, WithoutACall_AreTold_AndThoseOfCallsAreNot) {
  FrontWorld world;
  world.Get("/v1/nothing");
  world.Do("DELETE", "/v1/datasets/iris", {}, "");
  world.PostJson("/serin.v1.ModelService/GetModel", "{\"nome\": 1}");
  ASSERT_EQ(world.refused.size(), 3);
  EXPECT_THAT(world.refused[0], HasSubstr("/v1/nothing NOT_FOUND"));
  EXPECT_THAT(world.refused[1], HasSubstr("/v1/datasets/iris UNIMPLEMENTED"));
  EXPECT_THAT(world.refused[2], HasSubstr("/serin.v1.ModelService/GetModel INVALID_ARGUMENT"));
  EXPECT_THAT(world.refused[2], ::testing::EndsWith("192.0.2.7:4242"));

  const auto caller = world.PostJson("/serin.v1.ModelService/GetModel", "{}");
  world.call().Fail(absl::NotFoundError("is counted as a call"));
  world.loop.RunPosted();
  EXPECT_EQ(caller->status(), 404);
  EXPECT_EQ(world.Get("/v2/health/live")->status(), 200);
  EXPECT_EQ(world.refused.size(), 3);
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
