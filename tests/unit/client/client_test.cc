#include "serin/client.h"

#include <fstream>
#include <sstream>
#include <thread>

#include "core/base/errors.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/client/fake_server.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

class ClientTest : public testing::Test {
 protected:
  static Client ConnectTo(const std::string& server) {
    return Client::Connect({.server = server, .project = "ornithology"}).value();
  }

  FakeServer server_;
  Client client_ = ConnectTo(server_.address());
};

TEST(ClientConnectTest, EmptyAddress_IsRefused) {
  EXPECT_THAT(Client::Connect({.server = ""}).status(),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("127.0.0.1:8500")));
}

TEST(ClientConnectTest, AddressThatIsAUrl_IsRefused) {
  EXPECT_THAT(Client::Connect({.server = "http://127.0.0.1:8500"}).status(),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("without http://")));
}

// gRPC would end the process at the first call.
TEST(ClientConnectTest, ProjectThatNoHeaderCanCarry_IsRefused) {
  for (const char* project : {"\xc3\xbc", "a\nb", "Birds"}) {
    EXPECT_THAT(Client::Connect({.project = project}).status(),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("project")));
  }
}

TEST(ClientConnectTest, NoServer_IsUnavailableAtTheFirstCall) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Client client, Client::Connect({.server = "127.0.0.1:1"}));
  const absl::Status error = client.GetDataset("iris").status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(DetailsOf(error).request_id, "");
}

