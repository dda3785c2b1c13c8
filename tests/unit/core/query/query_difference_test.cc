// The same statements to the same rows, here and in a table of SQLite's own: the answers must be
// the same, to the type and the last digit.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/query/query.h"
#include "core/query/sqlite_memory.h"
#include "core/query/timestamp_text.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/query/run_query.h"

namespace serin {
namespace {

using ::serin::testing::Answer;
using ::serin::testing::NamedTables;
using ::serin::testing::RunQuery;

using Random = std::mt19937_64;
using Rows = std::vector<std::vector<std::string>>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <typename T>
T Pick(Random& random, const std::vector<T>& values) {
  return values[random() % values.size()];
}

// Few values, so that comparisons hit, and the awkward ones among them.
Table RandomTable(Random& random, int rows) {
  const std::vector<double> numbers = {
      0,    1,   -1,  1.5,  2,      5,  9007199254740993.0,   1e300,
      -1e9, 0.1, 100, kNan, 1e-300, 12, 9223372036854775807.0};
  const std::vector<int64_t> integers = {0,
                                         1,
                                         -1,
                                         2,
                                         5,
                                         12,
                                         100,
                                         9007199254740993,
                                         std::numeric_limits<int64_t>::max(),
                                         -std::numeric_limits<int64_t>::max(),
                                         ColumnData::kMissingInteger};
  const std::vector<double> times = {0, 1.25, 86400, 1'700'000'000, -1, kNan, 12.000001};
  Table table;
  ColumnData n{.name = "n", .type = v1::COLUMN_TYPE_NUMBER};
  ColumnData i{.name = "i", .type = v1::COLUMN_TYPE_INTEGER};
  ColumnData b{.name = "b", .type = v1::COLUMN_TYPE_BOOLEAN};
  ColumnData t{.name = "t", .type = v1::COLUMN_TYPE_TIMESTAMP};
  ColumnData c{.name = "c",
               .type = v1::COLUMN_TYPE_CATEGORY,
               .dictionary = {"cat", "Cat", "dog", "5", "1", "1.0", "", " 5 ", "é", "1e2", "ca"}};
  for (int row = 0; row < rows; ++row) {
    n.numbers.push_back(Pick(random, numbers));
    i.integers.push_back(Pick(random, integers));
    b.numbers.push_back(Pick<double>(random, {0, 1, kNan}));
    t.numbers.push_back(Pick(random, times));
    c.codes.push_back(static_cast<int32_t>(random() % (c.dictionary.size() + 1)) - 1);
  }
  table.columns = {n, i, b, t, c};
  return table;
}

// SQLite with tables of its own.
class RealDatabase {
 public:
  RealDatabase() {
    EXPECT_THAT(InitializeSqlite(), IsOk());
    EXPECT_EQ(sqlite3_open(":memory:", &db_), SQLITE_OK);
  }
  ~RealDatabase() { sqlite3_close(db_); }

  void Load(const std::string& name, const Table& table) {
    Execute(absl::StrCat("create table ", name, "(n real, i integer, b boolean, t text, c text)"));
    sqlite3_stmt* insert = nullptr;
    ASSERT_EQ(
        sqlite3_prepare_v2(db_, absl::StrCat("insert into ", name, " values(?,?,?,?,?)").c_str(),
                           -1, &insert, nullptr),
        SQLITE_OK);
    for (size_t row = 0; row < table.row_count(); ++row) {
      for (size_t column = 0; column < table.columns.size(); ++column) {
        Bind(insert, static_cast<int>(column) + 1, table.columns[column], row);
      }
      ASSERT_EQ(sqlite3_step(insert), SQLITE_DONE);
      sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
  }

  // Nothing where SQLite has an error.
  std::optional<Rows> Select(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
      ADD_FAILURE() << sql << ": " << sqlite3_errmsg(db_);
      return std::nullopt;
    }
    Rows rows;
    int rc = SQLITE_OK;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
      std::vector<std::string>& row = rows.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        row.push_back(text == nullptr ? "NULL" : text);
      }
    }
    sqlite3_finalize(statement);
    if (rc != SQLITE_DONE) return std::nullopt;
    return rows;
  }

 private:
  void Execute(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  }

