#include "core/traffic/route.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/random_bits.h"
#include "core/traffic/split.h"
#include "google/protobuf/text_format.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::Eq;

internal::v1::ModelState Iris() {
  internal::v1::ModelState model;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        project: "default"
        model: "iris"
        versions { version: 1 }
        versions { version: 2 }
        versions { version: 5 }
        traffic { version: 1 weight: 0 }
        traffic { version: 2 weight: 100 }
        aliases { key: "champion" value: 5 }
      )pb",
      &model));
  return model;
}

TEST(ResolveVersionTest, Number_ThatExists_IsTakenWhateverTheTraffic) {
  EXPECT_EQ(*ResolveVersion(Iris(), {.id = "iris", .version = 1}, 0), 1);
  EXPECT_EQ(*ResolveVersion(Iris(), {.id = "iris", .version = 5}, 0), 5);
}

TEST(ResolveVersionTest, Number_ThatDoesNotExist_IsNamed) {
  const auto result = ResolveVersion(Iris(), {.id = "iris", .version = 9}, 0);
  EXPECT_THAT(result,
              IsError(absl::StatusCode::kNotFound, Eq("models/iris/versions/9 does not exist")));
  EXPECT_EQ(ReasonOf(result.status()), "RESOURCE_NOT_FOUND");
}

TEST(ResolveVersionTest, Alias_LeadsToItsVersion) {
  EXPECT_EQ(*ResolveVersion(Iris(), {.id = "iris", .alias = "champion"}, 0), 5);
}

TEST(ResolveVersionTest, Alias_ThatDoesNotExist_IsNamed) {
  EXPECT_THAT(ResolveVersion(Iris(), {.id = "iris", .alias = "challenger"}, 0),
              IsError(absl::StatusCode::kNotFound, Eq("models/iris@challenger does not exist")));
}

TEST(ResolveVersionTest, NoVersionNamed_TheTrafficPicks) {
  for (uint64_t key_hash = 0; key_hash < 100; ++key_hash) {
    EXPECT_EQ(*ResolveVersion(Iris(), {.id = "iris"}, key_hash), 2);
  }
}

TEST(ResolveVersionTest, NoVersionTakesTraffic_SaysWhatToDo) {
  internal::v1::ModelState model = Iris();
  model.clear_traffic();
  const auto result = ResolveVersion(model, {.id = "iris"}, 7);
  EXPECT_THAT(result, IsError(absl::StatusCode::kFailedPrecondition,
                              Eq("no version of models/iris takes traffic: name one (iris@VERSION) "
                                 "or give the model traffic with SetTraffic")));
  EXPECT_EQ(ReasonOf(result.status()), "NO_TRAFFIC");
}

// Versions 1, 2 (takes all traffic) and 5 (@champion, shadow of 100 percent) of iris.
RoutingTable Table() {
  internal::v1::ClusterState state;
  state.set_revision(1);
  *state.add_models() = Iris();
  auto* shadow = state.mutable_models(0)->add_shadows();
  shadow->set_version(5);
  shadow->set_percent(100);
  return RoutingTable(std::move(state));
}

absl::StatusOr<int32_t> VersionOf(RouteQuery query) {
  query.project = "default";
  const RoutingTable table = Table();
  const absl::StatusOr<RouteDecision> decision = Route(table, query);
  if (!decision.ok()) return decision.status();
  EXPECT_EQ(decision->model->model(), "iris");
  return decision->version;
}

TEST(RouteTest, Model_FromMessageOrMetadata_InEveryForm) {
  EXPECT_EQ(VersionOf({.model = "iris"}).value(), 2);
  EXPECT_EQ(VersionOf({.serin_model = "iris"}).value(), 2);
  EXPECT_EQ(VersionOf({.model = "iris@champion", .serin_model = "iris@champion"}).value(), 5);
  EXPECT_EQ(VersionOf({.serin_model = "models/iris/versions/1"}).value(), 1);
}

TEST(RouteTest, ModelsThatContradictEachOther_AreRefused) {
  EXPECT_THAT(VersionOf({.model = "iris@2", .serin_model = "iris"}),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("serin-model: must be the message's model, 'iris@2', or absent, is "
                         "'iris'")));
}

TEST(RouteTest, BadNames_AreNamedByWhereTheyStand) {
  EXPECT_THAT(VersionOf({.model = "I ris"}),
              IsError(absl::StatusCode::kInvalidArgument, testing::StartsWith("model: ")));
  EXPECT_THAT(VersionOf({.serin_model = "I ris"}),
              IsError(absl::StatusCode::kInvalidArgument, testing::StartsWith("serin-model: ")));
  EXPECT_THAT(VersionOf({}),
              IsError(absl::StatusCode::kInvalidArgument, testing::StartsWith("model: ")));
  EXPECT_THAT(VersionOf({.model = "wine"}),
              IsError(absl::StatusCode::kNotFound, Eq("models/wine does not exist")));
}