TEST_F(ClientTest, Upload_SendsSpecificationThenAllBytes_ReportingProgress) {
  const std::string bytes(600'000, 'x');
  std::istringstream file(bytes);
  std::vector<int64_t> sent;
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::DatasetVersion version,
      client_.UploadDataset("iris", file,
                            {.has_header = false,
                             .delimiter = ';',
                             .types = {{"species", v1::COLUMN_TYPE_CATEGORY}},
                             .request_id = "once"},
                            [&](const TransferProgress& progress) {
                              EXPECT_EQ(progress.total_bytes, 600'000);
                              sent.push_back(progress.bytes);
                            }));

  EXPECT_EQ(version.name(), "datasets/iris/versions/1");
  EXPECT_EQ(server_.uploaded_bytes(), bytes);
  EXPECT_THAT(sent, ElementsAre(262'144, 524'288, 600'000, 600'000));
  EXPECT_EQ(server_.project(), "ornithology");
  const v1::UploadDatasetSpec spec = server_.upload_spec();
  EXPECT_EQ(spec.dataset(), "iris");
  EXPECT_EQ(spec.csv().header(), v1::CsvOptions::HEADER_ABSENT);
  EXPECT_EQ(spec.csv().delimiter(), ";");
  EXPECT_EQ(spec.schema().columns(0).name(), "species");
  EXPECT_EQ(spec.request_id(), "once");
  EXPECT_EQ(spec.size_bytes(), 600'000);
}

TEST_F(ClientTest, Upload_OfAFileThatIsNotThere_NamesIt) {
  EXPECT_THAT(
      client_.UploadDataset("iris", "/nonexistent.csv").status(),
      IsError(absl::StatusCode::kNotFound, Eq("/nonexistent.csv: No such file or directory")));
}

TEST_F(ClientTest, Upload_OfADirectory_NamesIt) {
  EXPECT_THAT(client_.UploadDataset("iris", "/tmp").status(),
              IsError(absl::StatusCode::kFailedPrecondition, Eq("/tmp: is a directory")));
  EXPECT_EQ(server_.uploaded_bytes(), "");
}

TEST_F(ClientTest, Upload_ThatTheServerRefusesEarly_EndsWithTheServersError) {
  server_.Fail("UploadDataset", absl::InvalidArgumentError("line 3: 4 fields instead of 5"));
  std::istringstream file(std::string(20 << 20, 'x'));
  EXPECT_THAT(client_.UploadDataset("iris", file).status(),
              IsError(absl::StatusCode::kInvalidArgument, Eq("line 3: 4 fields instead of 5")));

  server_.Fail("UploadDataset", absl::OkStatus());
  std::istringstream good("a\n1\n");
  EXPECT_THAT(client_.UploadDataset("iris", good), IsOk());
}

// A file on a disk that fails in the middle.
class FailingBuffer : public std::streambuf {
 protected:
  int_type underflow() override { throw std::ios_base::failure("disk"); }
};

TEST_F(ClientTest, Upload_OfAnInputThatFails_LeavesNothing) {
  FailingBuffer buffer;
  std::istream file(&buffer);
  EXPECT_THAT(client_.UploadDataset("iris", file).status(),
              IsError(absl::StatusCode::kDataLoss, HasSubstr("nothing was uploaded")));
  EXPECT_EQ(server_.uploaded_bytes(), "");
}

TEST_F(ClientTest, List_ReadsAllPages) {
  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<v1::Dataset> datasets, client_.ListDatasets());
  ASSERT_EQ(datasets.size(), 3u);
  EXPECT_EQ(datasets[2].name(), "datasets/c");
}

TEST_F(ClientTest, Error_CarriesFieldsReasonDelayAndRequestId) {
  absl::Status error = InvalidField("spec.target", "no such column");
  server_.Fail("Train", error);
  const ErrorDetails details = DetailsOf(client_.Train("iris", {}).status());
  EXPECT_EQ(details.reason, "INVALID_FIELD");
  ASSERT_EQ(details.violations.size(), 1u);
  EXPECT_EQ(details.violations[0].field, "spec.target");
  EXPECT_EQ(details.violations[0].description, "no such column");
  EXPECT_EQ(details.request_id, FakeServer::kRequestId);
  EXPECT_EQ(details.retry_delay, std::nullopt);

  server_.Fail("Predict", UnavailableRetryAfter("loading", absl::Milliseconds(1500)));
  EXPECT_EQ(DetailsOf(client_.Predict("iris", {}).status()).retry_delay, absl::Milliseconds(1500));
}

TEST_F(ClientTest, ReadRows_EndsWhenTheVisitorHasEnough) {
  int batches = 0;
  EXPECT_THAT(client_.ReadRows("iris", {},
                               [&](const v1::ReadRowsResponse& batch) {
                                 EXPECT_EQ(batch.row_count(), 3);
                                 ++batches;
                                 return false;
                               }),
              IsOk());
  EXPECT_EQ(batches, 1);
}

TEST_F(ClientTest, Predict_SendsRowsOrColumns) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::PredictResponse response,
      client_.Predict(
          "iris",
          {MakeRow({{"length", 5}, {"colour", "blue"}, {"ripe", true}, {"width", nullptr}})},
          "customer-7"));
  EXPECT_EQ(response.predictions(0).label(), "setosa");
  const v1::PredictRequest rows = server_.predict_request();
  EXPECT_EQ(rows.key(), "customer-7");
  const auto& features = rows.rows(0).features();
  EXPECT_EQ(features.at("length").number_value(), 5);
  EXPECT_EQ(features.at("colour").string_value(), "blue");
  EXPECT_TRUE(features.at("ripe").bool_value());
  EXPECT_TRUE(features.at("width").has_null_value());

  EXPECT_THAT(client_.PredictColumns("iris@2", {NumberColumn("length", {1, 2}),
                                                StringColumn("colour", {"red", "blue"}),
                                                BooleanColumn("ripe", {true, false})}),
              IsOk());
  const v1::PredictRequest columns = server_.predict_request();
  EXPECT_EQ(columns.model(), "iris@2");
  EXPECT_EQ(columns.columns(0).numbers().values(1), 2);
  EXPECT_EQ(columns.columns(1).strings().values(1), "blue");
  EXPECT_FALSE(columns.columns(2).booleans().values(1));
}

TEST_F(ClientTest, PredictStream_GivesTheAnswersInOrder) {
  int asked = 0;
  std::vector<int> rows;
  const auto next = [&]() -> std::optional<v1::PredictRequest> {
    if (asked == 50) return std::nullopt;
    v1::PredictRequest request;
    request.set_model("iris");
    for (int row = 0; row <= asked; ++row) request.add_rows();
    ++asked;
    return request;
  };
  EXPECT_THAT(client_.PredictStream(next,
                                    [&](const v1::PredictResponse& response) {
                                      rows.push_back(response.predictions_size());
                                      return absl::OkStatus();
                                    }),
              IsOk());
  ASSERT_EQ(rows.size(), 50);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(rows[i], i + 1);
}

