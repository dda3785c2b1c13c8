#include "core/table/column_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace serin {
namespace {

std::optional<ColumnData> Infer(const std::vector<std::string>& cells) {
  InferredColumnBuilder builder("x");
  for (const std::string& cell : cells) builder.Append(cell);
  return builder.Finish();
}

v1::ColumnType TypeOf(const std::vector<std::string>& cells) { return Infer(cells)->type; }

// `rows` values, of which `distinct` are different.
std::vector<std::string> Names(int rows, int distinct) {
  std::vector<std::string> cells;
  for (int i = 0; i < rows; ++i) cells.push_back("name " + std::to_string(i % distinct));
  return cells;
}

TEST(InferredColumnBuilderTest, TakesTheFirstTypeThatFitsAllValues) {
  EXPECT_EQ(TypeOf({"true", "", "FALSE"}), v1::COLUMN_TYPE_BOOLEAN);
  EXPECT_EQ(TypeOf({"1", "?", "2.5"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(TypeOf({"2026-11-21", "2026-11-21T09:30"}), v1::COLUMN_TYPE_TIMESTAMP);
  EXPECT_EQ(TypeOf({"1", "2", "three"}), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf({"true", "1"}), v1::COLUMN_TYPE_CATEGORY);
}

TEST(InferredColumnBuilderTest, TheLastRowCounts) {
  std::vector<std::string> cells(100'000, "5.10");
  cells.push_back("five");
  const std::optional<ColumnData> column = Infer(cells);
  EXPECT_EQ(column->type, v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(column->dictionary, testing::ElementsAre("5.10", "five"));  // As it was written.
}

TEST(InferredColumnBuilderTest, WithoutValues_ThereIsNoType) {
  EXPECT_EQ(Infer({"", "NA", "?"}), std::nullopt);
}

TEST(InferredColumnBuilderTest, FewStringsAreACategory_ManyAreText) {
  EXPECT_EQ(TypeOf(Names(100, 100)), v1::COLUMN_TYPE_CATEGORY);  // Names in a small table.
  EXPECT_EQ(TypeOf(Names(101, 101)), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(TypeOf(Names(1000, 200)), v1::COLUMN_TYPE_CATEGORY);  // A fifth.
  EXPECT_EQ(TypeOf(Names(1000, 201)), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(TypeOf(Names(60'000, 10'000)), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf(Names(60'000, 10'001)), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(TypeOf({"short", std::string(257, 'x')}), v1::COLUMN_TYPE_TEXT);
}

TEST(CellBufferTest, KeepsCellsOfAnyLengthInOrder) {
  CellBuffer cells;
  std::vector<std::string> expected;
  for (const size_t length : {0, 1, 127, 128, 300, 20'000, 1'000'000, 0, 5}) {
    expected.push_back(std::string(length, static_cast<char>('a' + expected.size())));
    cells.Append(expected.back());
  }
  std::vector<std::string> seen;
  EXPECT_TRUE(cells.ForEach([&](absl::string_view cell) {
    seen.emplace_back(cell);
    return true;
  }));
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(cells.size(), expected.size());
  EXPECT_FALSE(cells.ForEach([](absl::string_view cell) { return cell.size() < 100; }));
}

}  // namespace
}  // namespace serin
