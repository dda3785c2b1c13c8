// Which types columns get, and which values those have.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/core/ingest/ingest_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file of one column.
IngestInput File(const std::vector<std::string>& cells,
                 v1::ColumnType type = v1::COLUMN_TYPE_UNSPECIFIED) {
  IngestInput input{.bytes = "x\n"};
  input.options.format.set_kind(v1::FileFormat::KIND_CSV);
  for (const std::string& cell : cells) absl::StrAppend(&input.bytes, "\"", cell, "\"\n");
  if (type != v1::COLUMN_TYPE_UNSPECIFIED) input.schema = SchemaWith("x", type);
  return input;
}

v1::ColumnType TypeOf(const std::vector<std::string>& cells) {
  return Ingest(File(cells))->result.schema.columns(0).type();
}

std::vector<std::string> ValuesOf(const std::vector<std::string>& cells,
                                  v1::ColumnType type = v1::COLUMN_TYPE_UNSPECIFIED) {
  return Values(Ingest(File(cells, type))->table(), 0);
}

// `rows` values, of which `distinct` are different.
std::vector<std::string> Names(int rows, int distinct) {
  std::vector<std::string> cells;
  for (int i = 0; i < rows; ++i) cells.push_back("name " + std::to_string(i % distinct));
  return cells;
}

TEST(TypeInferenceTest, TakesTheFirstTypeThatFitsAllValues) {
  EXPECT_EQ(TypeOf({"true", "", "FALSE"}), v1::COLUMN_TYPE_BOOLEAN);
  EXPECT_EQ(TypeOf({"1", "?", "-25"}), v1::COLUMN_TYPE_INTEGER);
  EXPECT_EQ(TypeOf({"1", "?", "2.5"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(TypeOf({"2.5", "1"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(TypeOf({"2026-11-21", "2026-11-21T09:30"}), v1::COLUMN_TYPE_TIMESTAMP);
  EXPECT_EQ(TypeOf({"1", "2", "three"}), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf({"true", "1"}), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf({"2026-11-21", "1"}), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf({"", "NA", "?"}), v1::COLUMN_TYPE_TEXT);
}

TEST(TypeInferenceTest, IntegersAreWholeNumbersOf64Bits_WithoutALossOfForm) {
  EXPECT_EQ(TypeOf({"9223372036854775807", "-9223372036854775807"}), v1::COLUMN_TYPE_INTEGER);
  EXPECT_EQ(TypeOf({"9223372036854775808"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(TypeOf({"-9223372036854775808"}), v1::COLUMN_TYPE_NUMBER);  // Stands for missing.
  EXPECT_EQ(TypeOf({"+5"}), v1::COLUMN_TYPE_INTEGER);
  EXPECT_EQ(TypeOf({"0"}), v1::COLUMN_TYPE_INTEGER);
  EXPECT_EQ(TypeOf({"-0"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(TypeOf({"1.0"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(TypeOf({"1e3"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(ValuesOf({"9007199254740993", "-7"}), ElementsAre("9007199254740993", "-7"));
}

TEST(TypeInferenceTest, ALeadingZeroMakesACode_NotANumber) {
  EXPECT_EQ(TypeOf({"00501", "10001"}), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf({"1.5", "-01.5"}), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf({"0.5", "-0.5", "0"}), v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(ValuesOf({"10001", "00501"}), ElementsAre("10001", "00501"));
  EXPECT_THAT(ValuesOf({"10001", "00501"}, v1::COLUMN_TYPE_INTEGER), ElementsAre("10001", "501"));
}

TEST(TypeInferenceTest, WhatLooksLikeANumberButIsNone_MakesACategory) {
  for (const char* cell : {"1e999", "0x10", "1,000", "1_000", "--1", "1e", ".", "inf", "1.2.3"}) {
    EXPECT_EQ(TypeOf({"1", cell}), v1::COLUMN_TYPE_CATEGORY) << cell;
  }
  for (const char* cell : {".5", "5.", "+.5e-3", "1E5", "1e-999"}) {
    EXPECT_EQ(TypeOf({"1", cell}), v1::COLUMN_TYPE_NUMBER) << cell;
  }
}

TEST(TypeInferenceTest, ADateThatDoesNotExist_MakesACategory) {
  for (const char* cell : {"2026-02-30", "2026-13-01", "2026-11-21T25:00", "1900-02-29"}) {
    EXPECT_EQ(TypeOf({"2026-11-21", cell}), v1::COLUMN_TYPE_CATEGORY) << cell;
  }
  EXPECT_EQ(TypeOf({"2024-02-29"}), v1::COLUMN_TYPE_TIMESTAMP);
}

TEST(TypeInferenceTest, TheLastRowCounts) {
  std::vector<std::string> cells(100'000, "5.10");
  cells.push_back("five");
  const IngestInput input = File(cells);
  const absl::StatusOr<Table> table = ReadTable(input.bytes, input.options);
  EXPECT_EQ(table->columns[0].type, v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(table->columns[0].dictionary, ElementsAre("5.10", "five"));  // As it was written.
}

TEST(TypeInferenceTest, FewStringsAreACategory_ManyAreText) {
  EXPECT_EQ(TypeOf(Names(100, 100)), v1::COLUMN_TYPE_CATEGORY);  // Names in a small table.
  EXPECT_EQ(TypeOf(Names(101, 101)), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(TypeOf(Names(1000, 200)), v1::COLUMN_TYPE_CATEGORY);  // A fifth.
  EXPECT_EQ(TypeOf(Names(1000, 201)), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(TypeOf(Names(60'000, 10'000)), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(TypeOf(Names(60'000, 10'001)), v1::COLUMN_TYPE_TEXT);
  EXPECT_EQ(TypeOf({"short", std::string(257, 'x')}), v1::COLUMN_TYPE_TEXT);
}

TEST(TypeInferenceTest, EpochTimestamps_AreReadWhereTheSchemaSaysSo_ByTheirMagnitude) {
  EXPECT_THAT(
      ValuesOf({"1000000000", "1000000000000", "1000000000000000", "1000000000000000000",
                "2001-09-09", "-1.5", ""},
               v1::COLUMN_TYPE_TIMESTAMP),
      ElementsAre("2001-09-09T01:46:40Z", "2001-09-09T01:46:40Z", "2001-09-09T01:46:40Z",
                  "2001-09-09T01:46:40Z", "2001-09-09T00:00:00Z", "1969-12-31T23:59:58.5Z", ""));
  EXPECT_EQ(TypeOf({"1000000000"}), v1::COLUMN_TYPE_INTEGER);
}

TEST(TypeInferenceTest, AGivenIntegerTakesWholeDecimals_AndNoOthers) {
  EXPECT_THAT(ValuesOf({"5.0", "1e3", "-7"}, v1::COLUMN_TYPE_INTEGER),
              ElementsAre("5", "1000", "-7"));
  EXPECT_THAT(Ingest(File({"5.5"}, v1::COLUMN_TYPE_INTEGER)),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("must be a whole number from -2^63 + 1 to 2^63 - 1, is '5.5'")));
}

}  // namespace
}  // namespace serin
