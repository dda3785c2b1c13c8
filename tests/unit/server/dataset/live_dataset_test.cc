#include <google/protobuf/text_format.h>
#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/storage/memory_store.h"
#include "core/storage/records.h"
#include "core/table/wire.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/append_session.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/live_datasets.h"
#include "server/dataset/live_maintenance.h"
#include "server/dataset/merge_plan.h"
#include "server/dataset/profile_call.h"
#include "server/dataset/row_stream.h"
#include "server/dataset/stored_table.h"
#include "server/dataset/version_writer.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kProject[] = "default";
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

bool Never() { return false; }

// Integers [begin, end).
std::vector<int64_t> Range(int64_t begin, int64_t end) {
  std::vector<int64_t> values(static_cast<size_t>(end - begin));
  std::iota(values.begin(), values.end(), begin);
  return values;
}

class LiveDatasetTest : public testing::Test {
 protected:
  LiveDatasetTest() : bytes_(&prometheus::BuildGauge().Name("bytes").Register(registry_).Add({})) {
    Restart();
  }

  // A new process on the same store.
  void Restart() {
    catalog_ = std::make_unique<DatasetCatalog>(&store_, &clock_, &ids_, bytes_);
    live_ = std::make_unique<LiveDatasets>(catalog_.get(), &clock_, &metrics_);
    maintenance_ = std::make_unique<LiveMaintenance>(catalog_.get(), &clock_, &metrics_);
    EXPECT_THAT(catalog_->Recover(), IsOk());
  }

  // Of the dataset `log`, unless the fields name another one.
  static v1::AppendRowsSpec Spec(const std::string& fields = "") {
    v1::AppendRowsSpec spec;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        "schema { columns { name: 'n' type: COLUMN_TYPE_INTEGER } "
        "columns { name: 'c' type: COLUMN_TYPE_CATEGORY } } " +
            fields,
        &spec));
    if (spec.dataset().empty()) spec.set_dataset("log");
    return spec;
  }

  // Appends rows with n in [begin, end).
  absl::StatusOr<v1::AppendRowsResponse> Append(int64_t begin, int64_t end,
                                                const std::string& fields = "") {
    Table table;
    table.columns = {
        {.name = "n", .type = v1::COLUMN_TYPE_INTEGER, .integers = Range(begin, end)},
        {.name = "c", .type = v1::COLUMN_TYPE_CATEGORY, .dictionary = {"even", "odd"}}};
    for (const int64_t n : table.columns[0].integers) {
      table.columns[1].codes.push_back(static_cast<int32_t>(n % 2));
    }
    return live_->Append(kProject, Spec(fields), table, Never);
  }

  std::shared_ptr<const StoredTable> Open() {
    auto table = OpenTable(store_, kProject, {.id = "log"});
    EXPECT_THAT(table, IsOk());
    return table.ok() ? *table : nullptr;
  }

  // The values of n that a table has, in order; each with the right c.
  static std::vector<int64_t> ValuesOf(const StoredTable& table) {
    std::vector<int64_t> values;
    const auto cursor = table.Read({.columns = {0, 1}});
    while (true) {
      const auto batch = (*cursor)->Next();
      EXPECT_THAT(batch, IsOk());
      if (!batch.ok() || *batch == nullptr) return values;
      EXPECT_EQ((*batch)->first_row, static_cast<int64_t>(values.size()));
      const auto& columns = (*batch)->table.columns;
      for (size_t row = 0; row < columns[0].size(); ++row) {
        values.push_back(columns[0].integers[row]);
        EXPECT_EQ(columns[1].dictionary[columns[1].codes[row]],
                  values.back() % 2 == 0 ? "even" : "odd");
      }
    }
  }
  std::vector<int64_t> Values() { return ValuesOf(*Open()); }

  void Maintain() {
    for (int steps = 0; maintenance_->Step().value(); ++steps) ASSERT_LT(steps, 1000);
  }

  int CountKeys(const std::string& containing = "") {
    int count = 0;
    EXPECT_THAT(store_.Scan("", "",
                            [&](absl::string_view key, auto) {
                              if (key.find(containing) != key.npos) ++count;
                              return true;
                            }),
                IsOk());
    return count;
  }

  absl::StatusOr<v1::DatasetProfile> Profile(const v1::GetProfileRequest& request) {
    return ProfileVersion(store_, live_profiles_, kProject, request, Never);
  }
  absl::StatusOr<v1::DatasetProfile> Profile() {
    v1::GetProfileRequest request;
    request.set_name("log");
    return Profile(request);
  }

  // Deletes all keys that contain this.
  void Lose(const std::string& containing) {
    WriteBatch batch;
    EXPECT_THAT(store_.Scan("", "",
                            [&](absl::string_view key, auto) {
                              if (key.find(containing) != key.npos) {
                                batch.DeleteKey(std::string(key));
                              }
                              return true;
                            }),
                IsOk());
    EXPECT_THAT(store_.Write(batch), IsOk());
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  LiveMetrics metrics_{&registry_};
  LiveProfiles live_profiles_;
  prometheus::Gauge* const bytes_;
  std::unique_ptr<DatasetCatalog> catalog_;
  std::unique_ptr<LiveDatasets> live_;
  std::unique_ptr<LiveMaintenance> maintenance_;
};

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

