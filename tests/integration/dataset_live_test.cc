// A live dataset, with the real `serin` and from many callers at once.

#include <gmock/gmock.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/integration/serin_fixture.h"
#include "tests/integration/text_table_io.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

using DatasetLiveTest = SerinFixture;

TEST_F(DatasetLiveTest, Dataset_GrowsByAppends_AndIsFoundByItsLabels) {
  ASSERT_EQ(
      Serin({"dataset", "append", "events", "-", "--label", "team=ops", "--type", "at=timestamp"},
            "at,amount\n2026-11-21,1.5\n2026-11-22,\n")
          .exit_code,
      0);
  const ProgramResult more =
      Serin({"dataset", "append", "events", "-"}, "at,amount\n2026-11-23T10:00:00Z,3\n");
  EXPECT_EQ(more.output, "appended 1 rows to events, from row 2\n") << more.errors;
  EXPECT_EQ(
      Serin({"dataset", "query", "select count(*) n, sum(amount) s from events", "--output", "csv"})
          .output,
      "n,s\n3,4.5\n");
  EXPECT_THAT(
      Serin({"dataset", "list", "--filter", "labels.team = \"ops\" AND live = true"}).output,
      HasSubstr("datasets/events"));
  const ProgramResult upload = Serin({"dataset", "upload", "events", "-"}, "a\n1\n");
  EXPECT_EQ(upload.exit_code, 1);
  EXPECT_THAT(upload.errors, HasSubstr("FAILED_PRECONDITION"));
}

TEST_F(DatasetLiveTest, AppendsToOneNameAtOnce_AllCount) {
  constexpr int kCallers = 4;
  constexpr int kAppends = 25;
  v1::Schema schema;
  schema.add_columns()->set_name("v");
  schema.mutable_columns(0)->set_type(v1::COLUMN_TYPE_INTEGER);
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&] {
        v1::RowBatch rows;
        v1::Column* column = rows.add_columns();
        column->set_name("v");
        for (int i = 0; i < 10; ++i) column->mutable_integers()->add_values(i);
        for (int i = 0; i < kAppends; ++i) {
          EXPECT_THAT(client().AppendRows("appends", {rows}, {.schema = schema}), IsOk());
        }
      });
    }
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client(), "appends"));
  ASSERT_EQ(rows.size(), static_cast<size_t>(kCallers * kAppends * 10));
  // Each call's rows stand together, in order.
  for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i][0], absl::StrCat(i % 10)) << i;
}

}  // namespace
}  // namespace serin
