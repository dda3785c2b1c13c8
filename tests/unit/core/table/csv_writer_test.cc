#include "core/table/csv_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "core/table/dictionary_index.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"

namespace serin {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string ToCsv(const Table& table) {
  std::string out;
  AppendCsvHeader(SchemaOf(table), &out);
  AppendCsvRows(table, 0, table.row_count(), &out);
  return out;
}

ColumnData Strings(const std::string& name, const std::vector<std::string>& values) {
  ColumnData column{.name = name, .type = v1::COLUMN_TYPE_CATEGORY};
  DictionaryIndex dictionary(&column.dictionary);
  for (const std::string& value : values) column.codes.push_back(dictionary.Intern(value));
  return column;
}

TEST(CsvWriterTest, WritesEachTypeAndLeavesOutWhatIsMissing) {
  Table table;
  table.columns = {
      {.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {0.1, -0.0, kNan}},
      {.name = "i",
       .type = v1::COLUMN_TYPE_INTEGER,
       .integers = {std::numeric_limits<int64_t>::max(), -5, ColumnData::kMissingInteger}},
      {.name = "b", .type = v1::COLUMN_TYPE_BOOLEAN, .numbers = {1, 0, kNan}},
      {.name = "t", .type = v1::COLUMN_TYPE_TIMESTAMP, .numbers = {1.5, 0, kNan}}};
  EXPECT_EQ(ToCsv(table),
            "n,i,b,t\n"
            "0.1,9223372036854775807,true,1970-01-01T00:00:01.5Z\n"
            "-0,-5,false,1970-01-01T00:00:00Z\n"
            ",,,\n");
}

TEST(CsvWriterTest, QuotesWhatWouldBeReadAsSomethingElse) {
  Table table;
  table.columns = {Strings("say \"hi\"", {"a,b", "two\nlines", "\"", "", " x", "plain's"})};
  EXPECT_EQ(ToCsv(table),
            "\"say \"\"hi\"\"\"\n\"a,b\"\n\"two\nlines\"\n\"\"\"\"\n\"\"\n\" x\"\nplain's\n");
}

TEST(CsvWriterTest, ARowOfOneMissingValueIsNoEmptyLine) {
  Table table;
  table.columns = {{.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1, kNan, 2}}};
  EXPECT_EQ(ToCsv(table), "n\n1\n\"\"\n2\n");
  EXPECT_EQ(TableOf(ToCsv(table)).row_count(), 3U);
}

TEST(CsvWriterTest, WhatItWritesReadsBackTheSame) {
  std::mt19937_64 random(20261121);
  const std::vector<std::string> pieces = {"a", "\"", ",", "\n", "\r\n", "é", "日本",
                                           "'", "\t", ";", "\\", "b c",  "1", "x"};
  Table table;
  ColumnData numbers{.name = "n", .type = v1::COLUMN_TYPE_NUMBER};
  std::vector<std::string> texts;
  for (int row = 0; row < 500; ++row) {
    numbers.numbers.push_back(random() % 5 == 0 ? kNan
                                                : static_cast<double>(random()) / 1e12 - 5e5 + 0.1);
    std::string text = "t";
    for (size_t i = random() % 8; i > 0; --i) text += pieces[random() % pieces.size()];
    texts.push_back(text + ".");
  }
  table.columns = {numbers, Strings("c", texts)};
  const Table back = TableOf(ToCsv(table));
  ASSERT_EQ(back.row_count(), 500U);
  for (size_t row = 0; row < 500; ++row) {
    EXPECT_EQ(back.columns[0].missing(row), table.columns[0].missing(row));
    if (!table.columns[0].missing(row)) {
      EXPECT_EQ(back.columns[0].numbers[row], table.columns[0].numbers[row]);
    }
    EXPECT_EQ(back.columns[1].dictionary[back.columns[1].codes[row]], texts[row]);
  }
}

}  // namespace
}  // namespace serin