TEST_F(LiveDatasetTest, ARequestIsForgottenWithItsRows) {
  ASSERT_THAT(Append(0, 10, "request_id: 'r' retention { max_rows: 1 }"), IsOk());
  ASSERT_THAT(Append(10, 20, "request_id: 's'"), IsOk());
  Maintain();
  EXPECT_EQ(CountKeys("dataset-request"), 1);
  EXPECT_EQ(CountKeys("dataset-append-request"), 1);
  EXPECT_EQ(Append(10, 20, "request_id: 's'")->first_row(), 10);
  EXPECT_EQ(Append(0, 10, "request_id: 'r'")->first_row(), 20);
}

TEST_F(LiveDatasetTest, ItsProfileIsOfTheRowsThatThereAre) {
  ASSERT_THAT(Append(0, 10), IsOk());
  ASSERT_THAT(Append(10, 20), IsOk());
  v1::GetProfileRequest request;
  request.set_name("log");
  request.set_target("c");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto profile, Profile(request));
  EXPECT_EQ(profile.dataset_version(), "datasets/log/versions/1");
  EXPECT_EQ(profile.row_count(), 20);
  EXPECT_EQ(profile.columns(0).number().max(), 19);
  EXPECT_EQ(profile.columns(1).distinct(), 2);
  EXPECT_EQ(profile.target(), "c");
  request.set_target("x");
  EXPECT_THAT(Profile(request), IsError(kInvalid, HasSubstr("target: ")));
}

