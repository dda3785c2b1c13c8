#include "server/proxy/route_table.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
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
  EXPECT_EQ((*table.Find("/inference.GRPCInferenceService/ModelInfer"))->role,
            UpstreamRole::kPredict);
  EXPECT_EQ(table.services().size(), 5);
}

TEST(RouteTableTest, BatchPredictions_GoToControl_WhichMakesJobsOfThem) {
  const RouteTable table;
  const PublicMethod* method = *table.Find("/serin.v1.PredictService/BatchPredict");
  EXPECT_EQ(method->role, UpstreamRole::kControl);
  EXPECT_EQ(method->names_model, nullptr);
  EXPECT_FALSE(method->repeatable);
}

// They take as long as is asked of them, which says nothing about the predictors.
TEST(RouteTableTest, Explanations_AreNoMeasureOfLoad) {
  const RouteTable table;
  EXPECT_FALSE((*table.Find("/serin.v1.PredictService/Explain"))->is_unary_prediction());
  EXPECT_TRUE((*table.Find("/serin.v1.PredictService/Predict"))->is_unary_prediction());
}

TEST(RouteTableTest, ReadinessOfTheServer_IsTheProxysOwn) {
  const RouteTable table;
  for (const char* method : {"ServerLive", "ServerReady"}) {
    const std::string path = absl::StrCat("/inference.GRPCInferenceService/", method);
    EXPECT_EQ((*table.Find(path))->role, UpstreamRole::kSelf) << method;
  }
}

TEST(RouteTableTest, Predictions_NameAModel_ThatHasToBeLoaded) {
  const RouteTable table;
  for (const char* path :
       {"/serin.v1.PredictService/Predict", "/serin.v1.PredictService/PredictStream",
        "/serin.v1.PredictService/Explain", "/inference.GRPCInferenceService/ModelInfer",
        "/inference.GRPCInferenceService/ModelStreamInfer"}) {
    EXPECT_NE((*table.Find(path))->names_model, nullptr) << path;
    EXPECT_TRUE((*table.Find(path))->predicts) << path;
  }
  EXPECT_EQ((*table.Find("/serin.v1.DatasetService/GetDataset"))->names_model, nullptr);
  EXPECT_FALSE((*table.Find("/serin.v1.DatasetService/GetDataset"))->predicts);
}

TEST(RouteTableTest, QuestionsAboutAModel_NameIt_ButAreNoPredictions) {
  const RouteTable table;
  for (const char* method : {"ModelReady", "ModelMetadata", "ModelConfig", "ModelStatistics"}) {
    const std::string path = absl::StrCat("/inference.GRPCInferenceService/", method);
    EXPECT_NE((*table.Find(path))->names_model, nullptr) << method;
    EXPECT_FALSE((*table.Find(path))->predicts) << method;
  }
}

// A stream lasts as long as its caller likes, which says nothing about the predictors.
TEST(RouteTableTest, Streams_AreNoMeasureOfLoad) {
  const RouteTable table;
  EXPECT_TRUE((*table.Find("/serin.v1.PredictService/Predict"))->is_unary_prediction());
  EXPECT_FALSE((*table.Find("/serin.v1.PredictService/PredictStream"))->is_unary_prediction());
  EXPECT_FALSE(
      (*table.Find("/inference.GRPCInferenceService/ModelStreamInfer"))->is_unary_prediction());
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
