#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "serin/client.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/unit/client/fake_server.h"

// The calls of a Client about datasets.

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DatasetClientTest : public testing::Test {
 protected:
  FakeServer server_;
  Client client_ = Client::Connect({.server = server_.address()}).value();
};

TEST_F(DatasetClientTest, Upload_SendsHowToRead_AndLeavesTheRestToBeFound) {
  std::istringstream plain("a\n1\n");
  ASSERT_THAT(client_.UploadDataset("iris", plain), IsOk());
  v1::UploadDatasetSpec spec = server_.upload_spec();
  EXPECT_EQ(spec.csv().delimiter(), "");
  EXPECT_EQ(spec.csv().quote(), "");
  EXPECT_EQ(spec.kind(), v1::FileFormat::KIND_UNSPECIFIED);
  EXPECT_EQ(spec.bad_rows().policy(), v1::BadRows::POLICY_UNSPECIFIED);

  std::istringstream file("a\n1\n");
  ASSERT_THAT(client_.UploadDataset("iris", file,
                                    {.kind = v1::FileFormat::KIND_CSV,
                                     .compression = v1::FileFormat::COMPRESSION_ZSTD,
                                     .quote = '\'',
                                     .missing_where_not_of_type = true,
                                     .max_bad_rows = 5,
                                     .description = "flowers",
                                     .labels = {{"team", "botany"}}}),
              IsOk());
  spec = server_.upload_spec();
  EXPECT_EQ(spec.kind(), v1::FileFormat::KIND_CSV);
  EXPECT_EQ(spec.compression(), v1::FileFormat::COMPRESSION_ZSTD);
  EXPECT_EQ(spec.csv().quote(), "'");
  EXPECT_EQ(spec.on_conversion_error(), v1::UploadDatasetSpec::ON_CONVERSION_ERROR_MISSING);
  EXPECT_EQ(spec.bad_rows().policy(), v1::BadRows::POLICY_SET_ASIDE);
  EXPECT_EQ(spec.bad_rows().max_rows(), 5);
  EXPECT_EQ(spec.description(), "flowers");
  EXPECT_EQ(spec.labels().at("team"), "botany");
}

TEST_F(DatasetClientTest, Upload_ReportsLines_ButOfACompressedFileNone) {
  std::optional<int64_t> lines;
  bool complete = false;
  const auto note = [&](const TransferProgress& progress) {
    lines = progress.lines;
    complete = progress.complete;
  };
  std::istringstream plain("a\n1\n2\n");
  ASSERT_THAT(client_.UploadDataset("iris", plain, {}, note), IsOk());
  EXPECT_EQ(lines, 3);
  EXPECT_TRUE(complete);
  std::istringstream gzip("\x1f\x8b\n\n");
  ASSERT_THAT(client_.UploadDataset("iris", gzip, {}, note), IsOk());
  EXPECT_EQ(lines, std::nullopt);
}

TEST_F(DatasetClientTest, Append_SendsTheSpecificationThenTheBatches) {
  v1::RowBatch batch;
  batch.set_row_count(2);
  AppendOptions options{.description = "d", .request_id = "once"};
  options.retention.set_max_rows(100);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::AppendRowsResponse response,
                             client_.AppendRows("events", {batch, batch}, options));
  EXPECT_EQ(response.row_count(), 4);
  const auto requests = server_.append_requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].spec().dataset(), "events");
  EXPECT_EQ(requests[0].spec().retention().max_rows(), 100);
  EXPECT_EQ(requests[0].spec().row_count(), 4);
  EXPECT_EQ(requests[0].spec().request_id(), "once");
  EXPECT_FALSE(requests[0].spec().has_schema());
  EXPECT_EQ(requests[2].rows().row_count(), 2);
}

TEST_F(DatasetClientTest, List_SendsTheFilter_AndReadsNoMorePagesThanNeeded) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto datasets,
                             client_.ListDatasets({.filter = "live = true", .limit = 2}));
  EXPECT_EQ(datasets.size(), 2u);
  EXPECT_EQ(server_.list_request().filter(), "live = true");
  EXPECT_EQ(server_.list_request().page_size(), 2);
  EXPECT_EQ(server_.list_request().page_token(), "");

  SERIN_ASSERT_OK_AND_ASSIGN(const auto page, client_.ListDatasets(v1::ListDatasetsRequest()));
  EXPECT_EQ(page.next_page_token(), "page 2");
}

