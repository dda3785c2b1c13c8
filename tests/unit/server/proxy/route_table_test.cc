#include "server/proxy/route_table.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RouteTableTest, EveryService_GoesToItsRole) {
  const RouteTable table;
  EXPECT_EQ((*table.Find("/serin.v1.DatasetService/UploadDataset"))->role, UpstreamRole::kDataset);
  EXPECT_EQ((*table.Find("/serin.v1.TrainService/Train"))->role, UpstreamRole::kControl);
  EXPECT_EQ((*table.Find("/serin.v1.ModelService/SetTraffic"))->role, UpstreamRole::kControl);
  EXPECT_EQ((*table.Find("/serin.v1.PredictService/Predict"))->role, UpstreamRole::kPredict);
  EXPECT_EQ(table.services().size(), 4);
}

TEST(RouteTableTest, OnlyPredict_PicksAVersion) {
  const RouteTable table;
  EXPECT_TRUE((*table.Find("/serin.v1.PredictService/Predict"))->picks_version);
  EXPECT_FALSE((*table.Find("/serin.v1.DatasetService/GetDataset"))->picks_version);
}

TEST(RouteTableTest, UnknownMethodsAndServices_AreNamed) {
  const RouteTable table;
  EXPECT_THAT(table.Find("/serin.v1.PredictService/Guess"),
              IsError(absl::StatusCode::kUnimplemented,
                      HasSubstr("service serin.v1.PredictService has no method Guess")));
  EXPECT_THAT(table.Find("/serin.v2.PredictService/Predict"),
              IsError(absl::StatusCode::kUnimplemented,
                      HasSubstr("service serin.v2.PredictService does not exist")));
}

TEST(RouteTableTest, InternalServices_AreAsThoughTheyDidNotExist) {
  const RouteTable table;
  EXPECT_THAT(table.Find("/serin.internal.v1.ClusterService/Join"),
              IsError(absl::StatusCode::kUnimplemented,
                      HasSubstr("service serin.internal.v1.ClusterService does not exist")));
}

TEST(RouteTableTest, HostilePaths_AreCutAndEscaped) {
  const RouteTable table;
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("x"), std::string("//"),
        std::string("\n/\xff"), std::string(100'000, '/'), "/a/" + std::string(9000, 'x')}) {
    const auto result = table.Find(path);
    EXPECT_THAT(result, IsError(absl::StatusCode::kUnimplemented, Not(HasSubstr("\n"))));
    EXPECT_LT(result.status().message().size(), 1000);
  }
}

}  // namespace
}  // namespace serin
