#include <string>

#include "absl/strings/str_cat.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/version_writer.h"
#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(LiveDatasetTest, TheFirstAppendMakesTheDataset_AndEachSaysWhichRowsItMade) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first,
                             Append(0, 3,
                                    "description: 'd' labels { key: 'a' value: 'b' } "
                                    "retention { max_rows: 9 }"));
  EXPECT_EQ(first.first_row(), 0);
  EXPECT_EQ(first.row_count(), 3);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto second, Append(3, 5));
  EXPECT_EQ(second.first_row(), 3);

  v1::GetDatasetRequest request;
  request.set_name("log");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto dataset, GetDataset(store_, kProject, request));
  EXPECT_TRUE(dataset.live());
  EXPECT_EQ(dataset.latest_version(), 1);
  EXPECT_EQ(dataset.version_count(), 1);
  EXPECT_EQ(dataset.description(), "d");
  EXPECT_EQ(dataset.retention().max_rows(), 9);
  const auto version = Open()->version();
  EXPECT_TRUE(version.live());
  EXPECT_EQ(version.row_count(), 5);
  EXPECT_GT(version.stored_bytes(), 0);
  EXPECT_THAT(Values(), ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(LiveDatasetTest, AReaderSeesTheRowsThatThereWereWhenItBegan) {
  ASSERT_THAT(Append(0, 3), IsOk());
  const auto before = Open();
  for (int64_t row = 3; row < 40; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  Maintain();
  EXPECT_EQ(ValuesOf(*before), Range(0, 3));
  EXPECT_EQ(Values(), Range(0, 40));
}

TEST_F(LiveDatasetTest, ARepeatedRequest_AppendsNothing) {
  ASSERT_THAT(Append(0, 2, "request_id: 'r'"), IsOk());
  ASSERT_THAT(Append(2, 3), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again, Append(0, 2, "request_id: 'r'"));
  EXPECT_EQ(again.first_row(), 0);
  EXPECT_EQ(again.row_count(), 2);
  EXPECT_EQ(Values(), Range(0, 3));
}

TEST_F(LiveDatasetTest, OnlyOneOfTwoKindsOfDatasetIsEither) {
  const auto make_version = [&](const std::string& dataset) -> absl::Status {
    auto writer = VersionWriter::Create(catalog_.get(), {.project = kProject, .dataset = dataset});
    if (!writer.ok()) return writer.status();
    Table table;
    table.columns = {{.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1}}};
    EXPECT_THAT((*writer)->Append(table), IsOk());
    return (*writer)->Commit({}, Never).status();
  };
  ASSERT_THAT(Append(0, 1), IsOk());
  EXPECT_THAT(make_version("log"),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("datasets/log is live")));
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
  ASSERT_THAT(make_version("log"), IsOk());
  EXPECT_THAT(Append(0, 1), IsError(absl::StatusCode::kFailedPrecondition,
                                    HasSubstr("datasets/log is not live")));
}

TEST_F(LiveDatasetTest, Deletion_FreesEverything) {
  for (int64_t row = 0; row < 20; ++row) {
    ASSERT_THAT(Append(row, row + 1, absl::StrCat("request_id: 'r", row, "'")), IsOk());
  }
  Maintain();
  ASSERT_THAT(Append(20, 66'000), IsOk());
  Maintain();
  EXPECT_EQ(Values(), Range(0, 66'000));
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
  EXPECT_EQ(CountKeys(), 0);
}

TEST_F(LiveDatasetTest, WhatHappens_IsCounted) {
  ASSERT_THAT(Append(0, 10, "request_id: 'r' retention { max_rows: 66000 }"), IsOk());
  ASSERT_THAT(Append(0, 10, "request_id: 'r'"), IsOk());  // Appends nothing.
  for (int64_t row = 10; row < 26; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  Maintain();
  EXPECT_EQ(metrics_.rows_appended().Value(), 26);
  EXPECT_EQ(metrics_.merges(/*into_segment=*/false).Value(), 1);
  ASSERT_THAT(Append(26, 66'000), IsOk());
  Maintain();  // The rows that there were do not fit in one segment with 65,536 others.
  EXPECT_EQ(metrics_.merges(/*into_segment=*/true).Value(), 2);
  EXPECT_EQ(metrics_.rows_dropped().Value(), 0);
  ASSERT_THAT(Append(66'000, 140'000), IsOk());
  Maintain();
  EXPECT_EQ(metrics_.rows_dropped().Value(), Open()->version().first_row());
  EXPECT_GT(metrics_.rows_dropped().Value(), 0);
}

TEST_F(LiveDatasetTest, AFullDisk_RefusesRows_AndMergesNothing) {
  for (int64_t row = 0; row < 20; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  store_.SetFreeBytes(1 << 20);
  EXPECT_THAT(Append(20, 21), IsError(absl::StatusCode::kResourceExhausted,
                                      HasSubstr("the server's disk is full")));
  EXPECT_FALSE(maintenance_->Step().value());
  EXPECT_EQ(Values(), Range(0, 20));
  store_.SetFreeBytes(1 << 30);
  EXPECT_THAT(Append(20, 21), IsOk());
  EXPECT_TRUE(maintenance_->Step().value());
  EXPECT_EQ(Values(), Range(0, 21));
}

}  // namespace
}  // namespace serin
