#include "absl/strings/str_cat.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/row_stream.h"
#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

using ::testing::IsEmpty;

TEST_F(LiveDatasetTest, Retention_ByRows_DropsWholePieces_AndRowNumbersStay) {
  ASSERT_THAT(Append(0, 10, "retention { max_rows: 12 }"), IsOk());
  ASSERT_THAT(Append(10, 20), IsOk());
  Maintain();
  EXPECT_EQ(Values(), Range(0, 20));  // Without the first piece there would be 10 only.
  ASSERT_THAT(Append(20, 25), IsOk());
  Maintain();
  EXPECT_EQ(Values(), Range(10, 25));
  EXPECT_EQ(Open()->version().first_row(), 10);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto next, Append(25, 26));
  EXPECT_EQ(next.first_row(), 25);

  v1::ReadRowsRequest request;
  request.set_name("log");
  request.set_offset(1);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto reader, RowStream::Open(store_, kProject, request));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, reader->Next());
  EXPECT_EQ(rows->first_row(), 11);
  EXPECT_EQ(rows->columns(0).integers().values(0), 11);
}

TEST_F(LiveDatasetTest, Retention_ByAge_DropsWhatIsOlder) {
  ASSERT_THAT(Append(0, 10, "retention { max_age { seconds: 60 } }"), IsOk());
  clock_.Advance(absl::Seconds(40));
  ASSERT_THAT(Append(10, 20), IsOk());
  clock_.Advance(absl::Seconds(20));
  Maintain();
  EXPECT_EQ(Values(), Range(0, 20));
  clock_.Advance(absl::Seconds(1));
  Maintain();
  EXPECT_EQ(Values(), Range(10, 20));
  clock_.Advance(absl::Seconds(60));
  Maintain();
  EXPECT_THAT(Values(), IsEmpty());
  EXPECT_EQ(Open()->version().stored_bytes(), 0);
  EXPECT_EQ(Append(20, 21)->first_row(), 20);
}

TEST_F(LiveDatasetTest, Retention_ByBytes_AlsoDropsSegmentsWithTheirChunks) {
  ASSERT_THAT(Append(0, 65'536, "retention { max_bytes: 1 }"), IsOk());
  Maintain();  // The segment takes more, but dropping it would leave less than the limit.
  EXPECT_EQ(CountKeys("dataset-segment"), 1);
  EXPECT_GT(CountKeys("dataset-chunk"), 0);
  ASSERT_THAT(Append(65'536, 65'540), IsOk());
  Maintain();
  EXPECT_EQ(CountKeys("dataset-segment"), 0);
  EXPECT_EQ(CountKeys("dataset-chunk"), 0);
  EXPECT_EQ(Values(), Range(65'536, 65'540));
}

TEST_F(LiveDatasetTest, Retention_IsTheOneThereIsWhenRowsAreDropped_NotWhenTheyWereListed) {
  HookedClock clock;
  LiveMaintenance maintenance(catalog_.get(), &clock, &metrics_);
  ASSERT_THAT(Append(0, 10, "dataset: 'before' retention { max_age { seconds: 1 } }"), IsOk());
  ASSERT_THAT(Append(0, 10, "retention { max_rows: 1 }"), IsOk());
  ASSERT_THAT(Append(10, 20), IsOk());
  // While the step is at the dataset before it, all of `log` is to be kept.
  clock.set_hook([&] {
    auto record = GetRecord<internal::v1::DatasetRecord>(store_, DatasetKey(kProject, "log"));
    record->mutable_dataset()->clear_retention();
    WriteBatch batch;
    PutRecord(batch, DatasetKey(kProject, "log"), *record);
    ASSERT_THAT(store_.Write(batch), IsOk());
  });
  ASSERT_THAT(maintenance.Step(), IsOk());
  EXPECT_EQ(Values(), Range(0, 20));
}

TEST_F(LiveDatasetTest, ARequestIsForgottenWithItsRows) {
  ASSERT_THAT(Append(0, 10, "request_id: 'r' retention { max_rows: 1 }"), IsOk());
  ASSERT_THAT(Append(10, 20, "request_id: 's'"), IsOk());
  Maintain();
  EXPECT_EQ(CountKeys("dataset-request"), 1);
  EXPECT_EQ(CountKeys("dataset-append-request"), 1);
  EXPECT_EQ(Append(10, 20, "request_id: 's'")->first_row(), 10);
  EXPECT_EQ(Append(0, 10, "request_id: 'r'")->first_row(), 20);
}

TEST_F(LiveDatasetTest, RequestsOfManySmallAppends_AreAllForgottenWithTheirRows) {
  constexpr int kRequests = 1'100;  // More than one batch forgets.
  for (int64_t row = 0; row < kRequests; ++row) {
    ASSERT_THAT(
        Append(row, row + 1, absl::StrCat("request_id: 'r", row, "' retention { max_rows: 2000 }")),
        IsOk());
  }
  Maintain();
  EXPECT_EQ(CountKeys("dataset-append-request"), kRequests);
  ASSERT_THAT(Append(kRequests, kRequests + 2000), IsOk());
  Maintain();
  EXPECT_EQ(Values(), Range(kRequests, kRequests + 2000));
  EXPECT_EQ(CountKeys("dataset-append-request"), 0);
  EXPECT_EQ(CountKeys("dataset-request"), 0);
}

TEST_F(LiveDatasetTest, SpaceOfDroppedSegments_IsGivenBack) {
  ASSERT_THAT(Append(0, 65'536, "retention { max_rows: 10 }"), IsOk());
  Maintain();
  ASSERT_THAT(Append(65'536, 65'550), IsOk());
  Maintain();
  ASSERT_EQ(CountKeys("dataset-chunk"), 0);
  catalog_->ReclaimSpace();
  ASSERT_EQ(store_.compacted().size(), 1u);
  EXPECT_THAT(store_.compacted()[0].first, testing::EndsWith("/0000000000"));
  EXPECT_THAT(store_.compacted()[0].second, testing::EndsWith("/0000000002"));
}

}  // namespace
}  // namespace serin
