#include "core/query/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/base/errors.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/query/run_query.h"

namespace serin {
namespace {

using ::serin::testing::Answer;
using ::serin::testing::NamedTables;
using ::serin::testing::RunQuery;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

// One row of each type, one with other values, one with none.
Table AllTypes() {
  Table table;
  table.columns = {
      {.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1.5, -0.0, kNan}},
      {.name = "i",
       .type = v1::COLUMN_TYPE_INTEGER,
       .integers = {kLargest, -kLargest, ColumnData::kMissingInteger}},
      {.name = "b", .type = v1::COLUMN_TYPE_BOOLEAN, .numbers = {1, 0, kNan}},
      {.name = "t", .type = v1::COLUMN_TYPE_TIMESTAMP, .numbers = {1.25, 1'700'000'000, kNan}},
      {.name = "c",
       .type = v1::COLUMN_TYPE_CATEGORY,
       .codes = {1, 0, ColumnData::kMissingCode},
       .dictionary = {"dog", "cat"}},
      {.name = "x",
       .type = v1::COLUMN_TYPE_TEXT,
       .codes = {0, 1, ColumnData::kMissingCode},
       .dictionary = {"naïve", ""}}};
  return table;
}

std::vector<v1::ColumnType> TypesOf(const Answer& answer) {
  std::vector<v1::ColumnType> types;
  for (const v1::ColumnSchema& column : answer.schema.columns()) types.push_back(column.type());
  return types;
}

std::vector<std::string> NamesOf(const Answer& answer) {
  std::vector<std::string> names;
  for (const v1::ColumnSchema& column : answer.schema.columns()) names.push_back(column.name());
  return names;
}

// The one column of an answer, row by row.
std::vector<std::string> OnlyColumn(const Answer& answer) {
  std::vector<std::string> values;
  for (const auto& row : answer.rows) values.push_back(row.at(0));
  return values;
}

TEST(QueryTest, ColumnsThatComeStraightFromATableKeepTypeAndValue) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer, RunQuery(AllTypes(), "select * from t"));
  EXPECT_THAT(TypesOf(answer), ElementsAre(v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_INTEGER,
                                           v1::COLUMN_TYPE_BOOLEAN, v1::COLUMN_TYPE_TIMESTAMP,
                                           v1::COLUMN_TYPE_CATEGORY, v1::COLUMN_TYPE_TEXT));
  EXPECT_THAT(answer.rows,
              ElementsAre(ElementsAre("1.5", "9223372036854775807", "true",
                                      "1970-01-01T00:00:01.25Z", "cat", "naïve"),
                          ElementsAre("-0", "-9223372036854775807", "false", "2023-11-14T22:13:20Z",
                                      "dog", ""),
                          ElementsAre("NULL", "NULL", "NULL", "NULL", "NULL", "NULL")));
}

TEST(QueryTest, TypesOfExpressionsFollowTheirValues) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      RunQuery(AllTypes(), "select i - i, n * 2, c || '!', null, t, typeof(b) from t"));
  EXPECT_THAT(TypesOf(answer),
              ElementsAre(v1::COLUMN_TYPE_INTEGER, v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_TEXT,
                          v1::COLUMN_TYPE_TEXT, v1::COLUMN_TYPE_TIMESTAMP, v1::COLUMN_TYPE_TEXT));
  EXPECT_THAT(answer.rows[0],
              ElementsAre("0", "3", "cat!", "NULL", "1970-01-01T00:00:01.25Z", "integer"));
}

TEST(QueryTest, AnIntegerOverflowIsAnError) {
  EXPECT_THAT(
      RunQuery(AllTypes(), "select sum(i + 0) + 9223372036854775807 + 5 from t where i > 0"),
      IsOk());
  EXPECT_THAT(RunQuery(AllTypes(),
                       "select sum(x) from (select i as x from t where i > 0 "
                       "union all select i from t where i > 0)"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("integer overflow")));
}

TEST(QueryTest, TimestampsAreTextForTheFunctionsOfSqlite) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer, RunQuery(AllTypes(),
                                    "select cast(t as text), date(t, '+1 day'), strftime('%Y', t), "
                                    "unixepoch(t) from t where t >= '1970-01-01'"));
  EXPECT_THAT(answer.rows,
              ElementsAre(ElementsAre("1970-01-01 00:00:01.25", "1970-01-02", "1970", "1"),
                          ElementsAre("2023-11-14 22:13:20", "2023-11-15", "2023", "1700000000")));
}

TEST(QueryTest, TimestampsCompareAsTheirText) {
  for (const auto& [condition, rows] :
       std::vector<std::pair<std::string, std::string>>{{"t < '1970-01-01 00:00:01.25'", "0"},
                                                        {"t <= '1970-01-01 00:00:01.25'", "1"},
                                                        {"t = '1970-01-01 00:00:01.25'", "1"},
                                                        {"t = '1970-01-01 00:00:01.250'", "0"},
                                                        {"t <> '1970-01-01 00:00:01.25'", "1"},
                                                        {"t > '1970-01-01 00:00:01'", "2"},
                                                        {"t between '2023' and '2024'", "1"},
                                                        {"t < datetime('now')", "2"},
                                                        {"t is null", "1"}}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer,
                               RunQuery(AllTypes(), "select count(*) from t where " + condition));
    EXPECT_THAT(OnlyColumn(answer), ElementsAre(rows)) << condition;
  }
}

