#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

// Dies at every write, with the write lost or on disk, and looks at what a restart finds.
class LiveCrashTest : public LiveDatasetTest,
                      public testing::WithParamInterface<MemoryStore::FailedWrite> {};

TEST_P(LiveCrashTest, AcknowledgedRowsAreThere_AndOfOthersAllOrNone) {
  for (int failures = 0; failures < 90; ++failures) {
    store_.FailWriteAfter(failures, GetParam());
    int64_t acknowledged = 0;
    int64_t tried = 0;
    // Appends of 3 rows, merges between them, and a dataset that keeps about 60 rows.
    for (bool alive = true; alive && tried < 150;) {
      tried = acknowledged + 3;
      alive = Append(acknowledged, tried,
                     absl::StrCat("request_id: 'r", acknowledged, "' retention { max_rows: 60 }"))
                  .ok();
      if (alive) acknowledged = tried;
      if (alive && tried % 6 == 0) alive = maintenance_->Step().ok();
    }
    store_.Crash();
    Restart();
    if (acknowledged > 0 || CountKeys() > 0) {
      const auto table = Open();
      const std::vector<int64_t> values = ValuesOf(*table);
      const int64_t end = values.empty() ? 0 : values.back() + 1;
      EXPECT_TRUE(end == acknowledged || end == tried) << failures << ": " << end;
      EXPECT_EQ(values, Range(table->version().first_row(), end));
      // Repeating what was tried last gives each row once.
      SERIN_ASSERT_OK_AND_ASSIGN(
          const auto again,
          Append(tried - 3, tried, absl::StrCat("request_id: 'r", tried - 3, "'")));
      EXPECT_EQ(again.first_row(), tried - 3);
      Maintain();
      EXPECT_EQ(Values(), Range(Open()->version().first_row(), tried));
      EXPECT_LE(CountKeys("dataset-request"), CountKeys("dataset-append-request"));
      ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
    }
    EXPECT_EQ(CountKeys(), 0) << "after failure " << failures;
  }
}

TEST_P(LiveCrashTest, AMergeIntoASegment_IsDoneOrNotDone) {
  for (int failures = 0; failures < 3; ++failures) {
    ASSERT_THAT(Append(0, 40'000), IsOk());
    ASSERT_THAT(Append(40'000, 66'000), IsOk());
    store_.FailWriteAfter(failures, GetParam());
    while (maintenance_->Step().value_or(false)) {
    }
    store_.Crash();
    Restart();
    EXPECT_EQ(Values(), Range(0, 66'000));
    Maintain();
    EXPECT_EQ(Values(), Range(0, 66'000));
    EXPECT_EQ(CountKeys("dataset-segment"), 1);
    ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
    EXPECT_EQ(CountKeys(), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(WriteIs, LiveCrashTest,
                         testing::Values(MemoryStore::FailedWrite::kLost,
                                         MemoryStore::FailedWrite::kKept),
                         [](const auto& info) {
                           return info.param == MemoryStore::FailedWrite::kLost ? "Lost" : "Kept";
                         });

TEST_F(LiveDatasetTest, TheDatasetMayBeDeletedAndMadeAnewBetweenSteps) {
  for (int64_t row = 0; row < 20; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  Maintain();
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
  Maintain();
  for (int64_t row = 0; row < 20; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  Maintain();
  EXPECT_EQ(Values(), Range(0, 20));
}

}  // namespace
}  // namespace serin
