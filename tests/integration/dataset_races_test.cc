// What happens to datasets at the same time does not get mixed up.

#include <gmock/gmock.h>

#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/integration/serin_fixture.h"
#include "tests/integration/text_table_io.h"

namespace serin {
namespace {

using ::testing::UnorderedElementsAre;

class DatasetRacesTest : public SerinFixture {
 protected:
  // A file of one column with the same value in each of many rows.
  static std::string FileOf(int value, int rows) {
    std::string csv = "v\n";
    for (int i = 0; i < rows; ++i) absl::StrAppend(&csv, value, "\n");
    return csv;
  }

  static absl::StatusOr<v1::DatasetVersion> Upload(const std::string& dataset,
                                                   const std::string& csv) {
    std::istringstream file(csv);
    return client().UploadDataset(dataset, file);
  }
};

TEST_F(DatasetRacesTest, UploadsToOneNameAtOnce_AreVersionsOfTheirOwn) {
  constexpr int kUploads = 6;
  constexpr int kRows = 200'000;
  std::vector<absl::StatusOr<v1::DatasetVersion>> versions(kUploads);
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kUploads; ++i) {
      callers.emplace_back([&, i] { versions[i] = Upload("race", FileOf(i, kRows)); });
    }
  }
  std::vector<int> numbers;
  for (int i = 0; i < kUploads; ++i) {
    ASSERT_THAT(versions[i], IsOk());
    numbers.push_back(versions[i]->version());
    SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client(), versions[i]->name()));
    ASSERT_EQ(rows.size(), static_cast<size_t>(kRows));
    for (const TextRow& row : rows) ASSERT_EQ(row[0], absl::StrCat(i));
  }
  EXPECT_THAT(numbers, UnorderedElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(DatasetRacesTest, ReaderOfADatasetThatIsDeleted_GetsAllOfItOrAnError) {
  constexpr int64_t kRows = 1'000'000;
  ASSERT_THAT(Upload("going", FileOf(7, kRows)), IsOk());
  int64_t rows_read = 0;
  const absl::Status outcome =
      client().ReadRows("going", {}, [&](const v1::ReadRowsResponse& batch) {
        if (rows_read == 0) {
          EXPECT_THAT(client().DeleteDataset("going"), IsOk());
        }
        for (const int64_t value : batch.columns(0).integers().values()) EXPECT_EQ(value, 7);
        rows_read += batch.row_count();
        return true;
      });
  if (outcome.ok()) {
    EXPECT_EQ(rows_read, kRows) << "a part that looks like the whole";
  } else {
    EXPECT_EQ(outcome.code(), absl::StatusCode::kNotFound) << outcome;
  }
  EXPECT_EQ(client().GetDataset("going").status().code(), absl::StatusCode::kNotFound);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetVersion again, Upload("going", FileOf(1, 10)));
  EXPECT_EQ(again.version(), 1);
  EXPECT_EQ(again.row_count(), 10);
}

}  // namespace
}  // namespace serin
