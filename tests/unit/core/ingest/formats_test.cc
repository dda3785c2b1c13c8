// JSON Lines, LIBSVM, and what files look like.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "core/ingest/csv_dialect.h"
#include "tests/unit/core/ingest/ingest_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

TEST(JsonLinesTest, KeysAreColumns_AnAbsentKeyAndNullAreMissing) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Ingested read,
      Ingest({.bytes =
                  "{\"a\": 1, \"b\": \"x\"}\n\n{\"b\":\"caf\\u00e9 \\\"q\\\"\", \"a\":null}\r\n"
                  "{\"a\":2.5,\"c\":true}"}));
  EXPECT_EQ(read.result.format.kind(), v1::FileFormat::KIND_JSON_LINES);
  EXPECT_THAT(
      TypesOf(read.result.schema),
      ElementsAre(v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_CATEGORY, v1::COLUMN_TYPE_BOOLEAN));
  EXPECT_THAT(Values(read.table(), 0), ElementsAre("1", "", "2.5"));
  EXPECT_THAT(Values(read.table(), 1), ElementsAre("x", "caf\xc3\xa9 \"q\"", ""));
  EXPECT_THAT(Values(read.table(), 2), ElementsAre("", "", "true"));
}

TEST(JsonLinesTest, NestedValues_AreKeptAsTheirText) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Ingested read,
      Ingest({.bytes = "{\"a\":{\"b\": [1, 2]} ,\"c\":[ ]}\n{\"a\":1,\"c\":\"[\"}\n"}));
  EXPECT_THAT(Values(read.table(), 0), ElementsAre("{\"b\": [1, 2]}", "1"));
  EXPECT_THAT(Values(read.table(), 1), ElementsAre("[ ]", "["));
}

TEST(JsonLinesTest, StringsAreReadAsCellsOfACsvFileAre) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Ingested read,
      Ingest({.bytes = "{\"a\":\"5\",\"b\":\"NA\"}\n{\"a\":6,\"b\":\" x \"}\n"}));
  EXPECT_EQ(read.result.schema.columns(0).type(), v1::COLUMN_TYPE_INTEGER);
  EXPECT_THAT(Values(read.table(), 1), ElementsAre("", "x"));
}

TEST(JsonLinesTest, WhatIsNoObject_IsABadRow_NamingTheLine) {
  for (const char* line : {"[1]", "5", "{\"a\":1", "{\"a\":tru}", "{\"a\":1}x", "{\"a\":1 \"b\":2}",
                           "{\"a\":[1,,2]}", "{\"a\":01x}", "{a:1}", "{\"a\":\"\\q\"}", "{\"\":1}",
                           "{\"a\":\"\\u0000\"}", "{\"a\":-}"}) {
    const std::string file = absl::StrCat("{\"a\":1}\n", line, "\n{\"a\":3}\n");
    EXPECT_THAT(Ingest({.bytes = file}), IsError(kInvalid, HasSubstr("line 2: "))) << line;
    IngestInput input{.bytes = file};
    input.options.bad_rows.set_policy(v1::BadRows::POLICY_SET_ASIDE);
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest(input));
    EXPECT_THAT(Values(read.table(), 0), ElementsAre("1", "3")) << line;
    EXPECT_EQ(read.result.rejected_rows[0].line(), 2);
    EXPECT_EQ(read.result.rejected_rows[0].text(), line);
  }
}

TEST(JsonLinesTest, KeysThatAppearLate_AddColumns_UpToTheLimit) {
  IngestInput input;
  input.limits.max_record_bytes = 100;  // Windows of a few lines.
  for (int i = 0; i < 100; ++i) absl::StrAppend(&input.bytes, "{\"a\":", i, "}\n");
  absl::StrAppend(&input.bytes, "{\"late\":\"x\"}\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest(input));
  EXPECT_FALSE(read.result.reread);
  EXPECT_EQ(Values(read.table(), 1)[99], "");
  EXPECT_EQ(Values(read.table(), 1)[100], "x");
  input.limits.max_columns = 1;
  EXPECT_THAT(Ingest(input), IsError(kExhausted, HasSubstr("'late' is one more")));
}

TEST(JsonLinesTest, ASchemaForAKeyThatNoRowHas_IsRefused) {
  EXPECT_THAT(Ingest({.bytes = "{\"a\":1}\n", .schema = SchemaWith("b", v1::COLUMN_TYPE_TEXT)}),
              IsError(kInvalid, HasSubstr("schema.columns[0].name: the file has no column 'b'")));
}

TEST(JsonLinesTest, NoUtf8_IsRefused_NamingTheLine) {
  EXPECT_THAT(Ingest({.bytes = "{\"a\":1}\n{\"a\":\"\xff\"}\n"}),
              IsError(kInvalid, HasSubstr("line 2: not UTF-8 from byte 7")));
}

TEST(LibsvmTest, IndexesAreColumns_AbsentOnesAreZero) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Ingested read, Ingest({.bytes = "# made by hand\n+1 1:0.5 3:2 # first\n-1 2:1e-3\n"}));
  EXPECT_EQ(read.result.format.kind(), v1::FileFormat::KIND_CSV);  // A comment looks like a name.
  IngestInput input{.bytes = "+1 1:0.5 3:2 # first\n-1 2:1e-3\n"};
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested found, Ingest(input));
  EXPECT_EQ(found.result.format.kind(), v1::FileFormat::KIND_LIBSVM);
  EXPECT_EQ(SchemaOf(found.table()).columns(3).name(), "f3");
  EXPECT_THAT(Values(found.table(), 0), ElementsAre("1", "-1"));
  EXPECT_THAT(Values(found.table(), 1), ElementsAre("0.5", "0"));
  EXPECT_THAT(Values(found.table(), 2), ElementsAre("0", "0.001"));
  EXPECT_THAT(Values(found.table(), 3), ElementsAre("2", "0"));
}

