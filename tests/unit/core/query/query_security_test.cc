// Whatever a statement says, it reads the tables that it was given and nothing else.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/query/query.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/query/run_query.h"

namespace serin {
namespace {

using ::serin::testing::RunQuery;
using ::testing::HasSubstr;

Table OneRow() {
  Table table;
  table.columns = {{.name = "v", .type = v1::COLUMN_TYPE_INTEGER, .integers = {7}}};
  return table;
}

class OnlySelectTest : public ::testing::TestWithParam<const char*> {};

TEST_P(OnlySelectTest, AnythingElseIsRefused) {
  EXPECT_THAT(RunQuery(OneRow(), GetParam()),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("sql: ")));
}

INSTANTIATE_TEST_SUITE_P(
    Statements, OnlySelectTest,
    ::testing::Values(
        "", ";", "-- nothing", "select 1; select 2", "select 1; drop table t", "select 1; x",
        "insert into t values (1)", "update t set v = 1", "delete from t",
        "replace into t values(1)", "create table u (a)", "create temp table u (a)",
        "create view u as select 1", "create virtual table u using fts5(a)",
        "create temp trigger x after insert on t begin "
        "select 1; end",
        "drop table t", "alter table t rename to u", "attach 'x.db' as x", "attach ':memory:' as x",
        "detach main", "vacuum", "vacuum into 'x.db'", "reindex", "analyze", "begin", "commit",
        "rollback", "savepoint x", "release x", "pragma table_info(t)", "pragma temp_store = file",
        "pragma writable_schema = 1", "explain select 1", "explain query plan select 1",
        "with x as (select 1) insert into t select * from x", "select 1 returning 1",
        "insert into t values (1) returning v"));

class ForbiddenFunctionTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ForbiddenFunctionTest, IsRefusedByItsName) {
  EXPECT_THAT(RunQuery(OneRow(), absl::StrCat("select ", GetParam(), " from t")),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("sql: ")));
}

INSTANTIATE_TEST_SUITE_P(Functions, ForbiddenFunctionTest,
                         ::testing::Values("load_extension('x')", "fts3_tokenizer('simple')",
                                           "readfile('/etc/passwd')", "writefile('x', 'y')",
                                           "edit('x')", "randomblob(100)", "zeroblob(100)",
                                           "sqlite_version()", "sqlite_source_id()",
                                           "sqlite_compileoption_get(1)", "changes()",
                                           "total_changes()", "last_insert_rowid()", "matchinfo(t)",
                                           "snippet(t)", "rtreecheck('t')"));

class HiddenTableTest : public ::testing::TestWithParam<const char*> {};

TEST_P(HiddenTableTest, IsNoneOfTheProjects) {
  const absl::Status status =
      RunQuery(OneRow(), absl::StrCat("select * from ", GetParam())).status();
  EXPECT_TRUE(absl::IsNotFound(status) || absl::IsInvalidArgument(status)) << status;
  EXPECT_FALSE(RunQuery(OneRow(), absl::StrCat("select count(*) from ", GetParam())).ok());
  EXPECT_FALSE(
      RunQuery(OneRow(), absl::StrCat("select exists (select 1 from ", GetParam(), ")")).ok());
}

INSTANTIATE_TEST_SUITE_P(Tables, HiddenTableTest,
                         ::testing::Values("sqlite_master", "sqlite_schema", "sqlite_temp_master",
                                           "sqlite_temp_schema", "main.sqlite_master", "dbstat",
                                           "sqlite_stmt", "fts3tokenize", "json_tree",
                                           "json_each('[1]')"));

class HiddenFunctionTableTest : public ::testing::TestWithParam<const char*> {};

TEST_P(HiddenFunctionTableTest, IsRefused) {
  EXPECT_FALSE(RunQuery(OneRow(), absl::StrCat("select * from ", GetParam())).ok());
}

INSTANTIATE_TEST_SUITE_P(Tables, HiddenFunctionTableTest,
                         ::testing::Values("pragma_table_info('t')", "pragma_database_list",
                                           "pragma_compile_options", "pragma_temp_store",
                                           "bytecode('select 1')", "tables_used('select 1')",
                                           "generate_series(1, 2)", "main.t", "temp.t", "x.t",
                                           "t(1)"));

TEST(QuerySecurityTest, AStatementMayEndWithSemicolonsAndComments) {
  EXPECT_THAT(RunQuery(OneRow(), "select v from t ; ; -- and that is all\n/* really */ ;"), IsOk());
  EXPECT_THAT(RunQuery(OneRow(), "values (1), (2)"), IsOk());
}

TEST(QuerySecurityTest, ANulCharacterDoesNotHideTheRest) {
  EXPECT_THAT(RunQuery(OneRow(), std::string("select 1\0; drop table t", 23)),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("NUL")));
  EXPECT_THAT(RunQuery(OneRow(), "select '\xff'"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
}

TEST(QuerySecurityTest, SortingOpensNoFile) {
  // A sort of more than SQLite's page cache would go to a temporary file unless told otherwise.
  const auto open_files = [] {
    int64_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/fd")) {
      ++count;
    }
    return count;
  };
  const int64_t before = open_files();
  auto query = Query::Start(
      {.sql = "with recursive c(x) as (values(0) union all select x + 1 from c where x < 300000) "
              "select x, hex(x) from c order by 2 desc"},
      {}, serin::testing::EnvironmentOf({}));
  ASSERT_THAT(query, IsOk());
  ASSERT_THAT((*query)->Next(), IsOk());
  EXPECT_EQ(open_files(), before);
}

}  // namespace
}  // namespace serin
