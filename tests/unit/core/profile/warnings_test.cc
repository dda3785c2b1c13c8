#include "core/profile/warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/profile/table_profiler.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> WarningsOf(const v1::DatasetProfile& profile) {
  std::vector<std::string> warnings;
  for (const v1::ProfileWarning& warning : profile.warnings()) {
    warnings.push_back(
        absl::StrCat(v1::ProfileWarning::Kind_Name(warning.kind()), ": ", warning.message()));
  }
  return warnings;
}

std::vector<std::string> WarningsOf(const std::string& csv) {
  return WarningsOf(ProfileOf(TableOf(csv)));
}

TEST(WarningsTest, AnOrdinaryTable_HasNone) {
  EXPECT_THAT(WarningsOf("a,b\n1.5,x\n2.5,y\n3,x\n"), IsEmpty());
}

TEST(WarningsTest, ColumnsOfOneValueOrNone_AreConstant) {
  Table table = TableOf("a,b,c\n1,2,\n1,2,x\n1,2,\n");
  for (double& value : table.columns[1].numbers) value = std::nan("");
  EXPECT_THAT(WarningsOf(ProfileOf(table)),
              ElementsAre("KIND_DUPLICATE_ROWS: 1 of 3 rows (33.3 %) equal an earlier one in every "
                          "column",
                          "KIND_CONSTANT: 'a' has one value only, '1', in 3 of 3 rows",
                          "KIND_CONSTANT: 'b' has no value in any of 3 rows",
                          "KIND_CONSTANT: 'c' has one value only, 'x', in 1 of 3 rows"));
  EXPECT_THAT(WarningsOf("a\n1\n"), IsEmpty());
}

TEST(WarningsTest, NineOfTenValuesMissing_IsMostly_LessIsNot) {
  std::string csv = "a,b,c\n";
  for (int row = 0; row < 20; ++row) {
    absl::StrAppend(&csv, row + 0.5, ",", row < 2 ? absl::StrCat(row) : "", ",",
                    row < 3 ? absl::StrCat(row) : "", "\n");
  }
  EXPECT_THAT(WarningsOf(csv),
              ElementsAre("KIND_MOSTLY_MISSING: 'b' has no value in 18 of 20 rows (90 %)"));
}

TEST(WarningsTest, ValuesThatNearlyAllDiffer_LookLikeIdentifiers_NumbersWithAFractionDoNot) {
  Table table;
  table.columns = {{.name = "id", .type = v1::COLUMN_TYPE_INTEGER},
                   {.name = "code", .type = v1::COLUMN_TYPE_CATEGORY},
                   {.name = "amount", .type = v1::COLUMN_TYPE_NUMBER},
                   {.name = "prose", .type = v1::COLUMN_TYPE_TEXT}};
  for (int row = 0; row < 20; ++row) {
    table.columns[0].integers.push_back(100 + row);
    table.columns[1].codes.push_back(row);
    table.columns[1].dictionary.push_back(absl::StrCat("k", row));
    table.columns[2].numbers.push_back(row);
    table.columns[3].codes.push_back(row);
    table.columns[3].dictionary.push_back(absl::StrCat(row, std::string(70, '-')));
  }
  EXPECT_THAT(WarningsOf(ProfileOf(table)),
              ElementsAre("KIND_IDENTIFIER: 'id' looks like an identifier: 20 different values in "
                          "20 rows that have one",
                          "KIND_IDENTIFIER: 'code' looks like an identifier: 20 different values "
                          "in 20 rows that have one"));
}

TEST(WarningsTest, ColumnsWithTheSameValues_AreNamedOnce_ValuesInOtherRowsAreNotTheSame) {
  EXPECT_THAT(WarningsOf("a,b,c,d\n1,1,2,1.0\n2,2,1,2.0\n,,3,\n4,4,4,4.0\n"),
              ElementsAre("KIND_DUPLICATE_COLUMN: 'b' has the same values as 'a' in all 4 rows",
                          "KIND_DUPLICATE_COLUMN: 'd' has the same values as 'a' in all 4 rows"));
}

TEST(WarningsTest, ColumnsWhoseHalvesChangedPlaces_AreNotTheSame) {
  TableProfiler profiler;
  TableProfiler later;
  const Table first = TableOf("a,b\n1,3\n2,4\n");
  profiler.Add(first);
  later.Add(TableOf("a,b\n3,1\n4,2\n"));
  profiler.Merge(later);
  EXPECT_THAT(WarningsOf(*profiler.Finish(SchemaOf(first))), IsEmpty());
}

TEST(WarningsTest, OnePercentOfDuplicateRows_IsWorthAWarning_LessIsNot) {
  std::string csv = "a,b\n";
  for (int row = 0; row < 198; ++row) absl::StrAppend(&csv, row, ".5,", row % 7, ".5\n");
  const std::string one_of_199 = absl::StrCat(csv, "3.5,3.5\n");
  EXPECT_THAT(WarningsOf(one_of_199), IsEmpty());
  EXPECT_THAT(WarningsOf(absl::StrCat(one_of_199, "4.5,4.5\n")),
              ElementsAre("KIND_DUPLICATE_ROWS: 2 of 200 rows (1 %) equal an earlier one in every "
                          "column"));
}

TEST(WarningsTest, MoreThanAHundredCategories_AreMany) {
  std::string csv = "a,b\n";
  for (int row = 0; row < 1'000; ++row) {
    absl::StrAppend(&csv, "a", row % 100, ",b", row % 101, "\n");
  }
  EXPECT_THAT(WarningsOf(csv),
              ElementsAre("KIND_MANY_CATEGORIES: 'b' has 101 categories; more than 100 are of "
                          "little use to most algorithms"));
}

TEST(WarningsTest, AboutATarget_TheGravestComeFirst) {
  v1::DatasetProfile profile = ProfileOf(TableOf("a,b,c\n1,1,1.5\n1,2,2.5\n1,1,3.5\n"));
  profile.set_target("b");
  profile.mutable_columns(1)->set_association(1);
  profile.mutable_columns(2)->set_association(0.995);
  AddTargetWarnings({.most_frequent = 40, .rarest = 2}, profile);
  EXPECT_THAT(
      WarningsOf(profile),
      ElementsAre(
          "KIND_LEAKS_TARGET: 'b' follows almost from 'c' alone: their association is 0.995",
          "KIND_IMBALANCED_TARGET: of the classes of 'b' the most frequent one has 40 of "
          "the rows looked at, the rarest 2",
          "KIND_CONSTANT: 'a' has one value only, '1', in 3 of 3 rows"));
}

TEST(WarningsTest, ABalancedTargetThatNothingGivesAway_IsFine) {
  v1::DatasetProfile profile = ProfileOf(TableOf("a,b\n1.5,1\n2.5,2\n"));
  profile.set_target("b");
  profile.mutable_columns(0)->set_association(0.98);
  AddTargetWarnings({.most_frequent = 39, .rarest = 2}, profile);
  EXPECT_THAT(WarningsOf(profile), IsEmpty());
}

}  // namespace
}  // namespace serin
