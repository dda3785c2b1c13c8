#include "core/monitor/distribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

ColumnData Numbers(std::vector<double> numbers, v1::ColumnType type = v1::COLUMN_TYPE_NUMBER) {
  ColumnData column;
  column.type = type;
  column.numbers = std::move(numbers);
  return column;
}

ColumnData Strings(std::vector<std::string> dictionary, std::vector<int32_t> codes) {
  ColumnData column;
  column.type = v1::COLUMN_TYPE_CATEGORY;
  column.dictionary = std::move(dictionary);
  column.codes = std::move(codes);
  return column;
}

TEST(DistributionTest, Numbers_HaveTheirDecilesAsBounds) {
  std::vector<double> numbers;
  for (int i = 100; i >= 1; --i) numbers.push_back(i);
  numbers.push_back(kMissing);
  const auto distribution = DistributionOf(Numbers(numbers));
  EXPECT_THAT(distribution.bounds(), ElementsAre(10, 20, 30, 40, 50, 60, 70, 80, 90));
  EXPECT_THAT(distribution.counts(), ElementsAre(10, 10, 10, 10, 10, 10, 10, 10, 10, 10));
  EXPECT_EQ(distribution.missing(), 1);
}

TEST(DistributionTest, FewDifferentNumbers_HaveABinEach_AndOneAboveThem) {
  const auto distribution = DistributionOf(Numbers({2, 0, 1, -0.0, 2, 1, 0, 2, 0, 2}));
  EXPECT_THAT(distribution.bounds(), ElementsAre(0, 1, 2));
  EXPECT_FALSE(std::signbit(distribution.bounds(0)));
  EXPECT_THAT(distribution.counts(), ElementsAre(4, 2, 4, 0));
}

TEST(DistributionTest, Integers_AreBinnedAsNumbers) {
  ColumnData column;
  column.type = v1::COLUMN_TYPE_INTEGER;
  column.integers = {7, 7, ColumnData::kMissingInteger, 9};
  const auto distribution = DistributionOf(column);
  EXPECT_THAT(distribution.bounds(), ElementsAre(7, 9));
  EXPECT_THAT(distribution.counts(), ElementsAre(2, 1, 0));
  EXPECT_EQ(distribution.missing(), 1);
}

TEST(DistributionTest, Booleans_HaveTwoBins_EvenWhereAllAreEqual) {
  const auto distribution = DistributionOf(Numbers({1, 1, kMissing}, v1::COLUMN_TYPE_BOOLEAN));
  EXPECT_THAT(distribution.bounds(), ElementsAre(0));
  EXPECT_THAT(distribution.counts(), ElementsAre(0, 2));
  EXPECT_EQ(distribution.missing(), 1);
}

TEST(DistributionTest, Strings_AreOrderedByFrequency_ThenByName) {
  const auto distribution =
      DistributionOf(Strings({"unused", "c", "b", "a"}, {1, 2, 3, 1, ColumnData::kMissingCode}));
  EXPECT_THAT(distribution.categories(), ElementsAre("c", "a", "b"));
  EXPECT_THAT(distribution.counts(), ElementsAre(2, 1, 1, 0));
  EXPECT_EQ(distribution.missing(), 1);
}

TEST(DistributionTest, RareStrings_ShareTheLastBin) {
  std::vector<std::string> dictionary;
  std::vector<int32_t> codes;
  for (int32_t i = 0; i < 40; ++i) {
    dictionary.push_back(absl::StrCat("v", 10 + i));
    codes.push_back(i);
  }
  codes.push_back(39);
  const auto distribution = DistributionOf(Strings(dictionary, codes));
  ASSERT_EQ(distribution.categories_size(), 31);
  EXPECT_EQ(distribution.categories(0), "v49");
  EXPECT_EQ(distribution.categories(30), "v39");
  EXPECT_EQ(distribution.counts(0), 2);
  EXPECT_EQ(distribution.counts(31), 9);
}

TEST(DistributionTest, AColumnWithoutValues_HasOneEmptyBin) {
  const auto distribution = DistributionOf(Numbers({kMissing, kMissing}));
  EXPECT_THAT(distribution.bounds(), IsEmpty());
  EXPECT_THAT(distribution.counts(), ElementsAre(0));
  EXPECT_EQ(distribution.missing(), 2);
}

}  // namespace
}  // namespace serin
