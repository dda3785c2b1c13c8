#include "server/dataset/dataset_catalog.h"

#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/base/status_macros.h"
#include "core/storage/memory_store.h"
#include "core/table/segment.h"
#include "core/table/value_parser.h"
#include "core/table/wire.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/row_stream.h"
#include "server/dataset/version_writer.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kProject[] = "default";

bool Never() { return false; }
bool Always() { return true; }

// Numbers 0, 1, 2, ... and a text, not to be compressed, that makes a row about a third of a MiB:
// 24 rows make a segment.
Table LargeTable(int rows) {
  std::mt19937 random(1);
  Table table;
  ColumnData number{.name = "n", .type = v1::COLUMN_TYPE_NUMBER};
  ColumnData text{.name = "t", .type = v1::COLUMN_TYPE_TEXT};
  for (int i = 0; i < rows; ++i) {
    number.numbers.push_back(i);
    text.codes.push_back(i);
    std::string& value = text.dictionary.emplace_back(350'000, ' ');
    for (char& c : value) c = static_cast<char>('!' + random() % 90);
  }
  table.columns = {number, text};
  return table;
}

struct Upload {
  std::string dataset;
  Table table;
  std::string request_id = "";
};

Upload Version(const std::string& dataset, Table table, const std::string& request_id = "") {
  return Upload{dataset, std::move(table), request_id};
}

class DatasetCatalogTest : public testing::Test {
 protected:
  // A new process on the same store.
  void Restart() {
    registry_ = std::make_unique<prometheus::Registry>();
    auto& family = prometheus::BuildGauge().Name("serin_dataset_bytes").Register(*registry_);
    bytes_ = &family.Add({});
    catalog_ = std::make_unique<DatasetCatalog>(&store_, &clock_, &ids_, bytes_);
    ASSERT_THAT(catalog_->Recover(), IsOk());
  }

  void SetUp() override { Restart(); }

  absl::StatusOr<v1::DatasetVersion> Add(const Upload& upload,
                                         absl::FunctionRef<bool()> cancelled = Never) {
    auto writer = VersionWriter::Create(
        catalog_.get(),
        {.project = kProject, .dataset = upload.dataset, .request_id = upload.request_id});
    if (!writer.ok()) return writer.status();
    SERIN_RETURN_IF_ERROR((*writer)->Append(upload.table));
    v1::DatasetVersion description;
    description.set_source_bytes(1000);
    return (*writer)->Commit(description, cancelled);
  }

  std::vector<std::string> DatasetNames() {
    const auto response = ListDatasets(store_, kProject, {});
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> names;
    for (const auto& dataset : response->datasets()) names.push_back(dataset.name());
    return names;
  }

  // The values of column `n` of a version, read row by row.
  absl::StatusOr<std::vector<double>> Numbers(const std::string& name, int64_t offset = 0,
                                              int64_t limit = 0) {
    v1::ReadRowsRequest request;
    request.set_name(name);
    request.add_columns("n");
    request.set_offset(offset);
    request.set_limit(limit);
    auto reader = RowStream::Open(store_, kProject, request);
    if (!reader.ok()) return reader.status();
    std::vector<double> numbers;
    while (true) {
      auto batch = (*reader)->Next();
      if (!batch.ok()) return batch.status();
      if (!*batch) return numbers;
      EXPECT_EQ((*batch)->first_row(), offset + static_cast<int64_t>(numbers.size()));
      for (double number : (*batch)->columns(0).numbers().values()) numbers.push_back(number);
    }
  }

  int CountKeys() {
    int count = 0;
    EXPECT_THAT(store_.Scan("", "", [&](auto, auto) { return ++count > 0; }), IsOk());
    return count;
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  std::unique_ptr<prometheus::Registry> registry_;
  prometheus::Gauge* bytes_ = nullptr;
  std::unique_ptr<DatasetCatalog> catalog_;
};

TEST_F(DatasetCatalogTest, VersionsAreNumberedFromOne_AndDescribed) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, Add(Version("iris", LargeTable(2))));
  EXPECT_EQ(first.name(), "datasets/iris/versions/1");
  EXPECT_EQ(first.row_count(), 2);
  EXPECT_EQ(first.source_bytes(), 1000);
  EXPECT_EQ(first.schema().columns(1).name(), "t");
  EXPECT_EQ(first.create_time().seconds(), 1'800'000'000);
  clock_.Advance(absl::Seconds(5));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto second, Add(Version("iris", LargeTable(3))));
  EXPECT_EQ(second.version(), 2);

  v1::GetDatasetRequest request;
  request.set_name("iris");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto dataset, GetDataset(store_, kProject, request));
  EXPECT_EQ(dataset.name(), "datasets/iris");
  EXPECT_EQ(dataset.latest_version(), 2);
  EXPECT_EQ(dataset.version_count(), 2);
  EXPECT_EQ(dataset.create_time().seconds(), 1'800'000'000);
  EXPECT_EQ(dataset.update_time().seconds(), 1'800'000'005);
  EXPECT_EQ(bytes_->Value(), 2000);
}

TEST_F(DatasetCatalogTest, RowsComeBack_FromAnyOffset_AcrossSegments) {
  ASSERT_GT(SegmentEnds(LargeTable(60)).size(), 2u);
  ASSERT_THAT(Add(Version("d", LargeTable(60))), IsOk());
  for (int64_t offset = 0; offset <= 61; ++offset) {
    for (const int64_t limit : {0, 1, 4, 100}) {
      std::vector<double> expected;
      for (int64_t row = offset; row < 60; ++row) {
        if (limit == 0 || row < offset + limit) expected.push_back(static_cast<double>(row));
      }
      EXPECT_EQ(*Numbers("d", offset, limit), expected) << offset << " " << limit;
    }
  }
}

TEST_F(DatasetCatalogTest, ReadRows_RefusesWhatMakesNoSense_NamingTheField) {
  ASSERT_THAT(Add(Version("d", LargeTable(1))), IsOk());
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Numbers("d", -1), IsError(kInvalid, Eq("offset: must not be negative, is -1")));
  EXPECT_THAT(Numbers("d", 0, -1), IsError(kInvalid, HasSubstr("limit: ")));
  EXPECT_THAT(Numbers("d", INT64_MAX, INT64_MAX), IsOk());
  v1::ReadRowsRequest request;
  request.set_name("d@1");
  request.add_columns("x");
  EXPECT_THAT(RowStream::Open(store_, kProject, request),
              IsError(kInvalid, Eq("columns[0]: datasets/d/versions/1 has no column 'x'")));
  request.set_columns(0, "t");
  request.add_columns("t");
  EXPECT_THAT(RowStream::Open(store_, kProject, request),
              IsError(kInvalid, HasSubstr("columns[1]: must be named once only")));
}

