#include "core/monitor/hashed_column.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace serin {
namespace {

using ::testing::ElementsAre;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr char kKey[] = "Jefe";

ColumnData Numbers(std::vector<double> values) {
  return {"age", v1::COLUMN_TYPE_NUMBER, std::move(values), {}, {}};
}

std::string HashAt(const ColumnData& column, size_t row) {
  return column.dictionary[column.codes[row]];
}

TEST(HashColumnTest, IsTheFirstHalfOfAnHmac_OfTheValueAsText) {
  const ColumnData city = {"city",
                           v1::COLUMN_TYPE_CATEGORY,
                           {},
                           {0, ColumnData::kMissingCode, 0},
                           {"what do ya want for nothing?"}};
  const ColumnData hashed = HashColumn(city, kKey);
  EXPECT_EQ(hashed.name, "city");
  EXPECT_EQ(hashed.type, v1::COLUMN_TYPE_TEXT);
  // The second case of RFC 4231.
  EXPECT_THAT(hashed.dictionary, ElementsAre("5bdcc146bf60754e6a042426089575c7"));
  EXPECT_THAT(hashed.codes, ElementsAre(0, ColumnData::kMissingCode, 0));
}

TEST(HashColumnTest, EqualValuesHaveEqualHashes_WhateverTheirTypes) {
  const ColumnData numbers = HashColumn(Numbers({5, 5.5, kMissing, 0.0, -0.0, 5}), kKey);
  EXPECT_TRUE(numbers.missing(2));
  EXPECT_EQ(HashAt(numbers, 0), HashAt(numbers, 5));
  EXPECT_NE(HashAt(numbers, 0), HashAt(numbers, 1));
  EXPECT_EQ(HashAt(numbers, 3), HashAt(numbers, 4)) << "0 and -0 are equal";
  EXPECT_EQ(numbers.dictionary.size(), 3u);

  const ColumnData integers =
      HashColumn({"age", v1::COLUMN_TYPE_INTEGER, {}, {}, {}, {5, 0}}, kKey);
  const ColumnData texts = HashColumn({"age", v1::COLUMN_TYPE_TEXT, {}, {0}, {"5"}}, kKey);
  EXPECT_EQ(HashAt(integers, 0), HashAt(numbers, 0));
  EXPECT_EQ(HashAt(integers, 1), HashAt(numbers, 3));
  EXPECT_EQ(HashAt(texts, 0), HashAt(numbers, 0));
}

TEST(HashColumnTest, AnotherKeyGivesOtherHashes) {
  EXPECT_NE(HashAt(HashColumn(Numbers({5}), kKey), 0),
            HashAt(HashColumn(Numbers({5}), "other"), 0));
}

}  // namespace
}  // namespace serin
