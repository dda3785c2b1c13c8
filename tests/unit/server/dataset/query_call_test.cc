#include "server/dataset/query_call.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <prometheus/registry.h>

#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"
#include "core/storage/memory_store.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/dataset/dataset_role.h"
#include "server/rpc/call.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kEndless[] =
    "with recursive c(x) as (values(0) union all select x + 1 from c) select x from c";

std::string Iris() {
  std::ifstream file(SERIN_TEST_DATA_DIR "/iris.csv", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

using Responses = std::vector<v1::QueryDatasetsResponse>;

// The role behind a real gRPC server without a socket, with a dataset iris.
class QueryCallTest : public testing::Test {
 protected:
  QueryCallTest() {
    EXPECT_THAT(role_.Recover(), IsOk());
    grpc::ServerBuilder builder;
    builder.RegisterService(role_.service());
    server_ = builder.BuildAndStart();
    stub_ = v1::DatasetService::NewStub(server_->InProcessChannel({}));
    Upload("iris", Iris());
  }

  ~QueryCallTest() override { server_->Shutdown(); }

  static DatasetOptions Options() {
    DatasetOptions options;
    options.query.limits.max_rows = 1000;
    options.query.max_open = 3;
    return options;
  }

  void Upload(const std::string& dataset, const std::string& csv) {
    grpc::ClientContext context;
    v1::DatasetVersion version;
    const auto writer = stub_->UploadDataset(&context, &version);
    v1::UploadDatasetRequest message;
    message.mutable_spec()->set_dataset(dataset);
    writer->Write(message);
    message.set_chunk(csv);
    writer->Write(message);
    writer->WritesDone();
    EXPECT_THAT(FromGrpc(writer->Finish()), IsOk());
  }

  absl::StatusOr<Responses> Query(const v1::QueryDatasetsRequest& request,
                                  const std::string& project = "default") {
    grpc::ClientContext context;
    SetProject(context, project);
    const auto reader = stub_->QueryDatasets(&context, request);
    Responses responses;
    v1::QueryDatasetsResponse response;
    while (reader->Read(&response)) responses.push_back(response);
    const absl::Status status = FromGrpc(reader->Finish());
    if (!status.ok()) return status;
    return responses;
  }

  absl::StatusOr<Responses> Query(const std::string& sql) {
    v1::QueryDatasetsRequest request;
    request.set_sql(sql);
    return Query(request);
  }

  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  MemoryStore store_;
  prometheus::Registry registry_;
  DatasetRole role_{&store_, &clock_, &ids_, &registry_, Options()};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::DatasetService::Stub> stub_;
};

TEST_F(QueryCallTest, AnswersWithSchemaAndColumns) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Responses responses,
      Query("select species, avg(petal_length), count(*) as n from iris group by species"));
  ASSERT_THAT(responses, SizeIs(1));
  const v1::QueryDatasetsResponse& response = responses[0];
  EXPECT_EQ(response.row_count(), 3);
  ASSERT_EQ(response.schema().columns_size(), 3);
  EXPECT_EQ(response.schema().columns(0).type(), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(response.schema().columns(1).name(), "avg(petal_length)");
  EXPECT_EQ(response.schema().columns(2).type(), v1::COLUMN_TYPE_INTEGER);
  EXPECT_THAT(response.columns(0).strings().values(),
              ElementsAre("setosa", "versicolor", "virginica"));
  EXPECT_THAT(response.columns(1).numbers().values(),
              ElementsAre(testing::DoubleNear(1.462, 1e-9), testing::DoubleNear(4.26, 1e-9),
                          testing::DoubleNear(5.552, 1e-9)));
  EXPECT_THAT(response.columns(2).integers().values(), ElementsAre(50, 50, 50));
}

TEST_F(QueryCallTest, TablesAreDatasetsAndTheirVersions) {
  Upload("iris", "species,height\nrosa,1.5\n");
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Responses responses,
      Query("select (select count(*) from iris), (select count(*) from \"iris@1\"), "
            "(select count(*) from \"datasets/iris/versions/2\")"));
  EXPECT_EQ(responses[0].columns(0).integers().values(0), 1);
  EXPECT_EQ(responses[0].columns(1).integers().values(0), 150);
  EXPECT_EQ(responses[0].columns(2).integers().values(0), 1);
}