TEST(QueryTest, NamesAreMadeUnique) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer,
                             RunQuery(AllTypes(), "select n, n, n as n_2, 1 as '' from t"));
  EXPECT_THAT(NamesOf(answer), ElementsAre("n", "n_2", "n_2_2", "column4"));
}

TEST(QueryTest, ColumnsWhoseNamesDifferInCaseOnlyCanBothBeRead) {
  Table table;
  table.columns = {
      {.name = "a", .type = v1::COLUMN_TYPE_INTEGER, .integers = {1}},
      {.name = "A", .type = v1::COLUMN_TYPE_INTEGER, .integers = {2}},
      {.name = "say \"hi\"; drop table", .type = v1::COLUMN_TYPE_INTEGER, .integers = {3}}};
  SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer,
                             RunQuery(table, R"(select a, A_2, "say ""hi""; drop table" from t)"));
  EXPECT_THAT(answer.rows, ElementsAre(ElementsAre("1", "2", "3")));
}

TEST(QueryTest, TablesAreFoundByTheNamesThatTheResolverKnows) {
  Table other;
  other.columns = {{.name = "v", .type = v1::COLUMN_TYPE_INTEGER, .integers = {7}}};
  const auto table = std::make_shared<MemoryTable>(other);
  const NamedTables tables = {{"iris", table},
                              {"iris@3", table},
                              {"datasets/a-b.c/versions/2", table},
                              {"dbstat", table},
                              {"json_each", table}};
  for (const char* name : {"iris", "IRIS", "\"iris@3\"", "[iris@3]",
                           "\"datasets/a-b.c/versions/2\"", "dbstat", "json_each"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer,
                               RunQuery(tables, {.sql = absl::StrCat("select v from ", name)}));
    EXPECT_THAT(OnlyColumn(answer), ElementsAre("7")) << name;
  }
  EXPECT_THAT(RunQuery(tables, {.sql = "select * from iris, wine"}),
              IsError(absl::StatusCode::kNotFound, HasSubstr("wine")));
}

TEST(QueryTest, JoinsGroupsOrdersAndLimits) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      RunQuery(AllTypes(),
               "with pairs as (select a.c as c, b.n as n from t a, t b) "
               "select c, count(*) as rows, count(n), max(c) over () from pairs "
               "group by c having c is not null order by c desc limit 5"));
  EXPECT_THAT(answer.rows, ElementsAre(ElementsAre("dog", "3", "2", "dog"),
                                       ElementsAre("cat", "3", "2", "dog")));
}

TEST(QueryTest, ParametersAreBoundInOrder) {
  const NamedTables tables = {{"t", std::make_shared<MemoryTable>(AllTypes())}};
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      RunQuery(tables, {.sql = "select i from t where c = ?2 and n > ?1 and ?3 is null",
                        .parameters = {1.25, std::string("cat"), std::monostate()}}));
  EXPECT_THAT(OnlyColumn(answer), ElementsAre("9223372036854775807"));
  EXPECT_THAT(RunQuery(tables, {.sql = "select ?", .parameters = {}}),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("parameters: must be as many as the statement has, 1, are 0")));
}

TEST(QueryTest, ErrorsOfSyntaxSayWhere) {
  EXPECT_THAT(
      RunQuery(AllTypes(), "select n\nfrm t where n > 1"),
      IsError(absl::StatusCode::kInvalidArgument,
              AllOf(HasSubstr("sql: "), HasSubstr("near \"t\""), HasSubstr("(line 2, column 5)"))));
  EXPECT_THAT(RunQuery(AllTypes(), "select nn from t"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("no such column: nn (line 1, column 8)")));
  EXPECT_THAT(RunQuery(AllTypes(), "select \"nn\" from t"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("no such column: nn")));
}

TEST(QueryTest, AnAnswerWithoutRowsHasASchema) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer,
                             RunQuery(AllTypes(), "select n, i + 1 as j from t where n > 100"));
  EXPECT_THAT(answer.rows, IsEmpty());
  EXPECT_THAT(NamesOf(answer), ElementsAre("n", "j"));
  EXPECT_THAT(TypesOf(answer), ElementsAre(v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_TEXT));
}

TEST(QueryTest, AValueThatDoesNotFitTheTypeOfThoseBeforeNamesItsPlaceAndTheWayOut) {
  const std::string sql =
      "with recursive c(x) as (values(1) union all select x + 1 from c where x < 3000) "
      "select case when x < 2000 then x else x + 0.5 end as y from c";
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = sql}),
              IsError(absl::StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("'y'"), HasSubstr("row 1999"), HasSubstr("as real"))));
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      RunQuery(NamedTables(), {.sql = "select cast(y as real) from (" + sql + ")"}));
  EXPECT_EQ(answer.rows.size(), 3000U);
}

