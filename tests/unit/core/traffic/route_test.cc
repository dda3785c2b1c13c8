#include "core/traffic/route.h"

#include <gtest/gtest.h>

#include "core/base/errors.h"
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

}  // namespace
}  // namespace serin