TEST_F(DatasetCatalogTest, WhatDoesNotExist_IsNotFound_ByName) {
  constexpr auto kNotFound = absl::StatusCode::kNotFound;
  EXPECT_THAT(Numbers("d"), IsError(kNotFound, Eq("datasets/d does not exist")));
  EXPECT_THAT(catalog_->DeleteDataset(kProject, "d"),
              IsError(kNotFound, Eq("datasets/d does not exist")));
  ASSERT_THAT(Add(Version("d", LargeTable(1))), IsOk());
  EXPECT_THAT(Numbers("d@2"), IsError(kNotFound, Eq("datasets/d/versions/2 does not exist")));
  v1::GetDatasetRequest request;
  request.set_name("d");
  EXPECT_THAT(GetDataset(store_, "other", request), IsError(kNotFound, HasSubstr("datasets/d")));
}

TEST_F(DatasetCatalogTest, Lists_ComeInPages) {
  for (const char* name : {"b", "a", "c"}) ASSERT_THAT(Add(Version(name, LargeTable(1))), IsOk());
  for (int i = 0; i < 2; ++i) ASSERT_THAT(Add(Version("a", LargeTable(1))), IsOk());

  v1::ListDatasetsRequest request;
  request.set_page_size(2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, ListDatasets(store_, kProject, request));
  ASSERT_EQ(first.datasets_size(), 2);
  EXPECT_EQ(first.datasets(1).name(), "datasets/b");
  request.set_page_token(first.next_page_token());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rest, ListDatasets(store_, kProject, request));
  ASSERT_EQ(rest.datasets_size(), 1);
  EXPECT_EQ(rest.datasets(0).name(), "datasets/c");
  EXPECT_EQ(rest.next_page_token(), "");

  v1::ListDatasetVersionsRequest versions;
  versions.set_dataset("a");
  versions.set_page_size(2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto newest, ListDatasetVersions(store_, kProject, versions));
  ASSERT_EQ(newest.versions_size(), 2);
  EXPECT_EQ(newest.versions(0).version(), 3);
  versions.set_page_token(newest.next_page_token());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto oldest, ListDatasetVersions(store_, kProject, versions));
  ASSERT_EQ(oldest.versions_size(), 1);
  EXPECT_EQ(oldest.versions(0).version(), 1);
}

