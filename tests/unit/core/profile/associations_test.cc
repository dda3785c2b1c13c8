#include "core/profile/associations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

#include "core/base/random_bits.h"
#include "core/profile/column_sample.h"
#include "core/profile/table_profiler.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

v1::DatasetProfile ProfileWith(const Table& table, absl::string_view target,
                               int64_t batch_rows = 64 << 10) {
  v1::DatasetProfile profile = ProfileOf(table);
  const MemoryTable source(table, batch_rows);
  EXPECT_THAT(AddAssociations(source, target, &profile), IsOk());
  return profile;
}

TEST(AssociationsTest, OfIris_AgreeWithNumpyAndScipy) {
  const Table iris = TestDataTable("iris.csv");
  const v1::DatasetProfile species = ProfileWith(iris, "species");
  EXPECT_EQ(species.target(), "species");
  EXPECT_NEAR(species.columns(0).association(), 0.783273932673415, 1e-12);
  EXPECT_NEAR(species.columns(1).association(), 0.6266021327372278, 1e-12);
  EXPECT_NEAR(species.columns(2).association(), 0.9698319727515038, 1e-12);
  EXPECT_NEAR(species.columns(3).association(), 0.9632836295291831, 1e-12);
  EXPECT_FALSE(species.columns(4).has_association());
  const v1::DatasetProfile width = ProfileWith(iris, "petal_width");
  EXPECT_NEAR(width.columns(0).association(), 0.8342887759080051, 1e-12);
  EXPECT_NEAR(width.columns(1).association(), 0.2890317486605841, 1e-12);
  EXPECT_NEAR(width.columns(2).association(), 0.9376668235763412, 1e-12);
  EXPECT_NEAR(width.columns(4).association(), 0.9632836295291831, 1e-12);
}

TEST(AssociationsTest, HowTheTableIsCutIntoBatches_MakesNoDifference) {
  const Table iris = TestDataTable("iris.csv");
  EXPECT_EQ(ProfileWith(iris, "species", 7).DebugString(),
            ProfileWith(iris, "species").DebugString());
}

TEST(AssociationsTest, RowsWithoutAValueInEither_AreLeftOut) {
  const Table table = TableOf("a,b\n1,2\n2,4\n,100\n3,6\n100,\n4,8\n");
  EXPECT_DOUBLE_EQ(ProfileWith(table, "b").columns(0).association(), 1);
}

TEST(AssociationsTest, TruthValues_AreCategories) {
  const Table table = TableOf("a,b\ntrue,1.5\ntrue,1\nfalse,8\nfalse,9\ntrue,2\n");
  EXPECT_GT(ProfileWith(table, "a").columns(1).association(), 0.9);
  EXPECT_GT(ProfileWith(table, "b").columns(0).association(), 0.9);
}

TEST(AssociationsTest, AColumnThatGivesTheTargetAway_IsReported_AsIsAnImbalance) {
  Table table;
  table.columns = {{.name = "fraud", .type = v1::COLUMN_TYPE_INTEGER},
                   {.name = "reviewed", .type = v1::COLUMN_TYPE_INTEGER}};
  for (int row = 0; row < 420; ++row) {
    table.columns[0].integers.push_back(row % 21 == 0);
    table.columns[1].integers.push_back(row % 21 == 0 ? 7 : 3);
  }
  const v1::DatasetProfile profile = ProfileWith(table, "fraud");
  EXPECT_EQ(profile.warnings(0).kind(), v1::ProfileWarning::KIND_LEAKS_TARGET);
  EXPECT_EQ(profile.warnings(0).message(),
            "'fraud' follows almost from 'reviewed' alone: their association is 1");
  EXPECT_EQ(profile.warnings(1).kind(), v1::ProfileWarning::KIND_IMBALANCED_TARGET);
}

TEST(AssociationsTest, ALargeTable_IsSampled_CloseToTheWhole_AndAlwaysTheSame) {
  // y = x + noise of the same variance: Spearman's rho of two normals with Pearson's r is
  // 6 / pi * asin(r / 2).
  Table table;
  table.columns = {{.name = "x", .type = v1::COLUMN_TYPE_NUMBER},
                   {.name = "y", .type = v1::COLUMN_TYPE_NUMBER}};
  RandomBits random(1);
  const auto normal = [&random] {  // Irwin and Hall.
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += random.Unit();
    return sum;
  };
  for (int row = 0; row < 250'000; ++row) {
    table.columns[0].numbers.push_back(normal());
    table.columns[1].numbers.push_back(table.columns[0].numbers.back() + normal());
  }
  const double association = ProfileWith(table, "y").columns(0).association();
  EXPECT_NEAR(association, 6 / M_PI * std::asin(std::sqrt(0.5) / 2), 0.01);
  EXPECT_EQ(ProfileWith(table, "y", 1'000).columns(0).association(), association);
}

TEST(AssociationsTest, ATargetThatIsNotThereOrIsText_IsAnErrorSayingWhatWouldBeRight) {
  Table table = TableOf("a,b\n1,x\n2,y\n");
  table.columns[1].type = v1::COLUMN_TYPE_TEXT;
  v1::DatasetProfile profile = ProfileOf(table);
  const MemoryTable source(table);
  EXPECT_THAT(AddAssociations(source, "c", &profile),
              IsError(absl::StatusCode::kInvalidArgument,
                      "target: must be one of the columns a, b; is 'c'"));
  EXPECT_THAT(
      AddAssociations(source, "b", &profile),
      IsError(absl::StatusCode::kInvalidArgument, "target: must not be a column of text, is 'b'"));
  EXPECT_EQ(profile.target(), "");
}

TEST(SampleRowsTest, TakesAllRows_OrOneOfEachRunOfEqualLength) {
  EXPECT_EQ(SampleRows(3, 5), (std::vector<int64_t>{0, 1, 2}));
  EXPECT_TRUE(SampleRows(0, 5).empty());
  const std::vector<int64_t> rows = SampleRows(1'003, 100);
  ASSERT_EQ(rows.size(), 100);
  for (int64_t i = 0; i < 100; ++i) {
    EXPECT_GE(rows[i], i * 1'003 / 100);
    EXPECT_LT(rows[i], (i + 1) * 1'003 / 100);
  }
}

TEST(SampleRowsTest, HasNoOverflow_HoweverManyRows) {
  const std::vector<int64_t> rows = SampleRows(int64_t{1} << 45, 100'000);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_LT(rows.back(), int64_t{1} << 45);
}

}  // namespace
}  // namespace serin
