#include <vector>

#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

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
