#include "core/transform/transform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/transform/transform_testing.h"

namespace serin {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Columns of every type, with missing values and few different ones.
Table RandomTable(int rows, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text = "n:number i:integer c:category b:boolean t:timestamp s:text\n";
  const auto cell = [&](const std::string& value) { return random() % 8 == 0 ? "_" : value; };
  for (int row = 0; row < rows; ++row) {
    absl::StrAppend(&text, cell(absl::StrCat(0.25 * (random() % 40))), " ");
    absl::StrAppend(&text, cell(absl::StrCat(random() % 12)), " ");
    absl::StrAppend(&text, cell(std::string(1, 'p' + random() % 5)), " ");
    absl::StrAppend(&text, cell(random() % 2 == 0 ? "true" : "false"), " ");
    absl::StrAppend(&text, cell(absl::StrCat(random() % 9)), " ");
    absl::StrAppend(&text, cell(absl::StrCat("text", random() % 30)), "\n");
  }
  return TextTable(text);
}

// Each alone, and in some combinations.
std::vector<std::vector<std::string>> ManySteps() {
  const std::vector<std::string> all = {
      "select { columns: ['s', 'n', 'c', 'i', 'b', 't'] }",
      "rename { column: 't' to: 'when' }",
      "cast { column: 'n' type: COLUMN_TYPE_INTEGER on_error: ON_ERROR_MISSING }",
      "drop_missing { columns: ['c', 'b'] }",
      "filter { expression: \"i > 3 or c = 'p'\" }",
      "fill_missing { columns: ['n', 'i'] strategy: STRATEGY_MEAN }",
      "fill_missing { columns: ['n', 'i'] strategy: STRATEGY_MEDIAN }",
      "fill_missing { columns: ['c', 's', 'b'] strategy: STRATEGY_MOST_FREQUENT }",
      "clip { columns: ['n', 'i'] min: 2 max: 7 }",
      "standardize { columns: ['n', 'i'] }",
      "min_max { columns: 'i' }",
      "log { columns: 'n' }",
      "bucket { column: 'n' quantiles: 3 }",
      "split { fractions: [0.6, 0.4] part: 1 seed: 9 stratify_by: 'c' }",
      "sample { fraction: 0.5 seed: 2 }",
      "sort { keys { column: 's' } keys { column: 'n' descending: true } }",
      "deduplicate { columns: ['c', 'i'] }",
      "join { dataset: 'other' kind: KIND_LEFT keys: ['c', 'i'] }",
      "one_hot { column: 'c' }",
  };
  std::vector<std::vector<std::string>> combinations = {
      {all[3], all[5], all[9], all[18]},
      {all[15], all[14], all[16], all[4]},
      {all[17], all[13], all[15], all[12]},
      {all[18], "split { fractions: [0.5, 0.5] stratify_by: 'c=p' }"},
  };
  for (const std::string& step : all) combinations.push_back({step});
  return combinations;
}

TEST(TransformPropertyTest, BatchesOfAnySize_MakeTheSameTable) {
  const Table table = RandomTable(200, 1);
  TransformSetup setup{.others = {{"other", RandomTable(40, 2)}}};
  for (const std::vector<std::string>& steps : ManySteps()) {
    setup.batch_rows = 1000;
    SERIN_ASSERT_OK_AND_ASSIGN(const Table whole, RunSteps(table, steps, setup));
    for (const int64_t batch_rows : {1, 7, 64}) {
      setup.batch_rows = batch_rows;
      SERIN_ASSERT_OK_AND_ASSIGN(const Table cut, RunSteps(table, steps, setup));
      EXPECT_TRUE(TextOf(cut) == TextOf(whole)) << steps[0] << " in batches of " << batch_rows;
    }
  }
}

TEST(TransformTest, StepsAreCheckedBeforeAnyRowIsRead) {
  // The first step would fail on the row, the second on its own.
  EXPECT_THAT(RunSteps(TextTable("a:text\nx\n"),
                       {"cast { column: 'a' type: COLUMN_TYPE_NUMBER }", "drop { columns: 'b' }"}),
              IsError(kInvalid, HasSubstr("steps[1].drop.columns[0]")));
}

TEST(TransformTest, NoStepsTooManyStepsAndAnEmptyStep_AreErrors) {
  const Table table = TextTable("a:number\n1\n");
  EXPECT_THAT(RunSteps(table, {}), IsError(kInvalid, Eq("steps: is required")));
  EXPECT_THAT(RunSteps(table, {""}), IsError(kInvalid, Eq("steps[0]: is required")));
  EXPECT_THAT(RunSteps(table, std::vector<std::string>(101, "deduplicate {}")),
              IsError(kInvalid, Eq("steps: must have at most 100 steps, has 101")));
}

TEST(TransformTest, MoreColumnsThanTheLimit_IsAnError) {
  EXPECT_THAT(RunSteps(TextTable("a:category\nx\ny\nz\n"), {"one_hot { column: 'a' }"},
                       {.limits = {.max_columns = 2}}),
              IsError(kInvalid, Eq("steps[0]: must make a table of at most 2 columns, makes 3")));
}

TEST(TransformTest, WhereNoRowIsLeft_NothingIsGivenOn) {
  const Table table = TextTable("a:number\n_\n_\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table none, RunSteps(table, {"drop_missing {}"}));
  EXPECT_EQ(none.row_count(), 0u);
  // Also where steps behind look at all rows of nothing.
  EXPECT_EQ(RunSteps(table, {"drop_missing {}", "sort { keys { column: 'a' } }",
                             "bucket { column: 'a' quantiles: 3 }", "sample { rows: 3 }"})
                ->row_count(),
            0u);
}

TEST(TransformTest, Cancelled_EndsAtTheNextBatch) {
  int asked = 0;
  TransformSetup setup{.batch_rows = 1, .cancelled = [&] { return ++asked > 3; }};
  EXPECT_THAT(RunSteps(RandomTable(10, 3), {"deduplicate {}"}, setup),
              IsError(absl::StatusCode::kCancelled, HasSubstr("gone away")));
  EXPECT_EQ(asked, 4);
}

TEST(TransformTest, AnErrorOfTheSink_EndsTheTransformation) {
  const MemoryTable table(RandomTable(10, 4), 1);
  int batches = 0;
  const auto result =
      Transform(table, StepsOf({"drop { columns: 's' }"}), TransformEnvironment(), [&](Table) {
        ++batches;
        return absl::UnavailableError("full");
      });
  EXPECT_THAT(result, IsError(absl::StatusCode::kUnavailable, Eq("full")));
  EXPECT_EQ(batches, 1);
}

}  // namespace
}  // namespace serin