TEST_F(LiveDatasetTest, ItsProfile_IsComputedOfRowsThatAreNewOnly) {
  ASSERT_THAT(Append(0, 70'000), IsOk());
  Maintain();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, Profile());
  EXPECT_EQ(first.row_count(), 70'000);
  // Without the chunks of the segment none of its rows can be read.
  Lose("dataset-chunk");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again, Profile());
  EXPECT_EQ(again.DebugString(), first.DebugString());
  ASSERT_THAT(Append(70'000, 70'010), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto more, Profile());
  EXPECT_EQ(more.row_count(), 70'010);
  EXPECT_EQ(more.columns(0).number().max(), 70'009);
  EXPECT_EQ(more.columns(1).distinct(), 2);
}

TEST_F(LiveDatasetTest, ItsProfile_ForgetsRowsThatWereDropped_AndADatasetThatWas) {
  ASSERT_THAT(Append(0, 10, "retention { max_rows: 5 }"), IsOk());
  EXPECT_EQ(Profile()->row_count(), 10);
  ASSERT_THAT(Append(10, 16), IsOk());
  Maintain();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto profile, Profile());
  EXPECT_EQ(profile.row_count(), 6);
  EXPECT_EQ(profile.columns(0).number().min(), 10);
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
  ASSERT_THAT(Append(100, 106), IsOk());
  EXPECT_EQ(Profile()->columns(0).number().min(), 100);
}

TEST_F(LiveDatasetTest, AProfileNobodyWaitsFor_IsNotComputed) {
  ASSERT_THAT(Append(0, 10), IsOk());
  EXPECT_THAT(live_profiles_.ProfileOf(*Open(), [] { return true; }),
              IsError(absl::StatusCode::kCancelled, testing::_));
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

// Runs something whenever it is asked for the time.
class HookedClock final : public Clock {
 public:
  absl::Time Now() const override {
    if (hook_) hook_();
    return absl::FromUnixSeconds(1'800'007'200);  // Two hours after the rows were appended.
  }
  void set_hook(std::function<void()> hook) { hook_ = std::move(hook); }

 private:
  std::function<void()> hook_;
};

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

TEST_F(LiveDatasetTest, TheDatasetMayBeDeletedAndMadeAnewBetweenSteps) {
  for (int64_t row = 0; row < 20; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  Maintain();
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
  Maintain();
  for (int64_t row = 0; row < 20; ++row) ASSERT_THAT(Append(row, row + 1), IsOk());
  Maintain();
  EXPECT_EQ(Values(), Range(0, 20));
}

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

// Calls of AppendRows, message by message.
class AppendSessionTest : public LiveDatasetTest {
 protected:
  absl::StatusOr<v1::AppendRowsResponse> Send(const std::vector<std::string>& messages,
                                              const AppendLimits& limits = AppendLimits()) {
    AppendSession session(live_.get(), &budget_, limits, kProject);
    for (const std::string& text : messages) {
      v1::AppendRowsRequest message;
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
      if (const absl::Status taken = session.Take(message); !taken.ok()) return taken;
    }
    return session.Finish(Never);
  }

  AppendBudget budget_{1 << 20};
  const std::string kSpec =
      "spec { dataset: 'datasets/log' schema { columns { name: 'n' type: COLUMN_TYPE_INTEGER } "
      "columns { name: 'c' type: COLUMN_TYPE_CATEGORY } } }";
};

TEST_F(AppendSessionTest, ColumnsComeInAnyOrder_AndThoseThatAreNotThereAreMissing) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto response, Send({kSpec,
                                 "rows { columns { name: 'c' strings { values: ['even', 'odd'] } } "
                                 "columns { name: 'n' integers { values: [0, 1] } } }",
                                 "rows { row_count: 1 }"}));
  EXPECT_EQ(response.row_count(), 3);
  const auto table = Open();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto cursor, table->Read({.columns = {0, 1}}));
  SERIN_ASSERT_OK_AND_ASSIGN(const TableBatch* const batch, cursor->Next());
  EXPECT_THAT(batch->table.columns[0].integers, ElementsAre(0, 1, ColumnData::kMissingInteger));
  EXPECT_TRUE(batch->table.columns[1].missing(2));
}

TEST_F(AppendSessionTest, WithoutRows_ItMakesTheDatasetOnly) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto response, Send({kSpec}));
  EXPECT_EQ(response.row_count(), 0);
  EXPECT_EQ(Open()->row_count(), 0);
  EXPECT_THAT(Send({"spec { dataset: 'log' }",
                    "rows { columns { name: 'n' integers { values: 0 } } "
                    "columns { name: 'c' strings { values: 'even' } } }"}),
              IsOk());
  EXPECT_THAT(Values(), ElementsAre(0));
}

