// Kill -9 while datasets are written: what was acknowledged is there after the restart, whole, and
// nothing of what was not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "serin/client.h"
#include "tests/integration/deployment.h"
#include "tests/integration/text_table_io.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

class DatasetCrashTest : public testing::Test {
 protected:
  void SetUp() override { Restart(); }

  void Restart() {
    ASSERT_THAT(server_.Start(), IsOk());
    client_ = Client::Connect({.server = server_.process().address("public")}).value();
  }

  absl::StatusOr<v1::DatasetVersion> Upload(const std::string& dataset, int rows) {
    std::string csv = "id,name\n";
    for (int i = 0; i < rows; ++i) absl::StrAppend(&csv, i, ",n", i % 1000, "\n");
    std::istringstream file(csv);
    return client_.UploadDataset(dataset, file);
  }

  // Kills the server once `call`, in a thread of its own, has gone on for a while, and restarts it.
  void KillDuring(const std::function<void()>& call, absl::Duration after) {
    std::jthread caller(call);
    absl::SleepFor(after);
    server_.process().Kill();
    caller.join();
    Restart();
  }

  SingleServer server_;
  Client client_ = Client::Connect().value();
};

TEST_F(DatasetCrashTest, KillDuringAnUpload_LeavesTheVersionWholeOrNotThere) {
  for (int round = 0; round < 4; ++round) {
    const std::string name = absl::StrCat("upload", round);
    absl::StatusOr<v1::DatasetVersion> version;
    KillDuring([&] { version = Upload(name, 500'000); }, absl::Milliseconds(60 * (round + 1)));
    const auto after = client_.GetDatasetVersion(name);
    EXPECT_TRUE(after.ok() || !version.ok()) << "an acknowledged upload is lost";
    if (!after.ok()) continue;
    SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client_, name));
    EXPECT_EQ(rows.size(), 500'000u);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto next, Upload("next", 10));
  EXPECT_EQ(next.row_count(), 10);
}

TEST_F(DatasetCrashTest, KillDuringAppends_KeepsThoseAcknowledged_AndEachOneWhole) {
  constexpr int kRowsPerAppend = 100;
  v1::Schema schema;
  schema.add_columns()->set_name("v");
  schema.mutable_columns(0)->set_type(v1::COLUMN_TYPE_INTEGER);
  v1::RowBatch batch;
  batch.add_columns()->set_name("v");
  for (int i = 0; i < kRowsPerAppend; ++i) {
    batch.mutable_columns(0)->mutable_integers()->add_values(i);
  }
  int acknowledged = 0;
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> in_round = 0;
    std::jthread appending([&] {
      while (client_.AppendRows("events", {batch}, {.schema = schema}).ok()) ++in_round;
    });
    while (in_round < 20) absl::SleepFor(absl::Milliseconds(1));
    server_.process().Kill();
    appending.join();
    Restart();
    SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client_, "events"));
    const int appends = static_cast<int>(rows.size()) / kRowsPerAppend;
    EXPECT_EQ(rows.size() % kRowsPerAppend, 0u) << "a part of an append is there";
    EXPECT_GE(appends, acknowledged + in_round) << "an acknowledged append is lost";
    // The one under way may or may not be there.
    EXPECT_LE(appends, acknowledged + in_round + 1);
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSERT_EQ(rows[i][0], absl::StrCat(i % kRowsPerAppend)) << i;
    }
    acknowledged = appends;
  }
}

TEST_F(DatasetCrashTest, KillDuringATransformation_LeavesTheVersionWholeOrNotThere) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto source, Upload("source", 300'000));
  v1::TransformStep sort;
  sort.mutable_sort()->add_keys()->set_column("name");
  for (int round = 0; round < 3; ++round) {
    const std::string name = absl::StrCat("sorted", round);
    absl::StatusOr<v1::DatasetVersion> version;
    KillDuring([&] { version = client_.TransformDataset("source", {sort}, {.dataset = name}); },
               absl::Milliseconds(100 * (round + 1)));
    const auto after = client_.GetDatasetVersion(name);
    EXPECT_TRUE(after.ok() || !version.ok()) << "an acknowledged version is lost";
    EXPECT_TRUE(!after.ok() || after->row_count() == 300'000);
    SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client_, source.name()));
    EXPECT_EQ(rows.size(), 300'000u);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again,
                             client_.TransformDataset("source", {sort}, {.dataset = "again"}));
  EXPECT_EQ(again.row_count(), 300'000);
}

}  // namespace
}  // namespace serin
