#include "core/query/row_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "core/table/schema.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Table Flowers() {
  Table table;
  table.columns = {{.name = "petal length",
                    .type = v1::COLUMN_TYPE_NUMBER,
                    .numbers = {1.4, 4.7, std::numeric_limits<double>::quiet_NaN(), 6}},
                   {.name = "species",
                    .type = v1::COLUMN_TYPE_CATEGORY,
                    .codes = {0, 1, 1, 2},
                    .dictionary = {"setosa", "versicolor", "virginica"}}};
  return table;
}

absl::StatusOr<std::vector<uint32_t>> Select(const std::string& expression) {
  auto filter = RowFilter::Compile(expression, SchemaOf(Flowers()));
  if (!filter.ok()) return filter.status();
  return (*filter)->Select(Flowers());
}

TEST(RowFilterTest, SelectsTheRowsForWhichTheExpressionIsTrue) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rows,
                             Select("\"petal length\" > 1.5 and species <> 'virginica'"));
  EXPECT_THAT(rows, ElementsAre(1));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto missing, Select("\"petal length\" is null"));
  EXPECT_THAT(missing, ElementsAre(2));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto neither, Select("not (\"petal length\" > 1.5)"));
  EXPECT_THAT(neither, ElementsAre(0));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto computed, Select("length(species) * 2 = 18 -- virginica"));
  EXPECT_THAT(computed, ElementsAre(3));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto list, Select("species in ('setosa', 'virginica')"));
  EXPECT_THAT(list, ElementsAre(0, 3));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto either,
                             Select("species = 'virginica' or \"petal length\" < 1.5"));
  EXPECT_THAT(either, ElementsAre(0, 3));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto constant, Select("1"));
  EXPECT_THAT(constant, ElementsAre(0, 1, 2, 3));
}

TEST(RowFilterTest, IsAskedForOneBatchAfterTheOther) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto filter,
                             RowFilter::Compile("species = 'setosa'", SchemaOf(Flowers())));
  Table batch = Flowers();
  for (int i = 0; i < 10; ++i) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, filter->Select(batch));
    EXPECT_THAT(rows, ElementsAre(0));
  }
  batch.columns[1].dictionary = {"virginica", "setosa", "rosa"};
  SERIN_ASSERT_OK_AND_ASSIGN(const auto other, filter->Select(batch));
  EXPECT_THAT(other, ElementsAre(1, 2));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto none, filter->Select(EmptyTable(SchemaOf(batch))));
  EXPECT_THAT(none, IsEmpty());
}

TEST(RowFilterTest, RefusesWhatIsNoExpressionOverTheColumns) {
  for (const char* expression :
       {"", "petal > 1", "species =", "count(*) > 1", "row_number() over () = 1", "1) limit (1",
        "1) group by (species", "1) union select (1", "1), (2", "1); select (1",
        "species in (select species from rows)", "exists(select 1)", "species = ?1", "species = :x",
        "load_extension('x')", "species = \"setosa\"", "1) order by (1"}) {
    EXPECT_THAT(Select(expression), IsError(absl::StatusCode::kInvalidArgument, HasSubstr("")))
        << expression;
  }
}

TEST(RowFilterTest, NamesWhatIsWrong) {
  EXPECT_THAT(Select("petal > 1"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("no such column: petal")));
  EXPECT_THAT(Select("exists(select 1)"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("without a select")));
}

TEST(RowFilterTest, CanBeUsedAgainAfterAnError) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto filter,
      RowFilter::Compile(
          "abs(case species when 'setosa' then -9223372036854775807 - 1 end) is null",
          SchemaOf(Flowers())));
  EXPECT_THAT(filter->Select(Flowers()),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("overflow")));
  Table batch = Flowers();
  batch.columns[1].dictionary[0] = "rosa";
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, filter->Select(batch));
  EXPECT_THAT(rows, ElementsAre(0, 1, 2, 3));
}

}  // namespace
}  // namespace serin
