// Generated files, hard to read: every value that Serin gives back equals what Python's own parsers
// read from the same bytes, and what was uploaded comes back byte for byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tests/integration/deployment.h"
#include "tests/integration/generated_table.h"
#include "tests/integration/text_table_io.h"
#include "tests/testing/program.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using nlohmann::ordered_json;

constexpr int kColumns = 6;
constexpr int kRows = 500;

// Half a megabyte of rows in all, in styles that differ in one thing each.
std::vector<CsvStyle> Styles() {
  return {{},
          {.quote_all = true},
          {.line_end = "\r\n"},
          {.line_end = "\r"},
          {.line_end = "mixed"},
          {.delimiter = ';', .byte_order_mark = true},
          {.delimiter = '\t', .line_end = "\r\n", .final_line_end = false},
          {.delimiter = '|', .quote = '\''},
          {.quote = '\'', .line_end = "\r\n", .quote_all = true}};
}

// What Python reads; nothing where there is no Python.
ordered_json ReadWithPython(std::vector<std::string> arguments, const std::string& file) {
  const std::string script = absl::StrCat(SERIN_TEST_SOURCE_DIR, "/independent_parser.py");
  arguments.insert(arguments.begin(), {"python3", script});
  const ProgramResult result = RunProgram(arguments, file, absl::Minutes(1));
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return ordered_json::parse(result.output);
}

class IndependentParserTest : public testing::Test {
 protected:
  void SetUp() override {
    if (RunProgram({"python3", "--version"}).exit_code != 0) GTEST_SKIP() << "python3 is not there";
    ASSERT_THAT(server_.Start(), IsOk());
    client_ = Client::Connect({.server = server_.process().address("public")}).value();
  }

  // Rows of `expected`, the first of which holds the names.
  static void ExpectRows(const std::vector<TextRow>& rows, const ordered_json& expected) {
    ASSERT_EQ(rows.size() + 1, expected.size());
    for (size_t row = 0; row < rows.size(); ++row) {
      ASSERT_EQ(rows[row].size(), expected[row + 1].size());
      for (size_t i = 0; i < rows[row].size(); ++i) {
        ASSERT_EQ(rows[row][i], ExpectedCell(expected[row + 1][i].get<std::string>()))
            << "row " << row << ", column " << i;
      }
    }
  }

  void ExpectSameAsPython(const CsvStyle& style, const std::string& csv) {
    const ordered_json expected =
        ReadWithPython({"csv", std::string(1, style.delimiter), std::string(1, style.quote)}, csv);
    std::vector<std::string> columns;
    for (int i = 0; i < kColumns; ++i) columns.push_back(absl::StrCat("c", i));
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetVersion version,
                               UploadAsText(client_, "generated", csv, columns,
                                            {.delimiter = style.delimiter, .quote = style.quote}));
    SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client_, version.name()));
    ExpectRows(rows, expected);

    SERIN_ASSERT_OK_AND_ASSIGN(
        const std::string source,
        Download(client_, version.name(), v1::DownloadDatasetRequest::FORMAT_AS_UPLOADED));
    EXPECT_TRUE(source == csv) << "the download differs from the upload";
    SERIN_ASSERT_OK_AND_ASSIGN(
        const std::string rewritten,
        Download(client_, version.name(), v1::DownloadDatasetRequest::FORMAT_CSV));
    ExpectRows(rows, ReadWithPython({"csv", ",", "\""}, rewritten));
  }

  SingleServer server_;
  Client client_ = Client::Connect().value();
};

TEST_F(IndependentParserTest, Csv_OfEveryStyle_HasTheSameValues) {
  uint64_t seed = 1;
  for (const CsvStyle& style : Styles()) {
    SCOPED_TRACE(absl::StrCat("style ", seed));
    ExpectSameAsPython(style, WriteCsv(GenerateRows(kRows, kColumns, seed++), style));
  }
}

TEST_F(IndependentParserTest, JsonLines_HaveTheSameValues) {
  std::string file;
  for (const auto& row : GenerateRows(kRows, kColumns, 77)) {
    ordered_json object = ordered_json::object();
    for (int i = 0; i < kColumns; ++i) object[absl::StrCat("c", i)] = row[i];
    absl::StrAppend(&file, object.dump(), "\n");
  }
  const ordered_json expected = ReadWithPython({"jsonl"}, file);
  std::vector<std::string> columns;
  for (const auto& [name, value] : expected[0].items()) columns.push_back(name);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetVersion version,
                             UploadAsText(client_, "lines", file, columns));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto rows, ReadAllRows(client_, version.name()));
  ASSERT_EQ(rows.size(), expected.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      ASSERT_EQ(rows[row][i], ExpectedCell(expected[row][columns[i]].get<std::string>()))
          << "row " << row << ", column " << columns[i];
    }
  }
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::string rewritten,
      Download(client_, version.name(), v1::DownloadDatasetRequest::FORMAT_JSON_LINES));
  const ordered_json again = ReadWithPython({"jsonl"}, rewritten);
  ASSERT_EQ(again.size(), rows.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t i = 0; i < columns.size(); ++i) {
      ASSERT_EQ(rows[row][i].value_or(""), again[row][columns[i]].get<std::string>());
    }
  }
}

}  // namespace
}  // namespace serin