TEST_F(DatasetCatalogTest, PageTokensOfOtherLists_AreRefused) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  v1::ListDatasetsRequest request;
  for (const char* token : {"!", "bm9uZQ"}) {
    request.set_page_token(token);
    EXPECT_THAT(ListDatasets(store_, kProject, request),
                IsError(kInvalid, HasSubstr("page_token: ")));
  }
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_THAT(ListDatasets(store_, kProject, request),
              IsError(kInvalid, Eq("page_size: must not be negative, is -1")));
}

TEST_F(DatasetCatalogTest, ARepeatedRequest_ReturnsTheSameVersion_AndLeavesNothing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, Add(Version("d", LargeTable(3), "a/b%")));
  const int keys = CountKeys();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again, Add(Version("d", LargeTable(3), "a/b%")));
  EXPECT_EQ(again.name(), first.name());
  EXPECT_EQ(CountKeys(), keys);
  EXPECT_EQ(bytes_->Value(), 1000);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto other, Add(Version("d", LargeTable(3), "c")));
  EXPECT_EQ(other.version(), 2);
}

TEST_F(DatasetCatalogTest, ACancelledUpload_LeavesNothing) {
  // When nothing was written yet, and when all but the last batch was.
  for (const int rows : {3, 40}) {
    EXPECT_THAT(Add(Version("d", LargeTable(rows)), Always),
                IsError(absl::StatusCode::kCancelled, testing::_));
  }
  EXPECT_EQ(CountKeys(), 0);
  EXPECT_EQ(bytes_->Value(), 0);
}

TEST_F(DatasetCatalogTest, Deletion_LeavesNothing_AndStartsTheNumbersAnew) {
  ASSERT_THAT(Add(Version("d", LargeTable(20), "r")), IsOk());
  ASSERT_THAT(Add(Version("d", LargeTable(2))), IsOk());
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "d"), IsOk());
  EXPECT_EQ(CountKeys(), 0);
  EXPECT_EQ(bytes_->Value(), 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto made, Add(Version("d", LargeTable(1), "r")));
  EXPECT_EQ(made.version(), 1);
}

TEST_F(DatasetCatalogTest, ADeletedVersion_TakesItsRequestWithIt_AndItsNumberIsNotUsedAgain) {
  for (const char* request : {"a", "b", "c"}) {
    ASSERT_THAT(Add(Version("d", LargeTable(2), request)), IsOk());
  }
  ASSERT_THAT(catalog_->DeleteVersion(kProject, "d", 2), IsOk());
  ASSERT_THAT(catalog_->DeleteVersion(kProject, "d", 3), IsOk());
  v1::GetDatasetRequest request;
  request.set_name("d");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto dataset, GetDataset(store_, kProject, request));
  EXPECT_EQ(dataset.latest_version(), 1);
  EXPECT_EQ(dataset.version_count(), 1);
  EXPECT_EQ(bytes_->Value(), 1000);
  EXPECT_THAT(catalog_->DeleteVersion(kProject, "d", 3),
              IsError(absl::StatusCode::kNotFound, Eq("datasets/d/versions/3 does not exist")));

  SERIN_ASSERT_OK_AND_ASSIGN(const auto made, Add(Version("d", LargeTable(2), "c")));
  EXPECT_EQ(made.version(), 4);
  ASSERT_THAT(catalog_->DeleteVersion(kProject, "d", 1), IsOk());
  ASSERT_THAT(catalog_->DeleteVersion(kProject, "d", 4), IsOk());
  EXPECT_THAT(DatasetNames(), IsEmpty());
  EXPECT_EQ(CountKeys(), 0);
}

TEST_F(DatasetCatalogTest, DescriptionAndLabels_AreThoseOfTheUploadThatMadeTheDataset) {
  VersionTarget target = {.project = kProject, .dataset = "d"};
  target.description = "Flowers";
  target.labels = {{"team", "botany"}};
  for (int i = 0; i < 2; ++i) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto writer, VersionWriter::Create(catalog_.get(), target));
    ASSERT_THAT(writer->Append(LargeTable(1)), IsOk());
    ASSERT_THAT(writer->Commit({}, Never), IsOk());
    target.description = "Other";
    target.labels.clear();
  }
  v1::GetDatasetRequest request;
  request.set_name("d");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto dataset, GetDataset(store_, kProject, request));
  EXPECT_EQ(dataset.description(), "Flowers");
  EXPECT_EQ(dataset.labels().at("team"), "botany");
}