TEST(LibsvmTest, AGreaterIndexLate_TakesASecondReading_WithTheSchema) {
  IngestInput input;
  input.limits.max_record_bytes = 100;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&input.bytes, "1 1:", i, "\n");
  absl::StrAppend(&input.bytes, "0 2:5\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested first, Ingest(input));
  EXPECT_TRUE(first.result.reread);
  input.schema = first.result.schema;
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested second, Ingest(input));
  EXPECT_FALSE(second.result.reread);
  EXPECT_EQ(Values(second.table(), 2)[0], "0");
  EXPECT_EQ(Values(second.table(), 2)[100], "5");
}

TEST(LibsvmTest, OtherLines_AreBadRows) {
  for (const char* line : {"1 2:1 1:1", "1 0:1", "1 1", "1 1:x", "spam 1:1", "1 1:1 1:2", "1 -1:2",
                           "1 99999999999:1", "1 :1"}) {
    IngestInput input{.bytes = absl::StrCat("1 1:1\n", line, "\n")};
    input.options.format.set_kind(v1::FileFormat::KIND_LIBSVM);
    EXPECT_THAT(Ingest(input), IsError(kInvalid, HasSubstr("line 2: "))) << line;
  }
  EXPECT_THAT(Ingest({.bytes = "1 1:1\n1 5000:1\n"}),
              IsError(kExhausted, HasSubstr("4096 columns")));
}

// Bytes of a file of lines bound neither its columns nor, with them, the work.
TEST(SparseLinesTest, MoreValuesThanTheLimit_AreRefused_NamingTheLine) {
  std::string lines = "{\"a\": 1, \"b\": 2, \"c\": 3}\n";
  for (int i = 0; i < 33; ++i) lines += "{}\n";
  IngestInput input{.bytes = lines};
  input.limits.max_values = 102;
  EXPECT_THAT(Ingest(input), IsOk());
  input.limits.max_values = 101;
  EXPECT_THAT(Ingest(input),
              IsError(kExhausted, HasSubstr("line 1: rows from here on make more than 101 values, "
                                            "absent ones included, of 3 columns")));
}

char DelimiterOf(absl::string_view text) { return FindCsvDialect({}, text).delimiter; }

TEST(CsvDialectTest, TheDelimiterIsFoundByLooking) {
  EXPECT_EQ(DelimiterOf("a,b\n1,2\n"), ',');
  EXPECT_EQ(DelimiterOf("a\tb\n1,5\t2\n"), '\t');
  EXPECT_EQ(DelimiterOf("a;b\n1,5;2,5\n"), ';');
  EXPECT_EQ(DelimiterOf("a|b|c\n1|2|3"), '|');
  EXPECT_EQ(DelimiterOf("a\n1\n"), ',');
  EXPECT_EQ(DelimiterOf("\"x;y\",b\n\"1;2\",3\n"), ',');
  EXPECT_EQ(DelimiterOf("a,b\n1,2\n3\n"), ',');  // Not even that cuts all alike.
}

TEST(CsvDialectTest, ABadRowDoesNotHideTheDelimiter) {
  EXPECT_EQ(DelimiterOf("a;b;c\n1;2;3\n1;2\n4;5;6\n"), ';');
  EXPECT_EQ(DelimiterOf("a\tb\n1\t2\n1\t2\t3\n4\t5\n"), '\t');
  EXPECT_THAT(Ingest({.bytes = "a;b;c\n1;2;3\n1;2\n4;5;6\n"}),
              IsError(kInvalid, HasSubstr("line 3, column 3 ('c'): missing")));
  EXPECT_EQ(DelimiterOf("note\nwell, yes\nno, never\nat last, one\n"), ',');
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested prose,
                             Ingest({.bytes = "note\n\"well; yes\"\nno; never\nlast; one\n"}));
  EXPECT_EQ(prose.result.schema.columns_size(), 1);
}

TEST(CsvDialectTest, AHeaderOfAnyLength_IsLookedAt) {
  std::string header = "c0";
  std::string row = "0";
  for (int i = 1; i < 4000; ++i) {
    absl::StrAppend(&header, "|a_rather_long_name_of_a_column_", i);
    absl::StrAppend(&row, "|", i);
  }
  EXPECT_EQ(DelimiterOf(absl::StrCat(header, "\n", row, "\n")), '|');
}

TEST(CsvDialectTest, ApostrophesAreQuotes_WhereFieldsBeginAndEndWithThem) {
  EXPECT_EQ(FindCsvDialect({}, "a,b\n'x,1',2\n'y,2',3\n").quote, '\'');
  EXPECT_EQ(FindCsvDialect({}, "a,b\n'tis,2\n'twas,3\n").quote, '"');
  EXPECT_EQ(FindCsvDialect({}, "a,b\n\"x\",'y'\n'p','q'\n").quote, '"');
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest({.bytes = "a;b\n'x;1';2\n'it''s';3\n"}));
  EXPECT_THAT(Values(read.table(), 0), ElementsAre("x;1", "it's"));
  EXPECT_EQ(read.result.format.csv().delimiter(), ";");
  EXPECT_EQ(read.result.format.csv().quote(), "'");
}

TEST(CsvDialectTest, WhatIsGiven_IsTaken) {
  v1::CsvOptions options;
  options.set_delimiter("|");
  options.set_quote("'");
  EXPECT_EQ(FindCsvDialect(options, "a,b\n1,2\n").delimiter, '|');
  options.set_quote("\n");
  EXPECT_THAT(CheckCsvOptions(options), IsError(kInvalid, HasSubstr("csv.quote: ")));
}

}  // namespace
}  // namespace serin