  static void Bind(sqlite3_stmt* insert, int number, const ColumnData& column, size_t row) {
    if (column.missing(row)) {
      sqlite3_bind_null(insert, number);
    } else if (column.is_string()) {
      sqlite3_bind_text(insert, number, column.dictionary[column.codes[row]].c_str(), -1,
                        SQLITE_TRANSIENT);
    } else if (column.is_integer()) {
      sqlite3_bind_int64(insert, number, column.integers[row]);
    } else if (column.type == v1::COLUMN_TYPE_TIMESTAMP) {
      sqlite3_bind_text(insert, number, TimestampText(MicrosOf(column.numbers[row])).c_str(), -1,
                        SQLITE_TRANSIENT);
    } else if (column.type == v1::COLUMN_TYPE_BOOLEAN) {
      sqlite3_bind_int(insert, number, static_cast<int>(column.numbers[row]));
    } else {
      sqlite3_bind_double(insert, number, column.numbers[row]);
    }
  }

  sqlite3* db_ = nullptr;
};

// Statements over t(n, i, b, t, c) and u of the same columns.
class StatementMaker {
 public:
  explicit StatementMaker(Random* random) : random_(*random) {}

  // quote() shows the type and all digits.
  std::string Make() {
    switch (random_() % 7) {
      case 0:
        return absl::StrCat(
            "select quote(count(*)), quote(sum(a.b)), quote(min(a.c)), "
            "quote(max(a.n)), quote(max(a.t)) from t a where ",
            Condition(2));
      case 1:
        return absl::StrCat("select ", Columns("a"), ", ", Columns("z"), " from t a ",
                            Pick<std::string>(random_, {"join", "left join", "cross join",
                                                        "right join", "full join"}),
                            " u z on ", JoinCondition(), " where ", Condition(1));
      case 2:
        return absl::StrCat("select quote(a.", Column(),
                            ") as k, quote(count(*)), quote(max(a.i)) "
                            "from t a where ",
                            Condition(1), " group by a.", Column(), ", k");
      case 3:
        return absl::StrCat("select ", Columns("a"), " from t a where ",
                            Pick<std::string>(random_, {"", "not "}),
                            "exists (select 1 from u z where ", JoinCondition(), " and ",
                            Condition(1, "z"), ") and ", Condition(1));
      case 4:
        return absl::StrCat("select ", Columns("a"), " from t a where a.", Column(),
                            Pick<std::string>(random_, {" in ", " not in "}), "(select z.",
                            Column(), " from u z where ", Condition(1, "z"), ") or ", Condition(1));
      case 5:
        return PairIn();
      default:
        return absl::StrCat("select ", Columns("a"), " from t a where ", Condition(3));
    }
  }

 private:
  std::string PairIn() {
    return absl::StrCat("select ", Columns("a"), " from t a where (a.", Column(), ", a.", Column(),
                        ")", Pick<std::string>(random_, {" in ", " not in "}), "(select z.",
                        Column(), ", ", Pick<std::string>(random_, {"", "+"}), "z.", Column(),
                        " from u z where ", Condition(1, "z"), ") and ", Condition(1));
  }

  std::string Column() { return Pick<std::string>(random_, {"n", "i", "b", "t", "c"}); }

  std::string Columns(const std::string& table) {
    std::vector<std::string> quoted;
    for (const char* column : {"n", "i", "b", "t", "c"}) {
      quoted.push_back(absl::StrCat("quote(", table, ".", column, ")"));
    }
    return absl::StrJoin(quoted, ", ");
  }

  std::string Literal() {
    return Pick<std::string>(random_, {"0",
                                       "1",
                                       "-1",
                                       "5",
                                       "12",
                                       "100",
                                       "1.5",
                                       "0.1",
                                       "-0.0",
                                       "5.0",
                                       "0.5",
                                       "1e300",
                                       "-1e300",
                                       "9007199254740993",
                                       "9007199254740992.0",
                                       "9223372036854775807",
                                       "9223372036854775807.0",
                                       "-9223372036854775808",
                                       "1e19",
                                       "-1e19",
                                       "'cat'",
                                       "'Cat'",
                                       "'d'",
                                       "''",
                                       "'5'",
                                       "' 5 '",
                                       "'1.0'",
                                       "'1e2'",
                                       "'12abc'",
                                       "'é'",
                                       "x'00'",
                                       "x'636174'",
                                       "null",
                                       "true",
                                       "false",
                                       "'1970-01-01 00:00:00'",
                                       "'1970-01-01'",
                                       "'2023-11-14 22:13:20'",
                                       "'1970-01-01 00:00:12'",
                                       "cast('5' as integer)",
                                       "cast(5 as text)",
                                       "cast('1.0' as numeric)",
                                       "9e999",
                                       "-9e999"});
  }