TEST_F(AppendSessionTest, WhatDoesNotFit_IsAnErrorOfTheField_AndNothingIsAppended) {
  const auto error = [&](const std::string& rows) { return Send({kSpec, rows}).status(); };
  EXPECT_THAT(error("rows {}"), IsError(kInvalid, Eq("rows.row_count: must be at least 1, is 0")));
  EXPECT_THAT(
      error("rows { columns { name: 'x' integers { values: 1 } } }"),
      IsError(kInvalid, HasSubstr("rows.columns[0].name: must be a column of the dataset, is "
                                  "'x'; there are n, c")));
  EXPECT_THAT(error("rows { columns { name: 'n' strings { values: '1' } } }"),
              IsError(kInvalid, HasSubstr("rows.columns[0].strings: ")));
  EXPECT_THAT(
      error("rows { row_count: 2 columns { name: 'n' integers { values: 1 } } }"),
      IsError(kInvalid, HasSubstr("rows.columns[0].integers: must have one value per row")));
  EXPECT_THAT(error("rows { columns { name: 'n' integers { values: 1 } } columns { name: 'n' "
                    "integers { values: 1 } } }"),
              IsError(kInvalid, HasSubstr("rows.columns[1].name: must be unique")));
  EXPECT_THAT(error("spec { dataset: 'log' }"), IsError(kInvalid, HasSubstr("rows: must be set")));
  EXPECT_THAT(Send({"rows { row_count: 1 }"}), IsError(kInvalid, HasSubstr("spec: must be set")));
  EXPECT_THAT(Send({}), IsError(kInvalid, HasSubstr("spec: must be set")));
  EXPECT_EQ(CountKeys(), 0);
}

TEST_F(AppendSessionTest, ASpecificationThatIsNone_IsAnError) {
  EXPECT_THAT(Send({"spec { dataset: 'log' }"}),
              IsError(kInvalid, Eq("spec.schema: is required for a dataset that is new")));
  EXPECT_THAT(Send({"spec { dataset: 'log' schema { columns { name: 'n' } } }"}),
              IsError(kInvalid, Eq("spec.schema.columns[0].type: is required")));
  EXPECT_THAT(Send({"spec { dataset: 'log' retention { max_rows: -1 } }"}),
              IsError(kInvalid, Eq("spec.retention.max_rows: must not be negative, is -1")));
  ASSERT_THAT(Send({kSpec}), IsOk());
  EXPECT_THAT(
      Send({"spec { dataset: 'log' schema { columns { name: 'n' type: COLUMN_TYPE_TEXT } } }"}),
      IsError(kInvalid, HasSubstr("spec.schema: must equal that of the dataset")));
}

TEST_F(AppendSessionTest, FewerRowsThanWereAnnounced_AreNotAppended) {
  const auto spec = [](int rows) {
    return absl::StrCat(
        "spec { dataset: 'log' schema { columns { name: 'n' type: COLUMN_TYPE_INTEGER } } "
        "row_count: ",
        rows, " }");
  };
  EXPECT_THAT(Send({spec(3), "rows { row_count: 2 }"}),
              IsError(kInvalid, Eq("spec.row_count: must be the number of rows, is 3; the stream "
                                   "ended after 2")));
  EXPECT_THAT(Send({spec(-1)}), IsError(kInvalid, HasSubstr("spec.row_count: must not be neg")));
  EXPECT_EQ(CountKeys(), 0);
  EXPECT_THAT(Send({spec(2), "rows { row_count: 2 }"}), IsOk());
}

TEST_F(AppendSessionTest, AllThatAreUnderWay_HoldNoMoreThanTheBudget) {
  const auto take = [&](AppendSession& session, const std::string& text) {
    v1::AppendRowsRequest message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return session.Take(message);
  };
  auto first = std::make_unique<AppendSession>(live_.get(), &budget_, AppendLimits(), kProject);
  ASSERT_THAT(take(*first, kSpec), IsOk());
  // A few bytes, that stand for 40,000 rows of two columns.
  ASSERT_THAT(take(*first, "rows { row_count: 40000 }"), IsOk());
  AppendSession second(live_.get(), &budget_, AppendLimits(), kProject);
  ASSERT_THAT(take(second, kSpec), IsOk());
  const absl::Status refused = take(second, "rows { row_count: 40000 }");
  EXPECT_THAT(refused, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("as it can")));
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  first.reset();
  EXPECT_THAT(Send({kSpec, "rows { row_count: 40000 }"}), IsOk());
}