TEST_F(QueryCallTest, AnAnswerWithoutRowsStillHasASchema) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Responses responses,
                             Query("select species from iris where petal_length > 100"));
  ASSERT_THAT(responses, SizeIs(1));
  EXPECT_EQ(responses[0].row_count(), 0);
  EXPECT_EQ(responses[0].schema().columns(0).name(), "species");
}

TEST_F(QueryCallTest, ParametersHaveTheTypesTheySay) {
  v1::QueryDatasetsRequest request;
  request.set_sql("select typeof(?1), typeof(?2), ?3, ?4, ?5 is null");
  request.add_parameters()->set_number(2);
  request.add_parameters()->set_integer(2);
  request.add_parameters()->set_text("two");
  request.add_parameters()->set_boolean(true);
  request.add_parameters();
  SERIN_ASSERT_OK_AND_ASSIGN(const Responses responses, Query(request));
  const v1::QueryDatasetsResponse& row = responses[0];
  EXPECT_EQ(row.columns(0).strings().values(0), "real");
  EXPECT_EQ(row.columns(1).strings().values(0), "integer");
  EXPECT_EQ(row.columns(2).strings().values(0), "two");
  EXPECT_EQ(row.columns(3).integers().values(0), 1);
  EXPECT_EQ(row.columns(4).integers().values(0), 1);
}

TEST_F(QueryCallTest, DatasetsThatAreNotThereAreNamed) {
  EXPECT_THAT(Query("select * from wine"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("datasets/wine does not exist")));
  EXPECT_THAT(Query("select * from \"iris@7\""),
              IsError(absl::StatusCode::kNotFound, HasSubstr("datasets/iris/versions/7")));
  EXPECT_THAT(Query("select * from \"iris@\""),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("sql: ")));
}

TEST_F(QueryCallTest, AnotherProjectsDatasetsAreNotThere) {
  v1::QueryDatasetsRequest request;
  request.set_sql("select count(*) from iris");
  EXPECT_THAT(Query(request), IsOk());
  EXPECT_THAT(Query(request, "other"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("datasets/iris")));
}

TEST_F(QueryCallTest, TheCallersLimitOnRowsIsAtMostTheServers) {
  v1::QueryDatasetsRequest request;
  request.set_sql(kEndless);
  EXPECT_THAT(Query(request),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("1000 rows")));
  request.set_max_rows(5);
  EXPECT_THAT(Query(request), IsError(absl::StatusCode::kResourceExhausted, HasSubstr("5 rows")));
  request.set_max_rows(1'000'000);
  EXPECT_THAT(Query(request),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("1000 rows")));
  request.set_max_rows(-1);
  EXPECT_THAT(Query(request), IsError(absl::StatusCode::kInvalidArgument, HasSubstr("max_rows: ")));
}

TEST_F(QueryCallTest, NothingButSelectGetsThrough) {
  EXPECT_THAT(Query("drop table iris"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("sql: only one SELECT")));
  EXPECT_THAT(Query("attach 'x.db' as x"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("sql: only one SELECT")));
}

// As many as may be open run for ever; each that is given up makes room for another.
TEST_F(QueryCallTest, AQueryEndsWhenItsCallerGoesAway) {
  v1::QueryDatasetsRequest request;
  request.set_sql(
      "with recursive c(x) as (values(0) union all select x + 1 from c) "
      "select count(*) from c");
  struct Endless {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::QueryDatasetsResponse>> reader;
    std::future<grpc::Status> outcome;
  };
  // One more than may be open: the one that is refused says that the others have been taken up.
  absl::Notification refused;
  std::vector<std::unique_ptr<Endless>> calls;
  for (int i = 0; i < 4; ++i) {
    Endless& call = *calls.emplace_back(std::make_unique<Endless>());
    call.reader = stub_->QueryDatasets(&call.context, request);
    call.outcome = std::async(std::launch::async, [&call, &refused] {
      const grpc::Status outcome = call.reader->Finish();
      if (outcome.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) refused.Notify();
      return outcome;
    });
  }
  refused.WaitForNotification();
  for (const auto& call : calls) call->context.TryCancel();
  int cancelled = 0;
  for (const auto& call : calls) {
    if (call->outcome.get().error_code() == grpc::StatusCode::CANCELLED) ++cancelled;
  }
  EXPECT_EQ(cancelled, 3);
  absl::StatusOr<Responses> answer = Query("select 1");
  // The server notices each at its next check.
  while (!answer.ok()) answer = Query("select 1");
  EXPECT_EQ((*answer)[0].columns(0).integers().values(0), 1);
}

}  // namespace
}  // namespace serin