  std::string Comparison() {
    return Pick<std::string>(random_,
                             {"=", "<", "<=", ">", ">=", "<>", "=", "=", " is ", " is not "});
  }

  std::string Condition(int depth, const std::string& table = "a") {
    const std::string column = absl::StrCat(table, ".", Column());
    switch (random_() % (depth > 0 ? 12 : 8)) {
      case 0:
        return absl::StrCat(column, " is null");
      case 1:
        return absl::StrCat(column, " is not null");
      case 2:
        return absl::StrCat(column, " between ", Literal(), " and ", Literal());
      case 3:
        return absl::StrCat(column, " in (", Literal(), ", ", Literal(), ", ", Literal(), ")");
      case 4:
        return absl::StrCat(column, Comparison(), Literal(), " collate nocase");
      case 5:
        return absl::StrCat("(", column, ", ", table, ".", Column(), ")",
                            Pick<std::string>(random_, {"<", ">=", "=", ">"}), "(", Literal(), ", ",
                            Literal(), ")");
      case 8:
        return absl::StrCat("(", Condition(depth - 1, table), " or ", Condition(depth - 1, table),
                            ")");
      case 9:
        return absl::StrCat("not (", Condition(depth - 1, table), ")");
      case 10:
      case 11:
        return absl::StrCat(Condition(depth - 1, table), " and ", Condition(depth - 1, table));
      default:
        return absl::StrCat(column, Comparison(), Literal());
    }
  }

  std::string JoinCondition() {
    std::string condition = absl::StrCat("a.", Column(), Comparison(), "z.", Column());
    if (random_() % 2 == 0) absl::StrAppend(&condition, " and a.", Column(), "=z.", Column());
    return condition;
  }

  Random& random_;
};

Rows Sorted(Rows rows) {
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(QueryDifferenceTest, AnswersAreThoseOfATableOfSqlitesOwn) {
  Random random(20261121);
  for (int round = 0; round < 10; ++round) {
    const Table t = RandomTable(random, 60);
    const Table u = RandomTable(random, 40);
    RealDatabase real;
    real.Load("t", t);
    real.Load("u", u);
    // Small batches, so that scans cross from one to the next.
    const NamedTables tables = {{"t", std::make_shared<MemoryTable>(t, 7)},
                                {"u", std::make_shared<MemoryTable>(u, 16)}};
    StatementMaker statements(&random);
    for (int i = 0; i < 300; ++i) {
      const std::string sql = statements.Make();
      const std::optional<Rows> expected = real.Select(sql);
      const absl::StatusOr<Answer> answer = RunQuery(tables, {.sql = sql});
      ASSERT_EQ(answer.ok(), expected.has_value()) << sql << "\n" << answer.status();
      if (expected) {
        ASSERT_EQ(Sorted(answer->rows), Sorted(*expected)) << sql;
      }
    }
  }
}

TEST(QueryDifferenceTest, ParametersCompareAsInATableOfSqlitesOwn) {
  Random random(7);
  const Table t = RandomTable(random, 60);
  RealDatabase real;
  real.Load("t", t);
  const NamedTables tables = {{"t", std::make_shared<MemoryTable>(t)}};
  const std::vector<std::pair<QueryParameterValue, std::string>> values = {
      {int64_t{5}, "5"},
      {5.0, "5.0"},
      {std::string("5"), "'5'"},
      {0.5, "0.5"},
      {std::string("cat"), "'cat'"},
      {std::monostate(), "null"},
      {std::string(" 5 "), "' 5 '"},
      {std::string("1970-01-01"), "'1970-01-01'"}};
  for (const char* column : {"n", "i", "b", "t", "c"}) {
    for (const char* comparison : {"=", "<", "<=", ">", ">=", "<>", " is "}) {
      for (const auto& [value, literal] : values) {
        const std::string sql = absl::StrCat("select count(*) from t where ", column, comparison);
        SERIN_ASSERT_OK_AND_ASSIGN(const Answer answer,
                                   RunQuery(tables, {.sql = sql + "?1", .parameters = {value}}));
        EXPECT_EQ(answer.rows, real.Select(sql + literal)) << sql << literal;
      }
    }
  }
}

}  // namespace
}  // namespace serin
