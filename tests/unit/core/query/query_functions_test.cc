// Functions that stand in the place of SQLite's: the same results, in time by the sum of what they
// are given.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/query/query.h"
#include "core/query/row_value_scan.h"
#include "core/query/sqlite_memory.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/query/run_query.h"

namespace serin {
namespace {

using ::serin::testing::NamedTables;
using ::serin::testing::RunQuery;
using ::testing::HasSubstr;

using Random = std::mt19937_64;

// One value, or what SQLite says is wrong.
std::string AskSqlite(const std::string& sql) {
  EXPECT_THAT(InitializeSqlite(), IsOk());
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
  std::string answer;
  if (sqlite3_step(statement) == SQLITE_ROW) {
    answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  } else {
    answer = absl::StrCat("error: ", sqlite3_errmsg(db));
  }
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return answer;
}

std::string AskSerin(const std::string& sql) {
  const auto answer = RunQuery(NamedTables(), {.sql = sql});
  if (!answer.ok()) return absl::StrCat("error: ", answer.status().message());
  return answer->rows[0][0];
}

// Mostly text of few characters, so that much is found.
std::string Value(Random& random, bool whole_characters = false) {
  static const auto& characters = *new std::vector<std::string>{
      "a", "A", "b", "é", "É", "😀", "%", "_", "*", "?", "[", "]", "^", "-", " "};
  switch (random() % 12) {
    case 0:
      return "null";
    case 1:
      return absl::StrCat(random() % 30);
    case 2:
      return "1.5";
    case 3:
      return "x'61c3a9'";
    case 4:
      if (whole_characters) return "'é'";
      return random() % 2 == 0 ? "x'c3'" : "cast(x'a961' as text)";
    default:
      std::string text = "'";
      for (uint64_t length = random() % 9; length > 0; --length) {
        absl::StrAppend(&text, characters[random() % characters.size()]);
      }
      return text + "'";
  }
}

std::string Call(Random& random) {
  const auto value = [&] { return Value(random); };
  const auto whole = [&] { return Value(random, /*whole_characters=*/true); };
  switch (random() % 9) {
    case 0:
      return absl::StrCat("instr(", value(), ", ", value(), ")");
    case 1:
    case 2:
      return absl::StrCat("replace(", value(), ", ", value(), ", ", value(), ")");
    case 3:
      return absl::StrCat("trim(", whole(), ", ", whole(), ")");
    case 4:
      return absl::StrCat("ltrim(", whole(), ", ", whole(), ") || rtrim(", whole(), ", ", whole(),
                          ")");
    case 5:
      return absl::StrCat("trim(", whole(), ") || ltrim(", whole(), ") || rtrim(", whole(), ")");
    case 6:
      return absl::StrCat(value(), " like ", value(), " escape 'a'");
    case 7:
      return absl::StrCat(value(), " glob ", value());
    default:
      return absl::StrCat(value(), " like ", value());
  }
}

TEST(QueryFunctionsTest, ReturnWhatThoseOfSqliteDo) {
  Random random(20261121);
  for (int i = 0; i < 3000; ++i) {
    const std::string sql = absl::StrCat("select hex(quote(", Call(random), "))");
    ASSERT_EQ(AskSerin(sql), AskSqlite(sql)) << sql;
  }
}

TEST(QueryFunctionsTest, WhatSqliteRefuses_IsRefused) {
  EXPECT_THAT(AskSerin("select 'a' like 'b' escape 'ab'"), HasSubstr("a single character"));
  EXPECT_THAT(AskSerin("select 'a' like 'b' escape '%'"), HasSubstr("must not be % or _"));
  EXPECT_THAT(AskSerin("select 'a' like printf('%2000d', 1)"), HasSubstr("too complex"));
}

class LongCallTest : public ::testing::TestWithParam<const char*> {};

// For each of these, SQLite's own takes minutes or hours.
TEST_P(LongCallTest, IsAnsweredOrEndsSoonAfterItsTime) {
  const std::string sql = absl::StrCat(
      "with recursive s(a, half) as (select replace(printf('%600000s', ''), ' ', 'a'), "
      "replace(printf('%300000s', ''), ' ', 'a')), n(i) as (values(1) union all select i + 1 from "
      "n "
      "where i < 2000) select sum(length(",
      GetParam(), ")) from s, n");
  const absl::Time begin = absl::Now();
  const absl::Status status =
      RunQuery(NamedTables(), {.sql = sql}, {.max_time = absl::Milliseconds(500)}).status();
  EXPECT_LT(absl::Now() - begin, absl::Seconds(15));
  if (!status.ok()) {
    EXPECT_THAT(status, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("needs longer")));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Calls, LongCallTest,
    ::testing::Values("instr(a, half || 'b' || i)", "replace(a, half || 'b' || i, '')",
                      "trim(a, replace(printf('%300000s', i), ' ', 'b'))",
                      "ltrim(a, hex(half) || 'a' || i)", "rtrim(a, half || i)",
                      "a like '%' || substr(half, 1, 900) || i",
                      "a glob '*' || substr(half, 1, 900) || i",
                      "a like '%a%a%a%a%a%a%a%a%a%a%a%a%b' || i",
                      "json_extract('[' || replace(half, 'a', '1,') || i || ']', '$[9]', "
                      "'$[299990]', '$[299991]', '$[299992]', '$[299993]', '$[299994]')"));

TEST(RowValueScanTest, FindsWhatMayBeARowValueBeforeIn) {
  EXPECT_TRUE(MayHaveRowValueIn("select 1 from t where (a, b) in (values (1, 2))"));
  EXPECT_TRUE(MayHaveRowValueIn("(a,b)/* in */ NOT -- in\n in\n IN(select 1, 2)"));
  EXPECT_TRUE(MayHaveRowValueIn("where((lower(a), b))in u"));
  EXPECT_TRUE(MayHaveRowValueIn("(select * from u) in (select 1, 2)"));
  EXPECT_TRUE(MayHaveRowValueIn("(/**/ values (1, 2)) in (select 1, 2)"));
  EXPECT_TRUE(MayHaveRowValueIn("a or (') in (', b) in (select 1, 2)"));
}

TEST(RowValueScanTest, FindsNoneInOtherLists) {
  EXPECT_FALSE(MayHaveRowValueIn("a in (1, 2) and b not in (2, 3) and (a) in (1)"));
  EXPECT_FALSE(MayHaveRowValueIn("lower(a) in ('x', 'y') or substr(a, 1, 2) not in ('x')"));
  EXPECT_FALSE(MayHaveRowValueIn("max (a, min(b, c)) in (1, 2)"));
  EXPECT_FALSE(
      MayHaveRowValueIn("'(a, b) in (' || \"(a, b) in (\" || `(a,b) in (` || [(a, b) in (]"));
  EXPECT_FALSE(MayHaveRowValueIn("(a) inner join (b) into"));
  EXPECT_FALSE(MayHaveRowValueIn("(a, b) = (1, 2) or c in (1) or 'x"));
  EXPECT_FALSE(MayHaveRowValueIn(")))(((,,"));
}

}  // namespace
}  // namespace serin
