#include "core/profile/table_profiler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace serin {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

v1::ColumnProfile ProfileOfColumn(const ColumnData& column) {
  return ProfileOf(Table{{column}}).columns(0);
}

v1::ColumnProfile ProfileOfNumbers(std::vector<double> values,
                                   v1::ColumnType type = v1::COLUMN_TYPE_NUMBER) {
  return ProfileOfColumn(ColumnData{.name = "x", .type = type, .numbers = std::move(values)});
}

TEST(ColumnProfilerTest, Numbers_HaveExactStatistics) {
  const v1::ColumnProfile profile = ProfileOfNumbers({4, 1, kMissing, 2, 2, 3});
  EXPECT_EQ(profile.name(), "x");
  EXPECT_EQ(profile.count(), 5);
  EXPECT_EQ(profile.missing(), 1);
  EXPECT_EQ(profile.distinct(), 4);
  EXPECT_EQ(profile.number().min(), 1);
  EXPECT_EQ(profile.number().max(), 4);
  EXPECT_DOUBLE_EQ(profile.number().mean(), 2.4);
  EXPECT_DOUBLE_EQ(profile.number().standard_deviation(), std::sqrt(1.3));
  EXPECT_EQ(profile.top_values(0).value(), "2");
  EXPECT_EQ(profile.top_values(0).count(), 2);
  EXPECT_EQ(profile.top_values(1).value(), "1");  // Ties in order of the value.
}

TEST(ColumnProfilerTest, Quantiles_AreHyndmanAndFansType7) {
  // numpy.quantile([10, 20, 30, 40], [.01, .05, .25, .5, .75, .95, .99])
  const double expected[] = {10.3, 11.5, 17.5, 25, 32.5, 38.5, 39.7};
  const v1::ColumnProfile profile = ProfileOfNumbers({40, 10, 30, 20});
  ASSERT_EQ(profile.number().quantiles_size(), 7);
  for (int i = 0; i < 7; ++i) {
    EXPECT_NEAR(profile.number().quantiles(i).value(), expected[i], 1e-12);
  }
  EXPECT_EQ(profile.number().quantiles(3).fraction(), 0.5);
}

TEST(ColumnProfilerTest, ASingleValue_HasNoDeviation) {
  const v1::ColumnProfile profile = ProfileOfNumbers({7});
  EXPECT_EQ(profile.number().standard_deviation(), 0);
  EXPECT_EQ(profile.number().quantiles(6).value(), 7);
}

TEST(ColumnProfilerTest, ALargeMean_DoesNotSwallowASmallDeviation) {
  const v1::ColumnProfile profile = ProfileOfNumbers({1e9 + 1, 1e9 + 2, 1e9 + 3});
  EXPECT_DOUBLE_EQ(profile.number().standard_deviation(), 1);
}

TEST(ColumnProfilerTest, ExtremeNumbers_StayFinite) {
  const double most = std::numeric_limits<double>::max();
  const v1::ColumnProfile profile = ProfileOfNumbers({-most, 0, most, most});
  EXPECT_DOUBLE_EQ(profile.number().mean(), most / 4);
  for (const auto& quantile : profile.number().quantiles()) {
    EXPECT_TRUE(std::isfinite(quantile.value()));
  }
}

TEST(ColumnProfilerTest, WithoutValues_ThereIsNoSummary) {
  const v1::ColumnProfile profile = ProfileOfNumbers({kMissing, kMissing});
  EXPECT_FALSE(profile.has_number());
  EXPECT_EQ(profile.missing(), 2);
  EXPECT_EQ(profile.distinct(), 0);
}

TEST(ColumnProfilerTest, BooleansAndTimestamps_ShowTheirOwnText) {
  const v1::ColumnProfile booleans = ProfileOfNumbers({1, 1, 0}, v1::COLUMN_TYPE_BOOLEAN);
  EXPECT_EQ(booleans.top_values(0).value(), "true");
  EXPECT_DOUBLE_EQ(booleans.number().mean(), 2.0 / 3);
  const v1::ColumnProfile times = ProfileOfNumbers({0}, v1::COLUMN_TYPE_TIMESTAMP);
  EXPECT_EQ(times.top_values(0).value(), "1970-01-01T00:00:00Z");
}

TEST(ColumnProfilerTest, Strings_AreCounted_UnusedOnesAreNot) {
  const v1::ColumnProfile profile =
      ProfileOfColumn(ColumnData{.name = "s",
                                 .type = v1::COLUMN_TYPE_CATEGORY,
                                 .codes = {1, 0, 1, ColumnData::kMissingCode, 2},
                                 .dictionary = {"b", "c", "a", "unused"}});
  EXPECT_EQ(profile.count(), 4);
  EXPECT_EQ(profile.missing(), 1);
  EXPECT_EQ(profile.distinct(), 3);
  EXPECT_FALSE(profile.has_number());
  ASSERT_EQ(profile.top_values_size(), 3);
  EXPECT_EQ(profile.top_values(0).value(), "c");
  EXPECT_EQ(profile.top_values(1).value(), "a");
  EXPECT_EQ(profile.top_values(2).value(), "b");
}

TEST(ColumnProfilerTest, LongText_IsCutBetweenCharacters) {
  const v1::ColumnProfile profile = ProfileOfColumn(
      ColumnData{.name = "prose",
                 .type = v1::COLUMN_TYPE_TEXT,
                 .codes = {0, 0, 1},
                 .dictionary = {std::string(256, 'a'), std::string(255, 'b') + "é"}});
  EXPECT_EQ(profile.top_values(0).value(), std::string(256, 'a'));
  EXPECT_EQ(profile.top_values(1).value(), std::string(255, 'b') + "…");
}

TEST(ColumnProfilerTest, AtMostTenTopValues) {
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(i);
  const v1::ColumnProfile profile = ProfileOfNumbers(values);
  EXPECT_EQ(profile.top_values_size(), 10);
  EXPECT_EQ(profile.top_values(9).value(), "9");
}

}  // namespace
}  // namespace serin
