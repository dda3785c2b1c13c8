#include <vector>

#include "absl/strings/str_cat.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/merge_plan.h"
#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST_F(LiveDatasetTest, SmallAppendsAreMerged_InOrder_WithoutAnyRowMoving) {
  for (int64_t row = 0; row < 100; ++row) {
    ASSERT_THAT(Append(row, row + 1), IsOk());
    if (row % 7 == 0) {
      ASSERT_THAT(maintenance_->Step(), IsOk());
    }
    ASSERT_EQ(Values(), Range(0, row + 1));
  }
  Maintain();
  EXPECT_LT(CountKeys("dataset-appended"), 2 * 16);
  EXPECT_EQ(Values(), Range(0, 100));
}

TEST_F(LiveDatasetTest, WhatMakesASegment_BecomesOne) {
  ASSERT_THAT(Append(0, 40'000), IsOk());
  EXPECT_FALSE(maintenance_->Step().value());
  ASSERT_THAT(Append(40'000, 100'000), IsOk());
  Maintain();
  EXPECT_EQ(CountKeys("dataset-segment"), 1);
  EXPECT_EQ(CountKeys("dataset-appended"), 1);
  EXPECT_EQ(Values(), Range(0, 100'000));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto next, Append(100'000, 100'001));
  EXPECT_EQ(next.first_row(), 100'000);
}

TEST_F(LiveDatasetTest, WideRows_MakeSegmentsOfFewerRows) {
  constexpr int kColumns = 512;
  constexpr int64_t kRows = 2'048;  // A segment of all columns.
  Table table;
  v1::AppendRowsSpec spec;
  spec.set_dataset("wide");
  for (int i = 0; i < kColumns; ++i) {
    table.columns.push_back({.name = absl::StrCat("c", i),
                             .type = v1::COLUMN_TYPE_NUMBER,
                             .numbers = std::vector<double>(kRows / 2, 1)});
    auto& column = *spec.mutable_schema()->add_columns();
    column.set_name(table.columns.back().name);
    column.set_type(v1::COLUMN_TYPE_NUMBER);
  }
  for (int i = 0; i < 5; ++i) ASSERT_THAT(live_->Append(kProject, spec, table, Never), IsOk());
  Maintain();
  EXPECT_EQ(CountKeys("dataset-segment"), 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto wide, OpenTable(store_, kProject, {.id = "wide"}));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto cursor, wide->Read({.columns = {0}}));
  SERIN_ASSERT_OK_AND_ASSIGN(const TableBatch* const batch, cursor->Next());
  EXPECT_EQ(batch->row_count, kRows);
}

TEST_F(LiveDatasetTest, WhatIsWrongWithOneDataset_DoesNotKeepTheOthersWaiting) {
  for (int64_t row = 0; row < 20; ++row) {
    ASSERT_THAT(Append(row, row + 1, "dataset: 'damaged'"), IsOk());
    ASSERT_THAT(Append(row, row + 1), IsOk());
  }
  WriteBatch batch;
  batch.PutValue("default/dataset-version/damaged/0000000001", "\xff\xff");
  ASSERT_THAT(store_.Write(batch), IsOk());
  EXPECT_THAT(maintenance_->Step(), IsError(absl::StatusCode::kDataLoss,
                                            HasSubstr("datasets/damaged of project default: ")));
  EXPECT_EQ(metrics_.merges(/*into_segment=*/false).Value(), 1);
  EXPECT_EQ(Values(), Range(0, 20));
}

TEST_F(LiveDatasetTest, AnUploadThatTookTheNameOfALiveDataset_LosesNoRows) {
  HookedClock clock;
  LiveMaintenance maintenance(catalog_.get(), &clock, &metrics_);
  ASSERT_THAT(Append(0, 10, "dataset: 'before' retention { max_age { seconds: 1 } }"), IsOk());
  ASSERT_THAT(Append(0, 10, "retention { max_age { seconds: 1 } }"), IsOk());
  // Between listing and dropping, `log` becomes one that is not live, whose segment has no time.
  clock.set_hook([&] {
    auto dataset = GetRecord<internal::v1::DatasetRecord>(store_, DatasetKey(kProject, "log"));
    dataset->mutable_dataset()->set_live(false);
    WriteBatch batch;
    PutRecord(batch, DatasetKey(kProject, "log"), *dataset);
    ASSERT_THAT(store_.Write(batch), IsOk());
  });
  ASSERT_THAT(maintenance.Step(), IsOk());
  EXPECT_EQ(Values(), Range(0, 10));
}

TEST(PlanMergeTest, MergesSixteenOfATier_OrTheFirstThatMakeASegment) {
  EXPECT_FALSE(PlanMerge({}));
  EXPECT_FALSE(PlanMerge(std::vector<AppendedPiece>(15, {1, 100})));
  std::vector<AppendedPiece> pieces = {{300, 1000}};
  pieces.insert(pieces.end(), 17, {1, 100});
  auto plan = PlanMerge(pieces);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->begin, 1u);
  EXPECT_EQ(plan->end, 18u);
  EXPECT_FALSE(plan->makes_segment);
  plan = PlanMerge({{30'000, 1000}, {30'000, 1000}, {30'000, 1000}});
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->end, 2u);
  EXPECT_TRUE(plan->makes_segment);
  plan = PlanMerge({{30, 1}, {30, 1}, {30, 1}}, 50);  // Rows of many columns.
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->end, 1u);
  EXPECT_TRUE(plan->makes_segment);
  plan = PlanMerge({{10, 100 << 20}});  // A piece of its own where it is large.
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->end, 1u);
}

}  // namespace
}  // namespace serin