TEST_F(DatasetClientTest, Update_NamesOnlyWhatChanges) {
  ASSERT_THAT(client_.UpdateDataset("datasets/iris", {.description = ""}), IsOk());
  EXPECT_THAT(server_.update_request().update_mask().paths(), ElementsAre("description"));
  v1::Retention retention;
  retention.set_max_rows(7);
  ASSERT_THAT(client_.UpdateDataset("datasets/iris", {.labels = Labels(), .retention = retention}),
              IsOk());
  EXPECT_THAT(server_.update_request().update_mask().paths(), ElementsAre("labels", "retention"));
  EXPECT_EQ(server_.update_request().dataset().retention().max_rows(), 7);
}

TEST_F(DatasetClientTest, Query_StreamsBatches_UntilTheVisitorHasEnough) {
  v1::QueryParameter parameter;
  parameter.set_number(1.5);
  std::vector<int> rows;
  const auto note = [&](const v1::QueryDatasetsResponse& batch) {
    rows.push_back(batch.row_count());
    return true;
  };
  ASSERT_THAT(client_.QueryDatasets("select 1", {.parameters = {parameter}, .max_rows = 9}, note),
              IsOk());
  EXPECT_THAT(rows, ElementsAre(2, 1));
  EXPECT_EQ(server_.query_request().parameters(0).number(), 1.5);
  EXPECT_EQ(server_.query_request().max_rows(), 9);

  int batches = 0;
  EXPECT_THAT(client_.QueryDatasets("select 1", {},
                                    [&](const v1::QueryDatasetsResponse&) {
                                      ++batches;
                                      return false;
                                    }),
              IsOk());
  EXPECT_EQ(batches, 1);
}

// --- Download ---------------------------------------------------------------------------------

class DownloadTest : public DatasetClientTest {
 protected:
  std::string path() const { return directory_.path() + "/iris.csv"; }

  static std::string Contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::vector<std::string> FilesLeft() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  const TempDir directory_;
};

TEST_F(DownloadTest, WritesTheFile_OfTheVersionThatWasNewestAtFirst) {
  std::vector<int64_t> totals;
  ASSERT_THAT(client_.DownloadDatasetToFile(
                  "iris", path(), {},
                  [&](const TransferProgress& p) { totals.push_back(p.total_bytes.value_or(-1)); }),
              IsOk());
  EXPECT_EQ(Contents(path()), FakeServer::kSource);
  EXPECT_THAT(FilesLeft(), ElementsAre("iris.csv"));
  EXPECT_EQ(server_.download_request().name(), "datasets/iris/versions/1");
  const int64_t size = std::string(FakeServer::kSource).size();
  EXPECT_THAT(totals, ElementsAre(size, size, size));
}

TEST_F(DownloadTest, ThatFailsInTheMiddle_LeavesTheFileThatWasThere) {
  std::ofstream(path()) << "before";
  server_.Fail("DownloadDataset", absl::DataLossError("chunk 7 is damaged"));
  EXPECT_THAT(client_.DownloadDatasetToFile("iris", path()),
              IsError(absl::StatusCode::kDataLoss, HasSubstr("chunk 7")));
  EXPECT_EQ(Contents(path()), "before");
  EXPECT_THAT(FilesLeft(), ElementsAre("iris.csv"));
}

TEST_F(DownloadTest, IntoADirectoryThatIsNotThere_SaysSo) {
  EXPECT_THAT(client_.DownloadDatasetToFile("iris", directory_.path() + "/none/iris.csv"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("none/iris.csv: No such file")));
  EXPECT_THAT(FilesLeft(), IsEmpty());
}

TEST_F(DownloadTest, DoesNotTakeThePlaceOfADirectoryOrADevice) {
  EXPECT_THAT(client_.DownloadDatasetToFile("iris", directory_.path()),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr(": is a directory")));
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_THAT(client_.DownloadDatasetToFile("iris", path()),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("is no regular file")));
  EXPECT_TRUE(std::filesystem::is_fifo(path()));
  EXPECT_THAT(FilesLeft(), ElementsAre("iris.csv"));
}

TEST_F(DownloadTest, OfBytesWithAnotherChecksum_IsAnError) {
  server_.SetSource("petal_length,species\n9.9,setosa\n");
  EXPECT_THAT(client_.DownloadDatasetToFile("iris", path()),
              IsError(absl::StatusCode::kDataLoss, HasSubstr("SHA-256")));
  EXPECT_THAT(FilesLeft(), IsEmpty());
  // Rows that are written anew have no checksum to compare.
  EXPECT_THAT(client_.DownloadDatasetToFile("iris", path(),
                                            {.format = v1::DownloadDatasetRequest::FORMAT_CSV}),
              IsOk());
}

}  // namespace
}  // namespace serin
