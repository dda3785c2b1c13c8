#include "server/proxy/router.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"
#include "serin/v1/predict_service.pb.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::Eq;
using testing::HasSubstr;

std::shared_ptr<const RoutingTable> Iris() {
  internal::v1::ClusterState state;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        revision: 3
        models {
          project: "default"
          model: "iris"
          versions { version: 1 }
          versions { version: 2 }
          traffic { version: 1 weight: 50 }
          traffic { version: 2 weight: 50 }
          aliases { key: "champion" value: 2 }
        }
      )pb",
      &state));
  return std::make_shared<const RoutingTable>(std::move(state));
}

std::string Message(const std::string& model, const std::string& key = "") {
  v1::PredictRequest request;
  request.set_model(model);
  request.set_key(key);
  request.add_rows();
  return request.SerializeAsString();
}

class RouterTest : public testing::Test {
 protected:
  RouterTest() { router_.Update(Iris()); }

  Router router_;
};

TEST_F(RouterTest, BeforeTheFirstTable_IsUnavailable_AndThenServes) {
  Router router;
  EXPECT_FALSE(router.ready());
  EXPECT_THAT(router.Choose({.project = "default"}, Message("iris@1")),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("not yet heard from control")));
  router.Update(Iris());
  EXPECT_TRUE(router.ready());
  EXPECT_THAT(router.Choose({.project = "default"}, Message("iris@1")), IsOk());
}

TEST_F(RouterTest, NumberAndAlias_AreTaken_InEveryForm) {
  const PredictCall call{.project = "default"};
  EXPECT_EQ(router_.Choose(call, Message("iris@1"))->version, 1);
  EXPECT_EQ(router_.Choose(call, Message("models/iris/versions/2"))->version, 2);
  EXPECT_EQ(router_.Choose(call, Message("models/iris@champion"))->version, 2);
  EXPECT_EQ(router_.Choose(call, Message("iris@1"))->model, "iris");
}

TEST_F(RouterTest, Key_Sticks_WhateverTheRandomNumber) {
  std::set<int32_t> of_one_key;
  std::set<int32_t> of_no_key;
  std::set<int32_t> of_many_keys;
  for (uint64_t i = 0; i < 100; ++i) {
    const PredictCall call{.project = "default", .random = i * 0x9e3779b97f4a7c15u};
    of_one_key.insert(router_.Choose(call, Message("iris", "user-1"))->version);
    of_no_key.insert(router_.Choose(call, Message("iris"))->version);
    of_many_keys.insert(router_.Choose(call, Message("iris", absl::StrCat("user-", i)))->version);
  }
  EXPECT_EQ(of_one_key.size(), 1);
  EXPECT_EQ(of_no_key, (std::set<int32_t>{1, 2}));
  EXPECT_EQ(of_many_keys, (std::set<int32_t>{1, 2}));
}

TEST_F(RouterTest, PinnedVersion_CountsWhereTheMessageNamesNone) {
  const PredictCall call{.project = "default", .pinned_version = "1"};
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(router_.Choose(call, Message("iris", absl::StrCat(i)))->version, 1);
  }
  EXPECT_EQ(router_.Choose(call, Message("iris@2"))->version, 2);
  EXPECT_EQ(router_.Choose(call, Message("iris@champion"))->version, 2);
  EXPECT_EQ(
      router_.Choose({.project = "default", .pinned_version = "x"}, Message("iris@2"))->version, 2);
}

TEST_F(RouterTest, PinnedVersion_IsCheckedAsAnyOther) {
  EXPECT_THAT(router_.Choose({.project = "default", .pinned_version = "9"}, Message("iris")),
              IsError(absl::StatusCode::kNotFound, Eq("models/iris/versions/9 does not exist")));
  for (const char* pin : {"x", "-1", "0", "99999999999"}) {
    EXPECT_THAT(router_.Choose({.project = "default", .pinned_version = pin}, Message("iris")),
                IsError(absl::StatusCode::kInvalidArgument,
                        Eq("serin-version: this metadata must be a version number from 1")));
  }
}

TEST_F(RouterTest, UnknownModel_OrAnotherProjects_IsNotFound) {
  EXPECT_THAT(router_.Choose({.project = "default"}, Message("wine")),
              IsError(absl::StatusCode::kNotFound, Eq("models/wine does not exist")));
  EXPECT_THAT(router_.Choose({.project = "team"}, Message("iris")),
              IsError(absl::StatusCode::kNotFound, Eq("models/iris does not exist")));
}

TEST_F(RouterTest, BadFields_AreNamed) {
  const PredictCall call{.project = "default"};
  EXPECT_THAT(router_.Choose(call, Message("")),
              IsError(absl::StatusCode::kInvalidArgument, Eq("model: is required")));
  EXPECT_THAT(
      router_.Choose(call, Message("iris", std::string(257, 'k'))),
      IsError(absl::StatusCode::kInvalidArgument, Eq("key: must be at most 256 bytes, is 257")));
  EXPECT_THAT(router_.Choose(call, "garbage"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("PredictRequest")));
}

}  // namespace
}  // namespace serin