TEST(QueryTest, ValuesThatCannotBeSentAreErrors) {
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = "select x'00'"}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("hex")));
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = "select cast(x'ff' as text)"}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = "select 1e999"}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("infinite")));
}

TEST(QueryTest, LongAnswersComeInBatches) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      RunQuery(NamedTables(),
               {.sql = "with recursive c(x) as (values(0) union all select x + 1 from c where "
                       "x < 19999) select x from c"}));
  ASSERT_EQ(answer.rows.size(), 20'000U);
  EXPECT_EQ(answer.rows[19'999][0], "19999");
  EXPECT_GE(answer.batches.size(), 3U);
  int64_t next = 0;
  for (const TableBatch& batch : answer.batches) {
    EXPECT_EQ(batch.first_row, next);
    EXPECT_LE(batch.row_count, 8192);
    next += batch.row_count;
  }
}

// Remembers what was read of it.
class ReadRecord : public TableSource {
 public:
  explicit ReadRecord(Table table) : table_(std::move(table)) {}

  const v1::Schema& schema() const override { return table_.schema(); }
  int64_t row_count() const override { return table_.row_count(); }
  absl::StatusOr<std::unique_ptr<TableCursor>> Read(ReadPlan plan) const override {
    plans_.push_back(plan);
    return table_.Read(std::move(plan));
  }

  const std::vector<ReadPlan>& plans() const { return plans_; }

 private:
  MemoryTable table_;
  mutable std::vector<ReadPlan> plans_;
};

TEST(QueryTest, ReadsOnlyTheColumnsThatTheStatementUses) {
  const auto table = std::make_shared<ReadRecord>(AllTypes());
  ASSERT_THAT(RunQuery({{"t", table}}, {.sql = "select count(*), avg(n) from t where i > 5"}),
              IsOk());
  ASSERT_EQ(table->plans().size(), 1U);
  EXPECT_THAT(table->plans()[0].columns, ElementsAre(0, 1));
}

TEST(QueryTest, ReadsOnlyTheColumnsThatTheStatementUsesOfWideTablesToo) {
  Table wide;
  for (int i = 0; i < 500; ++i) {
    wide.columns.push_back(
        {.name = absl::StrCat("c", i), .type = v1::COLUMN_TYPE_INTEGER, .integers = {i}});
  }
  const auto table = std::make_shared<ReadRecord>(wide);
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      RunQuery({{"t", table}}, {.sql = "select c400, (select c300 + t.c99 from t as u) from t"}));
  EXPECT_THAT(answer.rows, ElementsAre(ElementsAre("400", "399")));
  for (const ReadPlan& plan : table->plans()) EXPECT_LE(plan.columns.size(), 3U);
}

TEST(QueryTest, StorageIsToldWhatTheStatementLooksFor) {
  const auto table = std::make_shared<ReadRecord>(AllTypes());
  ASSERT_THAT(RunQuery({{"t", table}}, {.sql = "select 1 from t where n between 1 and 2 and "
                                               "c = 'cat'"}),
              IsOk());
  ASSERT_EQ(table->plans().size(), 1U);
  const std::vector<ColumnPredicate>& predicates = table->plans()[0].predicates;
  ASSERT_EQ(predicates.size(), 3U);
  double min = -1e9;
  double max = 1e9;
  std::string equals;
  for (const ColumnPredicate& predicate : predicates) {
    if (predicate.equals) equals = *predicate.equals;
    min = std::max(min, predicate.min);
    max = std::min(max, predicate.max);
  }
  EXPECT_EQ(equals, "cat");
  EXPECT_EQ(min, 1);
  EXPECT_EQ(max, 2);
}

class BrokenTable : public MemoryTable {
 public:
  using MemoryTable::MemoryTable;
  absl::StatusOr<std::unique_ptr<TableCursor>> Read(ReadPlan) const override {
    return absl::DataLossError("segment 3 is damaged");
  }
};

TEST(QueryTest, AnErrorOfTheTableIsTheQuerys) {
  EXPECT_THAT(
      RunQuery({{"t", std::make_shared<BrokenTable>(AllTypes())}}, {.sql = "select max(n) from t"}),
      IsError(absl::StatusCode::kDataLoss, HasSubstr("segment 3 is damaged")));
}

TEST(QueryTest, TooManyColumnsAreAnError) {
  Table wide;
  for (int i = 0; i < 2001; ++i) {
    wide.columns.push_back({.name = absl::StrCat("c", i), .type = v1::COLUMN_TYPE_NUMBER});
  }
  EXPECT_THAT(RunQuery(wide, "select c1 from t"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("2001 columns")));
}

}  // namespace
}  // namespace serin