TEST(RouteTest, Version_OfNameThenMessageThenMetadata) {
  EXPECT_EQ(VersionOf({.model = "iris", .serin_version = "1"}).value(), 1);
  EXPECT_EQ(VersionOf({.model = "iris", .version = "5", .serin_version = "1"}).value(), 5);
  EXPECT_EQ(VersionOf({.model = "iris@2", .version = "5", .serin_version = "1"}).value(), 2);
  EXPECT_EQ(VersionOf({.model = "iris@champion", .serin_version = "1"}).value(), 5);
}

TEST(RouteTest, VersionsThatAreNone_AreRefused) {
  for (const char* bad : {"x", "0", "-1", "99999999999", "1.5"}) {
    EXPECT_THAT(VersionOf({.model = "iris", .serin_version = bad}),
                IsError(absl::StatusCode::kInvalidArgument,
                        Eq(absl::StrCat("serin-version: must be a version number from 1, is '", bad,
                                        "'"))));
    EXPECT_THAT(VersionOf({.model = "iris", .version = bad}),
                IsError(absl::StatusCode::kInvalidArgument, testing::StartsWith("version: must")));
  }
  EXPECT_THAT(VersionOf({.model = "iris", .serin_version = "9"}),
              IsError(absl::StatusCode::kNotFound, Eq("models/iris/versions/9 does not exist")));
}

TEST(RouteTest, Key_OfMessageElseMetadata_Sticks_WhateverTheRandomNumber) {
  internal::v1::ClusterState state = Table().state();
  state.mutable_models(0)->mutable_traffic(0)->set_weight(50);
  state.mutable_models(0)->mutable_traffic(1)->set_weight(50);
  const RoutingTable table(std::move(state));
  const auto version = [&](RouteQuery query) { return Route(table, query).value().version; };
  int moved_without_key = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    const std::string key = absl::StrCat("user-", i);
    const int32_t expected =
        PickVersion(table.FindModel("default", "iris")->traffic(), HashKey("iris", key));
    for (uint64_t random = 0; random < 5; ++random) {
      RouteQuery query = {.project = "default", .model = "iris", .random = random};
      query.key = key;
      EXPECT_EQ(version(query), expected);
      query.serin_key = "another";  // The message's counts.
      EXPECT_EQ(version(query), expected);
      query.key = "";
      query.serin_key = key;
      EXPECT_EQ(version(query), expected);
    }
    moved_without_key +=
        version({.project = "default", .model = "iris", .random = MixBits(i)}) !=
        version({.project = "default", .model = "iris", .random = MixBits(i + 1000)});
  }
  EXPECT_GT(moved_without_key, 25);
}

TEST(RouteTest, KeysThatAreTooLong_AreRefused) {
  const std::string longest(256, 'k');
  const std::string too_long(257, 'k');
  EXPECT_EQ(VersionOf({.model = "iris", .key = longest}).value(), 2);
  EXPECT_THAT(
      VersionOf({.model = "iris", .key = too_long}),
      IsError(absl::StatusCode::kInvalidArgument, Eq("key: must be at most 256 bytes, is 257")));
  EXPECT_THAT(VersionOf({.model = "iris", .serin_key = too_long}),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("serin-key: must be at most 256 bytes, is 257")));
}

TEST(RouteTest, Shadows_OfTrafficAndAliases_NotOfNumbers) {
  const RoutingTable table = Table();
  const auto shadows = [&](absl::string_view model, absl::string_view pinned = "") {
    return Route(table, {.project = "default", .model = model, .serin_version = pinned})
        .value()
        .shadows;
  };
  EXPECT_EQ(shadows("iris"), ShadowVersions({5}));
  EXPECT_EQ(shadows("iris@champion"), ShadowVersions());  // It is version 5 that answers.
  EXPECT_EQ(shadows("iris@1"), ShadowVersions());
  EXPECT_EQ(shadows("iris", "1"), ShadowVersions());
}

TEST(RouteTest, BeforeTheFirstState_IsUnavailable_WithARetryDelay) {
  const RoutingTable empty;
  const auto decision = Route(empty, {.project = "default", .model = "iris"});
  EXPECT_THAT(decision, IsError(absl::StatusCode::kUnavailable, testing::HasSubstr("control")));
  EXPECT_EQ(ToRpcStatus(decision.status()).details_size(), 2);  // RetryInfo and ErrorInfo.
}

TEST(RouteTest, AnotherProjectsModel_DoesNotExist) {
  const RoutingTable table = Table();
  EXPECT_THAT(Route(table, {.project = "other", .model = "iris"}),
              IsError(absl::StatusCode::kNotFound, Eq("models/iris does not exist")));
}

}  // namespace
}  // namespace serin
