// Questions in SQL to real processes: once with all roles in one, once with each role in its own.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/status.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Deployment>
class QueryTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    deployment_ = std::make_unique<Deployment>();
    ASSERT_THAT(deployment_->Start(), IsOk());
    ASSERT_THAT(deployment_->client().Upload("iris", TestFile("iris.csv")), IsOk());
  }

  static void TearDownTestSuite() { deployment_.reset(); }

  static absl::StatusOr<std::vector<v1::QueryDatasetsResponse>> Query(const std::string& sql) {
    grpc::ClientContext context;
    TestClient::Prepare(context);
    v1::QueryDatasetsRequest request;
    request.set_sql(sql);
    const auto reader = deployment_->client().datasets().QueryDatasets(&context, request);
    std::vector<v1::QueryDatasetsResponse> responses;
    v1::QueryDatasetsResponse response;
    while (reader->Read(&response)) responses.push_back(response);
    const absl::Status status = FromGrpc(reader->Finish());
    if (!status.ok()) return status;
    return responses;
  }

 private:
  static inline std::unique_ptr<Deployment> deployment_;
};

using Deployments = testing::Types<SingleServer, SplitServer>;
TYPED_TEST_SUITE(QueryTest, Deployments);

TYPED_TEST(QueryTest, GroupsTheIrises) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto responses,
      this->Query("select species, avg(petal_length) from iris group by species"));
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_THAT(responses[0].columns(0).strings().values(),
              ElementsAre("setosa", "versicolor", "virginica"));
  EXPECT_THAT(
      responses[0].columns(1).numbers().values(),
      ElementsAre(DoubleNear(1.462, 1e-9), DoubleNear(4.26, 1e-9), DoubleNear(5.552, 1e-9)));
}

TYPED_TEST(QueryTest, StreamsAnAnswerOfManyBatches) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto responses,
      this->Query(
          "select a.petal_length, b.petal_width, c.species from \"iris@1\" a, iris b, iris c "
          "limit 100000"));
  int64_t rows = 0;
  for (const v1::QueryDatasetsResponse& response : responses) rows += response.row_count();
  EXPECT_EQ(rows, 100'000);
  EXPECT_GT(responses.size(), 10U);
}

TYPED_TEST(QueryTest, WhatIsWrongIsSaidAndWhere) {
  EXPECT_THAT(this->Query("select petal from iris"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("sql: no such column: petal (line 1, column 8)")));
  EXPECT_THAT(this->Query("delete from iris"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("sql: table iris may not be modified")));
  EXPECT_THAT(this->Query("select * from wine"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("datasets/wine does not exist")));
}

}  // namespace
}  // namespace serin
