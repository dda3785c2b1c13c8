#include "server/dataset/stored_table.h"

#include <prometheus/registry.h>
#include <sys/resource.h>

#include <memory>
#include <string>
#include <vector>

#include "core/storage/memory_store.h"
#include "server/dataset/download.h"
#include "server/dataset/version_writer.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;

constexpr char kProject[] = "default";

bool Never() { return false; }

// Row i has n = i, s = "even" or "odd", and every third value of `s` is missing.
Table Rows(int begin, int end) {
  ColumnData n{.name = "n", .type = v1::COLUMN_TYPE_INTEGER};
  ColumnData s{.name = "s", .type = v1::COLUMN_TYPE_CATEGORY, .dictionary = {"even", "odd"}};
  for (int i = begin; i < end; ++i) {
    n.integers.push_back(i);
    s.codes.push_back(i % 3 == 0 ? ColumnData::kMissingCode : i % 2);
  }
  return Table{{n, s}};
}

std::string TextOf(int i) {
  if (i % 3 == 0) return "missing";
  return i % 2 == 0 ? "even" : "odd";
}

class StoredTableTest : public testing::Test {
 protected:
  StoredTableTest()
      : bytes_(&prometheus::BuildGauge().Name("bytes").Register(registry_).Add({})),
        catalog_(&store_, &clock_, &ids_, bytes_) {}

  std::unique_ptr<VersionWriter> Writer(const std::string& dataset) {
    auto writer = VersionWriter::Create(&catalog_, {.project = kProject, .dataset = dataset});
    EXPECT_THAT(writer, IsOk());
    return *std::move(writer);
  }

  // What a plan reads of two columns, as text.
  static std::vector<std::string> ReadAll(const StoredTable& table, ReadPlan plan) {
    std::vector<std::string> rows;
    auto cursor = table.Read(std::move(plan));
    EXPECT_THAT(cursor, IsOk());
    while (true) {
      const auto batch = (*cursor)->Next();
      EXPECT_THAT(batch, IsOk());
      if (!batch.ok() || *batch == nullptr) return rows;
      const auto& columns = (*batch)->table.columns;
      for (int64_t row = 0; row < (*batch)->row_count; ++row) {
        const std::string text =
            columns[0].missing(row) ? "missing" : columns[0].dictionary[columns[0].codes[row]];
        rows.push_back(std::to_string(columns[1].integers[row]) + " " + text);
      }
    }
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  prometheus::Gauge* const bytes_;
  DatasetCatalog catalog_;
};

TEST_F(StoredTableTest, WhatWasAppendedInBatches_IsRead_ColumnByColumnFromAnyRow) {
  auto writer = Writer("d");
  for (int row = 0; row < 30'000; row += 1000) {
    ASSERT_THAT(writer->Append(Rows(row, row + 1000)), IsOk());
  }
  v1::DatasetVersion description;
  description.mutable_derivation()->add_sources("datasets/c/versions/1");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto version, writer->Commit(description, Never));
  EXPECT_EQ(version.name(), "datasets/d/versions/1");
  EXPECT_EQ(version.row_count(), 30'000);
  EXPECT_THAT(version.derivation().sources(), ElementsAre("datasets/c/versions/1"));

  SERIN_ASSERT_OK_AND_ASSIGN(const auto table, OpenTable(store_, kProject, {.id = "d"}));
  EXPECT_EQ(table->version().name(), version.name());
  for (const int first : {0, 1, 8191, 8192, 29'999, 30'000, 40'000}) {
    const auto rows = ReadAll(*table, {.columns = {1, 0}, .first_row = first, .row_limit = 9000});
    const int end = std::min(first + 9000, 30'000);
    ASSERT_EQ(rows.size(), static_cast<size_t>(std::max(end - first, 0))) << first;
    for (int row = first; row < end; ++row) {
      ASSERT_EQ(rows[row - first], std::to_string(row) + " " + TextOf(row));
    }
  }
}

TEST_F(StoredTableTest, NoColumns_CountsRows) {
  auto writer = Writer("d");
  ASSERT_THAT(writer->Append(Rows(0, 20'000)), IsOk());
  ASSERT_THAT(writer->Commit({}, Never), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto table, OpenTable(store_, kProject, {.id = "d"}));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto cursor, table->Read({}));
  int64_t rows = 0;
  while (true) {
    SERIN_ASSERT_OK_AND_ASSIGN(const TableBatch* const batch, cursor->Next());
    if (batch == nullptr) break;
    rows += batch->row_count;
  }
  EXPECT_EQ(rows, 20'000);
}

TEST_F(StoredTableTest, DeletionWhileReading_ChangesNothing) {
  auto writer = Writer("d");
  ASSERT_THAT(writer->Append(Rows(0, 20'000)), IsOk());
  ASSERT_THAT(writer->Commit({}, Never), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto table, OpenTable(store_, kProject, {.id = "d"}));
  ASSERT_THAT(catalog_.DeleteDataset(kProject, "d"), IsOk());
  EXPECT_EQ(ReadAll(*table, {.columns = {1, 0}}).size(), 20'000u);
  EXPECT_THAT(OpenTable(store_, kProject, {.id = "d"}),
              IsError(absl::StatusCode::kNotFound, Eq("datasets/d does not exist")));
}

// Most memory that the process has had so far, in MiB.
int64_t PeakMemory() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss >> 10;
}

TEST_F(StoredTableTest, RowsThatShareALongText_AreWrittenToAFileFewAtATime) {
  const auto writer = Writer("d");
  ASSERT_THAT(writer->Append(Table{{{.name = "s",
                                     .type = v1::COLUMN_TYPE_TEXT,
                                     .codes = std::vector<int32_t>(256, 0),
                                     .dictionary = {std::string(5 << 20, 'x')}}}}),
              IsOk());
  ASSERT_THAT(writer->Commit({}, Never), IsOk());
  const int64_t before = PeakMemory();
  v1::DownloadDatasetRequest request;
  request.set_name("d");
  request.set_format(v1::DownloadDatasetRequest::FORMAT_CSV);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto download, OpenDownload(store_, kProject, request));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, download->Next());
  EXPECT_EQ(first->chunk().size(), 1u << 20);
  EXPECT_LT(PeakMemory() - before, 200);
}

TEST_F(StoredTableTest, AWriterThatIsAbandoned_OrHasNoRows_LeavesNothing) {
  ASSERT_THAT(Writer("d")->Append(Rows(0, 20'000)), IsOk());
  EXPECT_THAT(Writer("d")->Commit({}, Never),
              IsError(absl::StatusCode::kFailedPrecondition, Eq("there are no rows")));
  int keys = 0;
  ASSERT_THAT(store_.Scan("", "", [&](auto, auto) { return ++keys > 0; }), IsOk());
  EXPECT_EQ(keys, 0);
}

}  // namespace
}  // namespace serin
