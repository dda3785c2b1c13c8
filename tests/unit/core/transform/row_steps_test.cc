#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "absl/strings/str_cat.h"
#include "core/transform/stratum_sizes.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/transform/transform_testing.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

// Integers from 0 in column `id`, and a class of three sizes in column `class`.
Table Numbered(int64_t rows) {
  Table table;
  table.columns = {
      {.name = "id", .type = v1::COLUMN_TYPE_INTEGER},
      {.name = "class", .type = v1::COLUMN_TYPE_CATEGORY, .dictionary = {"a", "b", "c"}}};
  for (int64_t row = 0; row < rows; ++row) {
    table.columns[0].integers.push_back(row);
    table.columns[1].codes.push_back(row % 10 == 0 ? 2 : row % 3 == 0 ? 1 : 0);
  }
  return table;
}

std::map<int32_t, int> ClassCounts(const Table& table) {
  std::map<std::string, int> by_name;
  std::map<int32_t, int> counts;
  for (const int32_t code : table.columns[1].codes) {
    ++counts[table.columns[1].dictionary[code][0] - 'a'];
  }
  return counts;
}

absl::Status ErrorOf(const std::string& table, const std::string& step) {
  return RunSteps(TextTable(table), {step}).status();
}

TEST(FilterStepTest, KeepsTheRowsForWhichTheExpressionIsTrue) {
  const std::string table =
      "a:number b:category c:boolean\n1 x true\n2 y false\n_ x true\n3 x false\n";
  EXPECT_EQ(TextAfter(table, {"filter { expression: \"a > 1 and b <> 'y'\" }"}, {.batch_rows = 1}),
            "a:number b:category c:boolean\n3 x false\n");
  EXPECT_EQ(
      TextAfter(table, {"filter { expression: 'a is null or not c' }", "select { columns: 'a' }"}),
      "a:number\n2\n_\n3\n");
}

TEST(FilterStepTest, WhatIsNoExpressionOverTheColumns_IsAnErrorBeforeAnyRow) {
  EXPECT_THAT(ErrorOf("a:number\n1\n", "filter { expression: 'b > 1' }"),
              IsError(kInvalid, HasSubstr("steps[0].filter.expression: ")));
  EXPECT_THAT(ErrorOf("a:number\n1\n", "filter { expression: 'a >' }"),
              IsError(kInvalid, HasSubstr("steps[0].filter.expression: ")));
  EXPECT_THAT(ErrorOf("a:number\n1\n", "filter {}"),
              IsError(kInvalid, Eq("steps[0].filter.expression: is required")));
}

TEST(FilterStepTest, AFunctionThatDecidesOtherwiseEachTime_IsRefused) {
  for (const std::string volatile_function :
       {"random() > 0", "abs(random()) % 2", "a > current_timestamp", "current_date is null"}) {
    EXPECT_THAT(
        ErrorOf("a:number\n1\n", absl::StrCat("filter { expression: '", volatile_function, "' }")),
        IsError(kInvalid, HasSubstr("is not available here: rows may be read more")));
  }
}

