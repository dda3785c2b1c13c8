#include "core/table/json_lines_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

namespace serin {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string ToJsonLines(const Table& table) {
  std::string out;
  AppendJsonLines(table, 0, table.row_count(), &out);
  return out;
}

TEST(JsonLinesWriterTest, WritesEachTypeInTheOrderOfTheColumns) {
  Table table;
  table.columns = {{.name = "z", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {0.1, kNan}},
                   {.name = "i",
                    .type = v1::COLUMN_TYPE_INTEGER,
                    .integers = {std::numeric_limits<int64_t>::max(), ColumnData::kMissingInteger}},
                   {.name = "b", .type = v1::COLUMN_TYPE_BOOLEAN, .numbers = {1, kNan}},
                   {.name = "t", .type = v1::COLUMN_TYPE_TIMESTAMP, .numbers = {1.5, kNan}},
                   {.name = "a",
                    .type = v1::COLUMN_TYPE_TEXT,
                    .codes = {0, ColumnData::kMissingCode},
                    .dictionary = {"naïve"}}};
  EXPECT_EQ(ToJsonLines(table),
            "{\"z\":0.1,\"i\":9223372036854775807,\"b\":true,\"t\":\"1970-01-01T00:00:01.5Z\","
            "\"a\":\"naïve\"}\n"
            "{\"z\":null,\"i\":null,\"b\":null,\"t\":null,\"a\":null}\n");
}

TEST(JsonLinesWriterTest, AnotherParserReadsTheSameValues) {
  Table table;
  ColumnData number{.name = "n\"\n", .type = v1::COLUMN_TYPE_NUMBER};
  ColumnData text{.name = "t", .type = v1::COLUMN_TYPE_TEXT};
  const std::vector<double> numbers = {1e22, -0.0, 5e-324, 1.7976931348623157e308, 0.1, 123456789};
  const std::vector<std::string> texts = {
      std::string("\0\x01\x1f", 3), "\"\\/", "\r\n\t\b\f", "日本 🎉", "", "\x7f"};
  for (size_t row = 0; row < numbers.size(); ++row) {
    number.numbers.push_back(numbers[row]);
    text.codes.push_back(static_cast<int32_t>(row));
    text.dictionary.push_back(texts[row]);
  }
  table.columns = {number, text};
  std::istringstream lines(ToJsonLines(table));
  std::string line;
  for (size_t row = 0; row < numbers.size(); ++row) {
    ASSERT_TRUE(std::getline(lines, line));
    const nlohmann::json object = nlohmann::json::parse(line);
    EXPECT_EQ(object.at("n\"\n").get<double>(), numbers[row]);
    EXPECT_EQ(object.at("t").get<std::string>(), texts[row]);
  }
  EXPECT_FALSE(std::getline(lines, line));
}

}  // namespace
}  // namespace serin
