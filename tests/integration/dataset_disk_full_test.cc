// A disk that fills up, as a small tmpfs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "serin/client.h"
#include "tests/integration/small_disk.h"
#include "tests/integration/text_table_io.h"
#include "tests/testing/server_process.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

// Rows that nothing can compress.
std::string RandomFile(int rows, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string csv = "a,b\n";
  for (int i = 0; i < rows; ++i) {
    absl::StrAppend(&csv, absl::Hex(random(), absl::kZeroPad16), "x,",
                    absl::Hex(random(), absl::kZeroPad16), "y\n");
  }
  return csv;
}

absl::StatusOr<v1::DatasetVersion> Upload(const Client& client, const std::string& dataset,
                                          const std::string& csv) {
  std::istringstream file(csv);
  return client.UploadDataset(dataset, file);
}

TEST(DatasetDiskFullTest, UploadThatDoesNotFit_IsRefused_AndTheServerGoesOn) {
  SmallDisk disk("224m");
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs can be mounted (root may): " << disk.error();
  const std::string data_dir = absl::StrCat("--data_dir=", disk.path(), "/data");
  SERIN_ASSERT_OK_AND_ASSIGN(auto server, ServerProcess::Start({data_dir}));
  Client client = Client::Connect({.server = server->address("public")}).value();
  ASSERT_THAT(Upload(client, "kept", "a\n1\n2\n"), IsOk());

  const std::string large = RandomFile(3'000'000, 1);
  for (int i = 0; i < 2; ++i) {  // What the first one left is given back before the second.
    const absl::Status full = Upload(client, "large", large).status();
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    EXPECT_THAT(full.message(), HasSubstr("the server's disk is full")) << full;
  }
  EXPECT_EQ(client.GetDataset("large").status().code(), absl::StatusCode::kNotFound);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client, "kept"));
  EXPECT_EQ(rows.size(), 2u);

  // Nothing has to be deleted or restarted; but it may be.
  EXPECT_THAT(client.UpdateDataset("kept", {.description = "still here"}), IsOk());
  EXPECT_THAT(client.DeleteDataset("kept"), IsOk());
  EXPECT_THAT(Upload(client, "kept", "a\n1\n2\n"), IsOk());
  server->Kill();
  SERIN_ASSERT_OK_AND_ASSIGN(server, ServerProcess::Start({data_dir}));
  client = Client::Connect({.server = server->address("public")}).value();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again, ReadAllRows(client, "kept"));
  EXPECT_EQ(again.size(), 2u);
  EXPECT_THAT(Upload(client, "small", RandomFile(10'000, 2)), IsOk());
}

}  // namespace
}  // namespace serin