TEST(FilterStepTest, IsCancelledBetweenRows) {
  int asked = 0;
  TransformSetup setup{.cancelled = [&asked] { return ++asked > 20; }};
  EXPECT_THAT(
      RunSteps(Numbered(500'000),
               {"filter { expression: 'length(hex(printf(\\'%100000d\\', id))) > 0' }"}, setup),
      IsError(absl::StatusCode::kCancelled, HasSubstr("gone away")));
}

// A table that has other rows each time that it is read, as behind a filter that asks for the time.
class ChangingTable : public TableSource {
 public:
  explicit ChangingTable(std::vector<Table> tables) {
    for (Table& table : tables)
      readings_.push_back(std::make_unique<MemoryTable>(std::move(table)));
  }

  const v1::Schema& schema() const override { return readings_[0]->schema(); }
  int64_t row_count() const override { return readings_[0]->row_count(); }
  absl::StatusOr<std::unique_ptr<TableCursor>> Read(ReadPlan plan) const override {
    return readings_[std::min(next_++, readings_.size() - 1)]->Read(std::move(plan));
  }

 private:
  std::vector<std::unique_ptr<MemoryTable>> readings_;
  mutable size_t next_ = 0;
};

TEST(TwoPassStepsTest, OtherRowsInTheSecondPass_AreAnErrorThatNamesTheStep) {
  for (const std::string step :
       {"split { fractions: [0.5, 0.5] }", "split { fractions: 1 stratify_by: 'c' }",
        "sample { rows: 1 }", "one_hot { column: 'c' }"}) {
    const ChangingTable table({TextTable("c:category\nx\n"), TextTable("c:category\ny\nx\nz\n")});
    const auto status =
        Transform(table, StepsOf({step}), {}, [](Table) { return absl::OkStatus(); }).status();
    EXPECT_THAT(status, IsError(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("other rows came than when they were counted")))
        << step;
    EXPECT_THAT(std::string(status.message()), testing::StartsWith("steps[0].")) << step;
  }
}

TEST(SplitStepTest, PartsAreDisjoint_Cover_AreInOrder_AndHaveTheirFractionOfTheRows) {
  const Table table = Numbered(1001);
  std::set<int64_t> seen;
  std::vector<size_t> sizes;
  for (int part = 0; part < 3; ++part) {
    SERIN_ASSERT_OK_AND_ASSIGN(
        const Table rows,
        RunSteps(table,
                 {absl::StrCat("split { fractions: [0.7, 0.2, 0.1] seed: 5 part: ", part, " }")}));
    const auto& ids = rows.columns[0].integers;
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    seen.insert(ids.begin(), ids.end());
    sizes.push_back(ids.size());
  }
  EXPECT_THAT(seen, SizeIs(1001));
  EXPECT_THAT(sizes, ElementsAre(701, 200, 100));
}

TEST(SplitStepTest, Stratified_EveryClassHasItsFractionToARow) {
  const Table table = Numbered(997);
  const std::map<int32_t, int> all = ClassCounts(table);
  for (const int part : {0, 1}) {
    const double fraction = part == 0 ? 0.8 : 0.2;
    SERIN_ASSERT_OK_AND_ASSIGN(const Table rows,
                               RunSteps(table, {absl::StrCat("split { fractions: [0.8, 0.2] part: ",
                                                             part, " stratify_by: 'class' }")}));
    for (const auto& [name, count] : ClassCounts(rows)) {
      EXPECT_NEAR(count, fraction * all.at(name), 1) << name;
    }
  }
}

TEST(SplitStepTest, TheSeedDecides_TheSameOnEveryPlatform) {
  const auto ids = [](int seed) {
    return RunSteps(Numbered(20),
                    {absl::StrCat("split { fractions: [0.25, 0.75] seed: ", seed, " }")})
        ->columns[0]
        .integers;
  };
  EXPECT_THAT(ids(1), ElementsAre(1, 2, 14, 16, 17));
  EXPECT_NE(ids(1), ids(2));
  EXPECT_THAT(ids(2), SizeIs(5));
}

TEST(StratumSizesTest, ManySmallStrata_ShareOutTheRounding) {
  const auto sizes = StratumSizes(std::vector<int64_t>(1000, 2), {0.8, 0.2});
  int64_t second = 0;
  for (const auto& stratum : sizes) {
    EXPECT_EQ(stratum[0] + stratum[1], 2);
    second += stratum[1];
  }
  EXPECT_EQ(second, 400);
}

TEST(SplitStepTest, FractionsThatAreNone_AreErrors) {
  const std::string table = "a:number\n1\n";
  EXPECT_THAT(ErrorOf(table, "split { fractions: [0.5, 0.4] }"),
              IsError(kInvalid, Eq("steps[0].split.fractions: must be 1 together, are 0.9")));
  EXPECT_THAT(ErrorOf(table, "split { fractions: [1, 0] }"),
              IsError(kInvalid, HasSubstr("steps[0].split.fractions[1]: must be more than 0")));
  EXPECT_THAT(ErrorOf(table, "split { fractions: [0.5, 0.5] part: 2 }"),
              IsError(kInvalid, Eq("steps[0].split.part: must be from 0 to 1, is 2")));
  EXPECT_THAT(ErrorOf(table, "split { fractions: 1 stratify_by: 'a' }"),
              IsError(kInvalid, HasSubstr("steps[0].split.stratify_by: must name a column of type "
                                          "category or boolean or integer")));
}

TEST(SampleStepTest, HasExactlySoManyRows_InTheirOrder) {
  for (const char* step : {"sample { rows: 30 seed: 3 }", "sample { fraction: 0.3 seed: 3 }"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Table rows, RunSteps(Numbered(100), {step}));
    const auto& ids = rows.columns[0].integers;
    EXPECT_THAT(ids, SizeIs(30));
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  }
  EXPECT_EQ(RunSteps(Numbered(100), {"sample { rows: 1000 }"})->row_count(), 100u);
}

TEST(SampleStepTest, EveryRowIsAsLikely) {
  std::vector<int> chosen(20, 0);
  for (int seed = 0; seed < 2000; ++seed) {
    SERIN_ASSERT_OK_AND_ASSIGN(
        const Table rows,
        RunSteps(Numbered(20), {absl::StrCat("sample { rows: 5 seed: ", seed, " }")}));
    for (const int64_t id : rows.columns[0].integers) ++chosen[id];
  }
  for (const int count : chosen) EXPECT_NEAR(count, 500, 80);  // Four standard deviations.
}

TEST(SampleStepTest, AnAmountThatIsNone_IsAnError) {
  EXPECT_THAT(ErrorOf("a:number\n1\n", "sample { seed: 1 }"),
              IsError(kInvalid, Eq("steps[0].sample.rows: or fraction is required")));
  EXPECT_THAT(ErrorOf("a:number\n1\n", "sample { rows: 0 }"),
              IsError(kInvalid, Eq("steps[0].sample.rows: must be at least 1, is 0")));
  EXPECT_THAT(ErrorOf("a:number\n1\n", "sample { fraction: 1.5 }"),
              IsError(kInvalid, HasSubstr("fraction: must be more than 0 and at most 1")));
}

TEST(SortStepTest, IsStable_AndPutsMissingLast_WhicheverTheDirection) {
  const std::string table = "a:number b:category i:integer\n2 x 0\n_ x 1\n1 z 2\n2 a 3\n_ b 4\n";
  EXPECT_EQ(TextAfter(table, {"sort { keys { column: 'a' } }", "select { columns: 'i' }"}),
            "i:integer\n2\n0\n3\n1\n4\n");
  EXPECT_EQ(TextAfter(table, {"sort { keys { column: 'a' descending: true } }",
                              "select { columns: 'i' }"}),
            "i:integer\n0\n3\n2\n1\n4\n");
  EXPECT_EQ(TextAfter(table, {"sort { keys { column: 'a' } keys { column: 'b' descending: true } }",
                              "select { columns: 'i' }"}),
            "i:integer\n2\n0\n3\n1\n4\n");
}

TEST(SortStepTest, StringsGoByTheirBytes_WhateverBatchTheyCameIn) {
  EXPECT_EQ(TextAfter("a:category\nz\na\n_\nB\nm\n", {"sort { keys { column: 'a' } }"},
                      {.batch_rows = 2}),
            "a:category\nB\na\nm\nz\n_\n");
}

TEST(SortStepTest, KeysThatAreNone_AreErrors) {
  EXPECT_THAT(ErrorOf("a:number\n1\n", "sort {}"),
              IsError(kInvalid, Eq("steps[0].sort.keys: is required")));
  EXPECT_THAT(ErrorOf("a:number\n1\n", "sort { keys { column: 'b' } }"),
              IsError(kInvalid, HasSubstr("steps[0].sort.keys[0].column: must be a column")));
  EXPECT_THAT(ErrorOf("a:number\n1\n", "sort { keys { column: 'a' } keys { column: 'a' } }"),
              IsError(kInvalid, HasSubstr("steps[0].sort.keys[1].column: must not be")));
}

TEST(DeduplicateStepTest, KeepsTheFirstOfEqualRows_AndMissingEqualsMissing) {
  const std::string table = "a:number b:category\n1 x\n1 y\n_ x\n1 x\n_ x\n0 x\n-0 x\n";
  EXPECT_EQ(TextAfter(table, {"deduplicate {}"}, {.batch_rows = 3}),
            "a:number b:category\n1 x\n1 y\n_ x\n0 x\n");
  EXPECT_EQ(TextAfter(table, {"deduplicate { columns: 'b' }"}), "a:number b:category\n1 x\n1 y\n");
}

TEST(DeduplicateStepTest, NeighbouringCellsAreKeptApart) {
  EXPECT_EQ(TextAfter("a:category b:category\nxy z\nx yz\n", {"deduplicate {}"}),
            "a:category b:category\nxy z\nx yz\n");
}

const TransformSetup& WithSpecies() {
  static const auto& setup = *new TransformSetup{
      .others = {{"species", TextTable("id:integer name:category n:number\n"
                                       "1 one 10\n2 two 20\n1 uno 11\n_ none 0\n")}}};
  return setup;
}

TEST(JoinStepTest, Inner_PairsEveryRowWithItsPartners_InOrder) {
  EXPECT_EQ(TextAfter("id:integer n:number\n2 5\n1 6\n9 7\n_ 8\n",
                      {"join { dataset: 'species' kind: KIND_INNER keys: 'id' }"}, WithSpecies()),
            "id:integer n:number name:category n_right:number\n"
            "2 5 two 20\n1 6 one 10\n1 6 uno 11\n");
}

TEST(JoinStepTest, Left_KeepsRowsWithoutPartner) {
  EXPECT_EQ(TextAfter("id:number\n2\n9\n_\n",
                      {"join { dataset: 'species' kind: KIND_LEFT keys: 'id' suffix: '_2' }"},
                      WithSpecies()),
            "id:number name:category n:number\n2 two 20\n9 _ _\n_ _ _\n");
}

TEST(JoinStepTest, SeveralKeys_UnderOtherNames) {
  TransformSetup setup{.others = {{"o", TextTable("p:category q:boolean v:text\n"
                                                  "x true 1\nx false 2\ny true 3\n")}}};
  EXPECT_EQ(TextAfter("a:category b:boolean\nx false\ny true\ny false\n",
                      {"join { dataset: 'o' kind: KIND_INNER keys: ['a', 'b'] "
                       "other_keys: ['p', 'q'] }"},
                      setup),
            "a:category b:boolean v:text\nx false 2\ny true 3\n");
}

TEST(JoinStepTest, TheOtherTableMayHaveKeysOnly_AndBeEmpty) {
  TransformSetup setup{.others = {{"o", TextTable("a:number\n2\n2\n")},
                                  {"e", TextTable("a:number\n")},
                                  {"v", TextTable("a:number b:text i:integer\n")}}};
  EXPECT_EQ(
      TextAfter("a:number\n1\n2\n", {"join { dataset: 'o' kind: KIND_INNER keys: 'a' }"}, setup),
      "a:number\n2\n2\n");
  EXPECT_EQ(
      TextAfter("a:number\n1\n2\n", {"join { dataset: 'e' kind: KIND_LEFT keys: 'a' }"}, setup),
      "a:number\n1\n2\n");
  EXPECT_EQ(
      TextAfter("a:number\n1\n2\n", {"join { dataset: 'v' kind: KIND_LEFT keys: 'a' }"}, setup),
      "a:number b:text i:integer\n1 _ _\n2 _ _\n");
}

TEST(JoinStepTest, ManyPartners_ComeInBatches_AndStopAtTheRowLimit) {
  Table same;
  same.columns = {
      {.name = "k", .type = v1::COLUMN_TYPE_INTEGER, .integers = std::vector<int64_t>(2000, 1)}};
  TransformSetup setup{.others = {{"o", same}}};
  const std::vector<std::string> steps = {"join { dataset: 'o' kind: KIND_INNER keys: 'k' }"};
  Table few = same;
  few.columns[0].integers.resize(100);
  EXPECT_EQ(RunSteps(few, steps, setup)->row_count(), 200'000u);
  setup.limits.max_rows = 100'000;
  EXPECT_THAT(RunSteps(few, steps, setup),
              IsError(kExhausted, HasSubstr("steps: make more than 100000 rows")));
}

TEST(JoinStepTest, IsCancelledBetweenTheBatchesThatOneOfTheInputMakes) {
  int asked = 0;
  Table same;
  same.columns = {
      {.name = "k", .type = v1::COLUMN_TYPE_INTEGER, .integers = std::vector<int64_t>(20'000, 1)}};
  TransformSetup setup{.limits = {.max_rows = 2'000'000},
                       .others = {{"o", same}},
                       .cancelled = [&asked] { return ++asked > 10; }};
  EXPECT_THAT(RunSteps(same, {"join { dataset: 'o' kind: KIND_INNER keys: 'k' }"}, setup),
              IsError(absl::StatusCode::kCancelled, HasSubstr("gone away")));
}

TEST(JoinStepTest, WhatCannotBeJoined_IsAnError) {
  const auto error = [](const std::string& step) {
    return RunSteps(TextTable("id:category n:number n_right:number\nx 1 1\n"), {step},
                    WithSpecies())
        .status();
  };
  EXPECT_THAT(error("join { dataset: 'species' keys: 'id' }"),
              IsError(kInvalid, HasSubstr("steps[0].join.kind: must be")));
  EXPECT_THAT(
      error("join { dataset: 'species' kind: KIND_LEFT keys: 'id' }"),
      IsError(kInvalid, Eq("steps[0].join.keys[0]: must have the type of the other dataset's "
                           "key, which is integer; is category")));
  EXPECT_THAT(
      error("join { dataset: 'species' kind: KIND_LEFT keys: 'n' other_keys: ['n', 'id'] }"),
      IsError(kInvalid, HasSubstr("steps[0].join.other_keys: must be as many as keys")));
  EXPECT_THAT(error("join { dataset: 'species' kind: KIND_LEFT keys: 'id' other_keys: 'name' }"),
              IsError(kInvalid, HasSubstr("steps[0].join.suffix: must make columns of new names; "
                                          "'n_right' is a column already")));
  EXPECT_THAT(error("join { dataset: 'nothing' kind: KIND_LEFT keys: 'id' }"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("nothing")));
  EXPECT_THAT(error("join { kind: KIND_LEFT keys: 'id' }"),
              IsError(kInvalid, Eq("steps[0].join.dataset: is required")));
}

TEST(RowLimitTest, StepsThatHoldRows_RefuseMoreThanTheMemory_NamingTheStep) {
  const Table table = Numbered(200'000);
  TransformSetup setup{.limits = {.max_memory_bytes = 1 << 20}, .others = {{"o", table}}};
  for (const auto& [name, step] : std::vector<std::pair<std::string, std::string>>{
           {"sort", "sort { keys { column: 'id' } }"},
           {"deduplicate", "deduplicate {}"},
           {"fill_missing", "fill_missing { columns: 'id' strategy: STRATEGY_MOST_FREQUENT }"},
           {"bucket", "bucket { column: 'id' quantiles: 4 }"},
           {"split", "split { fractions: 1 stratify_by: 'id' }"},
           {"join", "join { dataset: 'o' kind: KIND_INNER keys: 'id' }"}}) {
    EXPECT_THAT(RunSteps(table, {"drop_missing {}", step}, setup),
                IsError(kExhausted, HasSubstr(absl::StrCat("steps[1].", name,
                                                           ": the rows that have "
                                                           "to be in memory"))))
        << name;
  }
  EXPECT_THAT(RunSteps(table, {"standardize { columns: 'id' }", "sample { rows: 5 }"}, setup),
              IsOk());
}

}  // namespace
}  // namespace serin