TEST_F(AppendSessionTest, MoreThanTheLimits_AreRefused) {
  constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;
  EXPECT_THAT(Send({kSpec, "rows { row_count: 2 }", "rows { row_count: 2 }"}, {.max_rows = 3}),
              IsError(kExhausted, HasSubstr("at most 3 rows")));
  EXPECT_THAT(Send({kSpec, "rows { row_count: 4 }"}, {.max_values = 7}),
              IsError(kExhausted, HasSubstr("at most 7 values")));
  EXPECT_THAT(Send({kSpec, "rows { row_count: 4 }"}, {.max_bytes = 2}),
              IsError(kExhausted, HasSubstr("one call must append at most")));
  EXPECT_EQ(CountKeys(), 0);
}

// --- Columns that are added

TEST_F(LiveDatasetTest, ColumnsBehindTheDatasets_AreAdded_RowsBeforeLackThem_AlsoOnceMerged) {
  ASSERT_THAT(Append(0, 4), IsOk());
  v1::AppendRowsSpec spec = Spec();
  v1::ColumnSchema& added = *spec.mutable_schema()->add_columns();
  added.set_name("x");
  added.set_type(v1::COLUMN_TYPE_NUMBER);
  Table rows;
  rows.columns = {
      {.name = "n", .type = v1::COLUMN_TYPE_INTEGER, .integers = {4}},
      {.name = "c", .type = v1::COLUMN_TYPE_CATEGORY, .codes = {0}, .dictionary = {"even"}},
      {.name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {0.5}}};
  ASSERT_THAT(Profile(), IsOk());
  ASSERT_THAT(live_->Append(kProject, spec, rows, Never), IsOk());
  const auto expect = [this] {
    const auto table = Open();
    ASSERT_EQ(table->schema().columns_size(), 3);
    std::vector<double> values;
    const auto cursor = table->Read({.columns = {2}});
    while (true) {
      SERIN_ASSERT_OK_AND_ASSIGN(const TableBatch* const batch, (*cursor)->Next());
      if (batch == nullptr) break;
      const std::vector<double>& numbers = batch->table.columns[0].numbers;
      values.insert(values.end(), numbers.begin(), numbers.end());
    }
    ASSERT_EQ(values.size(), 5u);
    for (int row = 0; row < 4; ++row) EXPECT_TRUE(std::isnan(values[row])) << row;
    EXPECT_EQ(values[4], 0.5);
    EXPECT_THAT(Values(), ElementsAre(0, 1, 2, 3, 4));
  };
  expect();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetProfile profile, Profile());
  EXPECT_EQ(profile.columns_size(), 3);
  clock_.Advance(absl::Hours(1));
  Maintain();
  Restart();
  expect();
}

TEST_F(LiveDatasetTest, ASchemaThatDoesNotBeginWithTheDatasets_IsRefused) {
  ASSERT_THAT(Append(0, 2), IsOk());
  v1::AppendRowsSpec spec = Spec();
  spec.mutable_schema()->mutable_columns()->SwapElements(0, 1);
  EXPECT_THAT(
      live_->SchemaFor(kProject, spec),
      IsError(kInvalid, HasSubstr("schema: must equal that of the dataset, begin with it")));
  spec = Spec();
  *spec.mutable_schema()->add_columns() = spec.schema().columns(0);
  EXPECT_THAT(live_->SchemaFor(kProject, spec), IsError(kInvalid, HasSubstr("schema")));
}

}  // namespace
}  // namespace serin