TEST_F(DatasetCatalogTest, DeletingWhileReading_DoesNotDisturbTheReader) {
  ASSERT_THAT(Add(Version("d", LargeTable(20))), IsOk());
  v1::ReadRowsRequest request;
  request.set_name("d");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto reader, RowStream::Open(store_, kProject, request));
  ASSERT_THAT(reader->Next(), IsOk());
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "d"), IsOk());
  int64_t rows = 0;
  while (true) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto batch, reader->Next());
    if (!batch) break;
    rows = batch->first_row() + batch->row_count();
  }
  EXPECT_EQ(rows, 20);
  EXPECT_THAT(DatasetNames(), IsEmpty());
}

TEST_F(DatasetCatalogTest, SpaceOfDeletedVersions_IsGivenBack_OnceNobodyReadsThem) {
  ASSERT_THAT(Add(Version("d", LargeTable(20))), IsOk());
  std::unique_ptr<StoreReader> reader = store_.NewSnapshot();
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "d"), IsOk());
  const std::unique_ptr<StoreReader> later = store_.NewSnapshot();  // Sees nothing of it.
  EXPECT_FALSE(catalog_->HasSpaceToReclaim());
  catalog_->ReclaimSpace();
  EXPECT_THAT(store_.compacted(), IsEmpty());
  reader.reset();
  EXPECT_TRUE(catalog_->HasSpaceToReclaim());
  catalog_->ReclaimSpace();
  ASSERT_EQ(store_.compacted().size(), 1u);
  EXPECT_THAT(store_.compacted()[0].first, HasSubstr("default/dataset-chunk/"));
  EXPECT_FALSE(catalog_->HasSpaceToReclaim());
}

TEST_F(DatasetCatalogTest, SpaceOfUploadsThatFailedOrCrashed_IsGivenBackToo) {
  EXPECT_THAT(Add(Version("d", LargeTable(40)), Always),
              IsError(absl::StatusCode::kCancelled, testing::_));
  EXPECT_TRUE(catalog_->HasSpaceToReclaim());
  catalog_->ReclaimSpace();
  store_.FailWriteAfter(1, MemoryStore::FailedWrite::kLost);
  EXPECT_THAT(Add(Version("d", LargeTable(90))), Not(IsOk()));
  store_.Crash();
  Restart();
  EXPECT_EQ(CountKeys(), 0);
  EXPECT_TRUE(catalog_->HasSpaceToReclaim());
}

TEST_F(DatasetCatalogTest, UploadsAtOnce_GetDifferentNumbers) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_THAT(Add(Version("d", LargeTable(2))), IsOk()); });
  }
  for (auto& thread : threads) thread.join();
  for (int version = 1; version <= 8; ++version) {
    EXPECT_EQ(*Numbers("d@" + std::to_string(version)), (std::vector<double>{0, 1}));
  }
}

TEST_F(DatasetCatalogTest, DamagedRecords_AreDataLoss) {
  ASSERT_THAT(Add(Version("d", LargeTable(1))), IsOk());
  WriteBatch batch;
  batch.PutValue("default/dataset/d", "\xff\xff");
  ASSERT_THAT(store_.Write(batch), IsOk());
  EXPECT_THAT(Numbers("d"), IsError(absl::StatusCode::kDataLoss, HasSubstr("default/dataset/d")));
}

TEST_F(DatasetCatalogTest, ReadErrors_ReachTheCaller) {
  ASSERT_THAT(Add(Version("d", LargeTable(1))), IsOk());
  store_.FailReads(absl::DataLossError("bad block"));
  EXPECT_THAT(Numbers("d"), IsError(absl::StatusCode::kDataLoss, Eq("bad block")));
  EXPECT_THAT(Add(Version("d", LargeTable(1))), IsError(absl::StatusCode::kDataLoss, testing::_));
  store_.FailReads(absl::OkStatus());
  EXPECT_THAT(Numbers("d"), IsOk());
}

// Dies at every write of an upload and of a deletion, with the write lost or on disk, and looks at
// what a restart finds.
class CrashTest : public DatasetCatalogTest,
                  public testing::WithParamInterface<MemoryStore::FailedWrite> {};

