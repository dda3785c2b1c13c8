// What a query may cost, and that it costs no more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>

#include "core/query/query.h"
#include "core/query/row_filter.h"
#include "core/query/sqlite_memory.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/query/run_query.h"

namespace serin {
namespace {

using ::serin::testing::EnvironmentOf;
using ::serin::testing::NamedTables;
using ::serin::testing::RunQuery;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kForever[] = "with recursive c(x) as (values(0) union all select x + 1 from c) ";

std::shared_ptr<const TableSource> Numbers(int64_t rows) {
  Table table;
  ColumnData& column = table.columns.emplace_back();
  column.name = "x";
  column.type = v1::COLUMN_TYPE_INTEGER;
  for (int64_t row = 0; row < rows; ++row) column.integers.push_back(row * 7919 % rows);
  return std::make_shared<MemoryTable>(std::move(table));
}

TEST(QueryLimitsTest, OneRowTooManyEndsTheQuery) {
  const NamedTables tables = {{"t", Numbers(100)}};
  EXPECT_THAT(RunQuery(tables, {.sql = "select x from t"}, {.max_rows = 100}), IsOk());
  EXPECT_THAT(RunQuery(tables, {.sql = "select x from t"}, {.max_rows = 99}),
              IsError(absl::StatusCode::kResourceExhausted,
                      HasSubstr("an answer may have 99 rows, and this one has more")));
}

// A clock that goes on by itself, a millisecond each time that it is looked at.
class RunningClock : public Clock {
 public:
  absl::Time Now() const override {
    clock_.Advance(absl::Milliseconds(1));
    return clock_.Now();
  }