TEST_F(ClientTest, PredictStream_EndsWithTheFirstError_WhoeverHasIt) {
  const auto for_ever = [] { return v1::PredictRequest(); };
  const auto take = [](const v1::PredictResponse&) { return absl::OkStatus(); };
  EXPECT_THAT(client_.PredictStream(for_ever,
                                    [](const v1::PredictResponse&) {
                                      return absl::DataLossError("the disk is full");
                                    }),
              IsError(absl::StatusCode::kDataLoss, "the disk is full"));
  EXPECT_THAT(client_.PredictStream([] { return absl::DataLossError("no more rows"); }, take),
              IsError(absl::StatusCode::kDataLoss, "no more rows"));
  server_.Fail("Predict", absl::ResourceExhaustedError("too many"), /*after=*/3);
  EXPECT_THAT(client_.PredictStream(for_ever, take),
              IsError(absl::StatusCode::kResourceExhausted, "too many"));
}

TEST_F(ClientTest, SetTraffic_SendsTheWholeSetting) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model model, client_.SetTraffic("iris", {{1, 90}, {2, 10}}));
  ASSERT_EQ(model.traffic_size(), 2);
  EXPECT_EQ(model.traffic(1).version(), 2);
  EXPECT_EQ(model.traffic(1).weight(), 10);
}

TEST_F(ClientTest, IsSharedByThreads) {
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      for (int n = 0; n < 20; ++n) EXPECT_THAT(client_.Predict("iris", {MakeRow({})}), IsOk());
    });
  }
}

// --- WaitForJob -------------------------------------------------------------------------------

TEST_F(ClientTest, WaitForJob_ReportsEachChange_AndReturnsTheEnd) {
  server_.SetWatches({{{JobIn(v1::JOB_STATE_QUEUED), JobIn(v1::JOB_STATE_RUNNING, 0.5),
                        JobIn(v1::JOB_STATE_SUCCEEDED, 1)},
                       absl::OkStatus()}});
  std::vector<double> seen;
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, client_.WaitForJob("j1", [&](const v1::Job& now) {
    seen.push_back(now.progress().fraction());
  }));
  EXPECT_EQ(job.model_version(), "models/iris/versions/1");
  EXPECT_THAT(seen, ElementsAre(0, 0.5, 1));
}

TEST_F(ClientTest, WaitForJob_ResumesAfterADroppedStream) {
  server_.SetWatches({{{JobIn(v1::JOB_STATE_RUNNING, 0.2)}, absl::UnavailableError("going down")},
                      {{JobIn(v1::JOB_STATE_RUNNING, 0.6)}, absl::OkStatus()},
                      {{JobIn(v1::JOB_STATE_SUCCEEDED, 1)}, absl::OkStatus()}});
  std::vector<double> seen;
  EXPECT_THAT(client_.WaitForJob(
                  "j1", [&](const v1::Job& now) { seen.push_back(now.progress().fraction()); }),
              IsOk());
  EXPECT_THAT(seen, ElementsAre(0.2, 0.6, 1));
}

TEST_F(ClientTest, WaitForJob_GivesUpWhenTheServerStaysAway) {
  const Client nobody = ConnectTo("127.0.0.1:1");
  EXPECT_EQ(nobody.WaitForJob("j1", nullptr, {.unavailable_timeout = absl::ZeroDuration()})
                .status()
                .code(),
            absl::StatusCode::kUnavailable);
}

TEST_F(ClientTest, WaitForJob_WhoseTimeRunsOutWhileTheServerIsAway_SaysSo) {
  const Client nobody = ConnectTo("127.0.0.1:1");
  EXPECT_THAT(nobody.WaitForJob("j1", nullptr, {.timeout = absl::Milliseconds(50)}).status(),
              IsError(absl::StatusCode::kDeadlineExceeded, HasSubstr("")));
}

TEST_F(ClientTest, WaitForJob_ReturnsTheErrorOfAFailedJob) {
  v1::Job failed = JobIn(v1::JOB_STATE_FAILED);
  *failed.mutable_error() = ToRpcStatus(InvalidField("target", "has one class only"));
  server_.SetWatches({{{failed}, absl::OkStatus()}});
  const absl::Status error = client_.WaitForJob("j1").status();
  EXPECT_THAT(error, IsError(absl::StatusCode::kInvalidArgument,
                             Eq("jobs/j1 failed: target: has one class only")));
  EXPECT_EQ(DetailsOf(error).violations.at(0).field, "target");
}

TEST_F(ClientTest, WaitForJob_OfAnUnknownJob_IsNotTriedAgain) {
  server_.Fail("WatchJob", ResourceNotFound("jobs/j9"));
  EXPECT_THAT(client_.WaitForJob("j9").status(),
              IsError(absl::StatusCode::kNotFound, Eq("jobs/j9 does not exist")));
}

}  // namespace
}  // namespace serin