TEST_P(CrashTest, Upload_IsThereWhole_OrNotAtAll) {
  int failures = 0;
  for (bool acknowledged = false; !acknowledged; ++failures) {
    ASSERT_LT(failures, 100);
    store_.FailWriteAfter(failures, GetParam());
    acknowledged = Add(Version("d", LargeTable(90), "r")).ok();
    store_.Crash();
    Restart();
    if (DatasetNames().empty()) {
      EXPECT_FALSE(acknowledged);
      EXPECT_EQ(CountKeys(), 0) << "after failure " << failures;
      continue;
    }
    EXPECT_EQ(Numbers("d")->size(), 90u);
    EXPECT_EQ(bytes_->Value(), 1000);
    // Repeating the request finds the version, whether it was acknowledged or not.
    SERIN_ASSERT_OK_AND_ASSIGN(const auto again, Add(Version("d", LargeTable(2), "r")));
    EXPECT_EQ(again.version(), 1);
    ASSERT_THAT(catalog_->DeleteDataset(kProject, "d"), IsOk());
    EXPECT_EQ(CountKeys(), 0);
  }
  EXPECT_GT(failures, 4);  // Four segments, of a batch each, and the version with the last.
}

TEST_P(CrashTest, Deletion_IsWhole_OrNotAtAll) {
  // The batch that deletes, then two that free for each of two versions, then none that fails.
  for (int failures = 0; failures <= 5; ++failures) {
    ASSERT_THAT(Add(Version("d", LargeTable(10), "r")), IsOk());
    ASSERT_THAT(Add(Version("d", LargeTable(10))), IsOk());
    store_.FailWriteAfter(failures, GetParam());
    const bool acknowledged = catalog_->DeleteDataset(kProject, "d").ok();
    EXPECT_EQ(acknowledged, failures > 0);
    store_.Crash();
    Restart();
    if (!DatasetNames().empty()) {
      EXPECT_FALSE(acknowledged);
      EXPECT_EQ(Numbers("d@1")->size(), 10u);
      EXPECT_EQ(Numbers("d@2")->size(), 10u);
      ASSERT_THAT(catalog_->DeleteDataset(kProject, "d"), IsOk());
    }
    EXPECT_EQ(CountKeys(), 0) << "after failure " << failures;
    EXPECT_EQ(bytes_->Value(), 0);
  }
}

TEST_P(CrashTest, DeletionOfAVersion_IsWhole_OrNotAtAll) {
  ASSERT_THAT(Add(Version("d", LargeTable(10))), IsOk());
  const int keys = CountKeys();
  for (int failures = 0; failures <= 3; ++failures) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto made, Add(Version("d", LargeTable(10), "r")));
    store_.FailWriteAfter(failures, GetParam());
    const bool acknowledged = catalog_->DeleteVersion(kProject, "d", made.version()).ok();
    EXPECT_EQ(acknowledged, failures > 0);
    store_.Crash();
    Restart();
    if (Numbers(made.name()).ok()) {
      EXPECT_FALSE(acknowledged);
      EXPECT_EQ(Numbers(made.name())->size(), 10u);
      EXPECT_EQ(bytes_->Value(), 2000);
      ASSERT_THAT(catalog_->DeleteVersion(kProject, "d", made.version()), IsOk());
    }
    EXPECT_EQ(Numbers("d")->size(), 10u);
    EXPECT_EQ(CountKeys(), keys) << "after failure " << failures;
    EXPECT_EQ(bytes_->Value(), 1000);
  }
}

TEST_P(CrashTest, Recovery_MayDieToo) {
  for (int failures = 0; failures < 3; ++failures) {
    ASSERT_THAT(Add(Version("kept", LargeTable(2))), IsOk());
    store_.FailWriteAfter(2, MemoryStore::FailedWrite::kLost);
    ASSERT_FALSE(Add(Version("lost", LargeTable(90))).ok());
    store_.Crash();
    store_.FailWriteAfter(failures, GetParam());
    DatasetCatalog(&store_, &clock_, &ids_, bytes_).Recover().IgnoreError();
    store_.Crash();
    Restart();
    EXPECT_THAT(DatasetNames(), ElementsAre("datasets/kept"));
    ASSERT_THAT(catalog_->DeleteDataset(kProject, "kept"), IsOk());
    EXPECT_EQ(CountKeys(), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(WriteIs, CrashTest,
                         testing::Values(MemoryStore::FailedWrite::kLost,
                                         MemoryStore::FailedWrite::kKept),
                         [](const auto& info) {
                           return info.param == MemoryStore::FailedWrite::kLost ? "Lost" : "Kept";
                         });

}  // namespace
}  // namespace serin