 private:
  mutable SimulatedClock clock_;
};

class EndlessQueryTest : public ::testing::TestWithParam<std::string> {};

TEST_P(EndlessQueryTest, EndsWithItsTime) {
  const RunningClock clock;
  QueryEnvironment environment = EnvironmentOf({{"t", Numbers(1000)}});
  environment.clock = &clock;
  auto query = Query::Start({.sql = GetParam()}, {.max_time = absl::Seconds(1)}, environment);
  const absl::Status status = query.ok() ? (*query)->Next().status() : query.status();
  EXPECT_THAT(status, IsError(absl::StatusCode::kResourceExhausted,
                              HasSubstr("a query may take 1s, and this one needs longer")));
}

TEST_P(EndlessQueryTest, EndsWhenItIsCancelled) {
  int asked = 0;
  QueryEnvironment environment = EnvironmentOf({{"t", Numbers(1000)}});
  environment.cancelled = [&] { return ++asked > 100; };
  auto query = Query::Start({.sql = GetParam()}, {}, environment);
  const absl::Status status = query.ok() ? (*query)->Next().status() : query.status();
  EXPECT_THAT(status, IsError(absl::StatusCode::kCancelled, HasSubstr("cancelled")));
}

INSTANTIATE_TEST_SUITE_P(
    Statements, EndlessQueryTest,
    ::testing::Values(absl::StrCat(kForever, "select count(*) from c"),
                      absl::StrCat(kForever, "select x from c where x < 0"),
                      "select count(*) from t a, t b, t c, t d where a.x + b.x + c.x = d.x",
                      "select (select count(*) from t b, t c where b.x + c.x = a.x) from t a, t d",
                      absl::StrCat(kForever,
                                   "select x from t where x > 2000 and exists (select 1 "
                                   "from c) or x > 2000 union all select x from c "
                                   "where x < 0")));

TEST(QueryLimitsTest, TimeBetweenBatchesDoesNotCount) {
  SimulatedClock clock;
  QueryEnvironment environment = EnvironmentOf({{"t", Numbers(20'000)}});
  environment.clock = &clock;
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto query,
      Query::Start({.sql = "select x from t"}, {.max_time = absl::Seconds(1)}, environment));
  int batches = 0;
  while (true) {
    clock.Advance(absl::Seconds(10));
    SERIN_ASSERT_OK_AND_ASSIGN(const TableBatch* batch, query->Next());
    if (batch == nullptr) break;
    ++batches;
  }
  EXPECT_GE(batches, 3);
}

class HungryQueryTest : public ::testing::TestWithParam<std::string> {};

TEST_P(HungryQueryTest, EndsAtItsMemory) {
  const NamedTables tables = {{"t", Numbers(200'000)}};
  EXPECT_THAT(RunQuery(tables, {.sql = GetParam()}, {.max_bytes = 1 << 20}),
              IsError(absl::StatusCode::kResourceExhausted,
                      AllOf(HasSubstr("a query may use 1048576 bytes of memory"))));
}

INSTANTIATE_TEST_SUITE_P(
    Statements, HungryQueryTest,
    ::testing::Values("select x from t order by x", "select x, count(*) from t group by x",
                      "select distinct x from t",
                      "select group_concat(printf('%1000d', x)) from t "
                      "group by x % 100",
                      "select x, sum(x) over () from t",
                      "select count(*) from (select x from t union select -x from t)",
                      "with m as materialized (select x, hex(x) from t) select count(*) from m a, "
                      "m b where a.x = b.x",
                      "select json_group_array(x) from t group by x % 3"));

TEST(QueryLimitsTest, AnotherQueryIsNotCharged) {
  const NamedTables tables = {{"t", Numbers(100'000)}};
  SERIN_ASSERT_OK_AND_ASSIGN(const auto large, Query::Start({.sql = "select x from t order by x"},
                                                            {}, EnvironmentOf(tables)));
  ASSERT_THAT(large->Next(), IsOk());
  EXPECT_THAT(
      RunQuery(tables, {.sql = "select x from t order by x limit 5"}, {.max_bytes = 2 << 20}),
      IsOk());
}

TEST(QueryLimitsTest, MemoryIsGivenBack) {
  ASSERT_THAT(InitializeSqlite(), IsOk());
  MemoryAccount account(1 << 30);
  {
    const MemoryScope scope(&account);
    ASSERT_THAT(RunQuery({{"t", Numbers(1000)}}, {.sql = "select x from t order by x"}), IsOk());
    ASSERT_THAT(RowFilter::Compile("x > 1", Numbers(1)->schema()), IsOk());
  }
  EXPECT_EQ(account.used(), 0);
}

TEST(QueryLimitsTest, DeepExpressionsAreRefused) {
  std::string deep = "1";
  for (int i = 0; i < 2000; ++i) deep = absl::StrCat("(", deep, "+1)");
  EXPECT_FALSE(RunQuery(NamedTables(), {.sql = "select " + deep}).ok());
  std::string unions = "select 1";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&unions, " union all select 1");
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = unions}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("too many terms")));
}

TEST(QueryLimitsTest, LongStatementsAndValuesAreRefused) {
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = "select '" + std::string(70'000, 'x') + "'"}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("at most 65536 bytes")));
  EXPECT_THAT(RunQuery(NamedTables(),
                       {.sql = "select replace(printf('%1000d', 1), ' ', printf('%2000d', 1))"}),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("1048576")));
}

TEST(QueryLimitsTest, BatchesStaySmallWhateverTheRows) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const serin::testing::Answer answer,
      RunQuery({{"t", Numbers(50)}}, {.sql = "select printf('%300000d', x) from t"}));
  EXPECT_EQ(answer.rows.size(), 50U);
  for (const TableBatch& batch : answer.batches) EXPECT_LE(batch.row_count, 5);
  EXPECT_THAT(
      RunQuery({{"t", Numbers(1)}}, {.sql = "select printf('%900000d', x), printf('%900000d', x), "
                                            "printf('%900000d', x) from t"}),
      IsError(absl::StatusCode::kResourceExhausted, HasSubstr("row 0 of the answer")));
}

// The most memory that the process has had, in KiB.
int64_t MostMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(QueryLimitsTest, ARowOfTheSameLargeValueOverAndOver_IsNotCopiedThatOften) {
  std::string columns = "x";
  for (int i = 1; i < 200; ++i) columns += ", x";
  const int64_t before = MostMemory();
  EXPECT_THAT(RunQuery(NamedTables(), {.sql = absl::StrCat("select ", columns,
                                                           " from (select printf('%1000000d', 1) "
                                                           "as x union all select 2)")}),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("row 0 of the answer")));
  EXPECT_LT(MostMemory() - before, 300 << 10);
}

TEST(QueryLimitsTest, ListsAreHeldWithinTheMemory) {
  const NamedTables tables = {{"t", Numbers(200'000)}};
  const std::string sql = "select count(*) from t where x in (select x from t)";
  EXPECT_THAT(RunQuery(tables, {.sql = sql}), IsOk());
  EXPECT_THAT(RunQuery(tables, {.sql = sql}, {.max_bytes = 6 << 20}),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("6291456 bytes of memory")));
}

// Each name stands for twice the one before: a statement that grows as it is read.
TEST(QueryLimitsTest, StatementsThatExplodeEndAtTheirMemoryOrTime) {
  std::string sql = "with a0 as (select 1 as x)";
  for (int i = 1; i < 40; ++i) {
    absl::StrAppend(&sql, ", a", i, " as (select p.x from a", i - 1, " p, a", i - 1, " q)");
  }
  absl::StrAppend(&sql, " select count(*) from a39");
  const absl::Status status =
      RunQuery(NamedTables(), {.sql = sql}, {.max_bytes = 61 << 20, .max_time = absl::Seconds(5)})
          .status();
  EXPECT_FALSE(status.ok());
}

}  // namespace
}  // namespace serin
