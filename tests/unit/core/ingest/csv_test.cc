#include "core/ingest/table_reader.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/ingest/read_table.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

struct Input {
  std::string bytes;
  v1::CsvOptions options = {};
  v1::Schema schema = {};
  IngestLimits limits = {};
  size_t piece = std::string::npos;  // Bytes per Push.
};

absl::StatusOr<Table> Read(const Input& input) {
  IngestOptions options;
  options.format.set_kind(v1::FileFormat::KIND_CSV);
  *options.format.mutable_csv() = input.options;
  std::vector<Table> batches;
  const auto sink = [&](Table batch) {
    batches.push_back(std::move(batch));
    return absl::OkStatus();
  };
  auto reader = TableReader::Create(options, input.schema, input.limits, sink);
  if (!reader.ok()) return reader.status();
  for (size_t at = 0; at < input.bytes.size(); at += std::min(input.piece, input.bytes.size())) {
    const absl::Status status = (*reader)->Push(input.bytes.substr(at, input.piece));
    if (!status.ok()) return status;
  }
  const absl::StatusOr<IngestResult> result = (*reader)->Finish();
  if (!result.ok()) return result.status();
  EXPECT_FALSE(result->reread) << "of one window";
  return JoinBatches(result->schema, std::move(batches));
}

absl::StatusOr<std::unique_ptr<TableReader>> MakeReader(const v1::Schema& schema = {},
                                                        const v1::CsvOptions& csv = {}) {
  IngestOptions options;
  *options.format.mutable_csv() = csv;
  return TableReader::Create(options, schema, {}, [](Table) { return absl::OkStatus(); });
}

absl::StatusOr<Table> Read(const std::string& bytes) { return Read(Input{bytes}); }

// The values of a column as they would be written to a file.
std::vector<std::string> Values(const Table& table, size_t column) {
  std::vector<std::string> values;
  for (size_t row = 0; row < table.row_count(); ++row) {
    values.push_back(FormatValue(table.columns[column], row));
  }
  return values;
}

v1::Schema SchemaWith(const std::string& name, v1::ColumnType type) {
  v1::Schema schema;
  schema.add_columns()->set_name(name);
  schema.mutable_columns(0)->set_type(type);
  return schema;
}

TEST(CsvTest, ReadsEveryTypeAndItsMissingValues) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read("age,city,paid,since\n"
                                                     "41,Rome,true,2026-11-21\n"
                                                     "?,NA,,null\n"
                                                     "-1.5e3, Oslo ,FALSE,2026-11-21T09:30:00Z\n"));
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_EQ(table.columns[0].type, v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(table.columns[1].type, v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(table.columns[2].type, v1::COLUMN_TYPE_BOOLEAN);
  EXPECT_EQ(table.columns[3].type, v1::COLUMN_TYPE_TIMESTAMP);
  EXPECT_THAT(Values(table, 0), ElementsAre("41", "", "-1500"));
  EXPECT_THAT(Values(table, 1), ElementsAre("Rome", "", "Oslo"));
  EXPECT_THAT(Values(table, 2), ElementsAre("true", "", "false"));
  EXPECT_THAT(Values(table, 3), ElementsAre("2026-11-21T00:00:00Z", "", "2026-11-21T09:30:00Z"));
}

TEST(CsvTest, PiecesOfAnySizeGiveTheSameTable) {
  const std::string file =
      "\xef\xbb\xbf\"a\",b\r\n\"x, \"\"y\"\"\r\nz\",1\r\n\"\",\xc3\xa9\r\n\r\nq,3";
  for (size_t piece = 1; piece <= file.size(); ++piece) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read(Input{.bytes = file, .piece = piece}));
    EXPECT_EQ(table.columns[0].name, "a");
    EXPECT_THAT(Values(table, 0), ElementsAre("x, \"y\"\r\nz", "", "q")) << piece;
    EXPECT_THAT(Values(table, 1), ElementsAre("1", "\xc3\xa9", "3")) << piece;
  }
}

TEST(CsvTest, WithoutAHeader_ColumnsAreNumbered) {
  Input input{.bytes = "1;a\n2;b\n"};
  input.options.set_header(v1::CsvOptions::HEADER_ABSENT);
  input.options.set_delimiter(";");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read(input));
  EXPECT_EQ(table.columns[0].name, "c1");
  EXPECT_EQ(table.columns[1].name, "c2");
  EXPECT_THAT(Values(table, 1), ElementsAre("a", "b"));
}

TEST(CsvTest, AQuoteWithinAPlainField_IsText) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read("a\n5\" pipe\n"));
  EXPECT_THAT(Values(table, 0), ElementsAre("5\" pipe"));
}

TEST(CsvTest, EmptyLines_AreSkipped_ButAreMissingValuesOfASingleColumn) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table wide, Read("\n\na,b\n\n1,2\n\n\n3,4\n\n"));
  EXPECT_THAT(Values(wide, 0), ElementsAre("1", "3"));
  SERIN_ASSERT_OK_AND_ASSIGN(const Table narrow, Read("a\n1\n\n3\n"));
  EXPECT_THAT(Values(narrow, 0), ElementsAre("1", "", "3"));
}

TEST(CsvTest, RaggedRow_IsRefused_NamingLineColumnAndText) {
  EXPECT_THAT(Read("a,b,c\n1,2,3\n4,five\n"),
              IsError(kInvalid, Eq("line 3, column 3 ('c'): missing: the record has 2 fields, the "
                                   "table has 3; the last is 'five'")));
  EXPECT_THAT(Read("a,b\n1,2\n3,4,extra,more\n"),
              IsError(kInvalid, Eq("line 3, column 3: one too many: the record has 4 fields, the "
                                   "table has 2; this one is 'extra'")));
}

TEST(CsvTest, RaggedRow_CountsLinesWithinQuotes) {
  EXPECT_THAT(Read("a,b\n\"1\n1\n1\",2\n3\n"), IsError(kInvalid, HasSubstr("line 5, column 2")));
}

TEST(CsvTest, UnterminatedQuote_IsRefused_NamingWhereItOpened) {
  EXPECT_THAT(
      Read("a,b\n1,2\n3,\"four\n5,6\n7,8\n"),
      IsError(kInvalid, Eq("line 3, column 2 ('b'): the quote that opens here is never closed")));
}

TEST(CsvTest, TextAfterAClosingQuote_IsRefused) {
  EXPECT_THAT(Read("a,b\n\"x\"y,2\n"),
              IsError(kInvalid, AllOf(HasSubstr("line 2, column 1 ('a')"),
                                      HasSubstr("text after the closing quote: 'y'"))));
}

TEST(CsvTest, TextAfterAClosingQuote_IsRefusedInTheHeaderToo) {
  EXPECT_THAT(Read("a,\"b\"c\n1,2\n"),
              IsError(kInvalid, HasSubstr("line 1, column 2: text after the closing quote: 'c'")));
}

TEST(CsvTest, InvalidUtf8_IsRefused_NamingLineAndColumn) {
  EXPECT_THAT(Read("a,b\n1,caf\xe9\n"),
              IsError(kInvalid, Eq("line 2, column 2 ('b'): not UTF-8 from byte 4 of the value: "
                                   "'caf\\xe9'")));
  // Two halves of a character in neighbouring fields are none.
  EXPECT_THAT(Read("a,b\n\xc3,\xa9\n"), IsError(kInvalid, HasSubstr("line 2, column 1 ('a')")));
  // A value of two lines: the line is that of the byte.
  EXPECT_THAT(Read("a,b\n1,\"x\n\xff\"\n"), IsError(kInvalid, HasSubstr("line 3, column 2")));
  EXPECT_THAT(Read("\xef\xbb"), IsError(kInvalid, HasSubstr("line 1, column 1: not UTF-8")));
}

TEST(CsvTest, LinesMayEndInThreeWays_InOneFile) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read("a,b\r1,x\r\n2,y\n3,z\r4,\"p\"\r\n5,\"q\"\r"));
  EXPECT_THAT(Values(table, 0), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_THAT(Values(table, 1), ElementsAre("x", "y", "z", "p", "q"));
}

TEST(CsvTest, BadHeaders_AreRefused_NamingTheColumn) {
  EXPECT_THAT(Read("a,b,a\n1,2,3\n"),
              IsError(kInvalid, Eq("line 1, column 3 ('a'): column 1 has this name already")));
  EXPECT_THAT(Read("a, ,c\n1,2,3\n"),
              IsError(kInvalid, Eq("line 1, column 2: the header has no name for this column")));
  EXPECT_THAT(Read(std::string(257, 'x') + "\n1\n"),
              IsError(kInvalid, HasSubstr("at most 256 bytes")));
}

TEST(CsvTest, FilesWithoutRows_AreRefused) {
  EXPECT_THAT(Read(""), IsError(kInvalid, Eq("the file is empty")));
  EXPECT_THAT(Read("\xef\xbb\xbf"), IsError(kInvalid, Eq("the file is empty")));
  EXPECT_THAT(Read("\n\r\n"), IsError(kInvalid, Eq("the file is empty")));
  EXPECT_THAT(Read("a,b\n"), IsError(kInvalid, Eq("the file has a header but no rows")));
  EXPECT_THAT(Read("a,b"), IsError(kInvalid, Eq("the file has a header but no rows")));
}

TEST(CsvTest, TooManyColumns_AreRefused) {
  std::string header = "c0";
  for (int i = 1; i < 10'000; ++i) absl::StrAppend(&header, ",c", i);
  EXPECT_THAT(
      Read(header + "\n"),
      IsError(kExhausted, Eq("line 1: the record has more than 4096 columns, which is the limit")));
}

TEST(CsvTest, ALineOf100Megabytes_IsRefusedBeforeItsEnd) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto reader, MakeReader());
  ASSERT_THAT(reader->Push("a,b\n1,"), IsOk());
  const std::string megabyte(1 << 20, 'x');
  absl::Status status;
  int pushed = 0;
  for (; pushed < 100 && status.ok(); ++pushed) status = reader->Push(megabyte);
  EXPECT_EQ(pushed, 16);
  EXPECT_THAT(status,
              IsError(kExhausted, AllOf(HasSubstr("line 2: the record is longer than 16777216"),
                                        HasSubstr("it begins '1,xxx"))));
  EXPECT_EQ(reader->Push("\n"), status);
  EXPECT_EQ(reader->Finish().status(), status);
}

TEST(CsvTest, AQuotedRecordOverTheLimit_IsRefused) {
  EXPECT_THAT(Read(Input{.bytes = "a\n\"" + std::string(50, '\n') + "\"\n",
                         .limits = {.max_record_bytes = 40}}),
              IsError(kExhausted, HasSubstr("line 2: the record is longer than 40 bytes")));
}

TEST(CsvTest, TooManyBytes_AreRefused) {
  EXPECT_THAT(Read(Input{.bytes = "a\n1\n2\n3\n", .limits = {.max_bytes = 7}}),
              IsError(kExhausted, HasSubstr("more than 7 bytes")));
}

TEST(CsvTest, ANumberBeyondDoubles_MakesAColumnACategory_OrBreaksItsSchema) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read("a,b\n1,1\n1e999,2\n"));
  EXPECT_EQ(table.columns[0].type, v1::COLUMN_TYPE_CATEGORY);
  EXPECT_EQ(table.columns[1].type, v1::COLUMN_TYPE_INTEGER);
  EXPECT_THAT(Read(Input{.bytes = "a,b\n1,1\n1e999,2\n",
                         .schema = SchemaWith("a", v1::COLUMN_TYPE_NUMBER)}),
              IsError(kInvalid, Eq("line 3, column 1 ('a'): must be a finite decimal number, is "
                                   "'1e999'")));
}

TEST(CsvTest, ASchemaOverridesWhatWouldBeInferred) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table,
                             Read(Input{.bytes = "zip,n\n00501,1\n10001,2\n",
                                        .schema = SchemaWith("zip", v1::COLUMN_TYPE_CATEGORY)}));
  EXPECT_THAT(Values(table, 0), ElementsAre("00501", "10001"));
  EXPECT_EQ(table.columns[1].type, v1::COLUMN_TYPE_INTEGER);
}

TEST(CsvTest, ValuesThatDoNotFitTheSchema_AreRefused) {
  const v1::Schema schema = SchemaWith("paid", v1::COLUMN_TYPE_BOOLEAN);
  EXPECT_THAT(Read(Input{.bytes = "id,paid\n1,true\n2,yes\n", .schema = schema}),
              IsError(kInvalid, Eq("line 3, column 2 ('paid'): must be true or false, is 'yes'")));
  EXPECT_THAT(
      Read(Input{.bytes = "t\n2026-02-30\n", .schema = SchemaWith("t", v1::COLUMN_TYPE_TIMESTAMP)}),
      IsError(kInvalid, HasSubstr("must be a timestamp such as 2026-11-21")));
}

TEST(CsvTest, ASchemaForAColumnThatIsNotThere_IsRefused) {
  EXPECT_THAT(
      Read(Input{.bytes = "a,b\n1,2\n", .schema = SchemaWith("c", v1::COLUMN_TYPE_NUMBER)}),
      IsError(kInvalid,
              Eq("schema.columns[0].name: the file has no column 'c', its columns are 'a', 'b'")));
}

TEST(CsvTest, AColumnWithoutValues_IsText_UnlessTheSchemaSaysOtherwise) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table inferred, Read("a,x\n1,\n2,NA\n"));
  EXPECT_EQ(inferred.columns[1].type, v1::COLUMN_TYPE_TEXT);
  EXPECT_THAT(Values(inferred, 1), ElementsAre("", ""));
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Table given,
      Read(Input{.bytes = "a,x\n1,\n2,NA\n", .schema = SchemaWith("x", v1::COLUMN_TYPE_NUMBER)}));
  EXPECT_EQ(given.columns[1].type, v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(Values(given, 1), ElementsAre("", ""));
}

TEST(CsvTest, BadOptions_AreRefused) {
  for (const char* delimiter : {"\"", "\n", "\r", ",,", "\xc3\xa9"}) {
    v1::CsvOptions options;
    options.set_delimiter(delimiter);
    EXPECT_THAT(MakeReader({}, options), IsError(kInvalid, HasSubstr("csv.delimiter: ")));
  }
  v1::CsvOptions options;
  options.set_header(static_cast<v1::CsvOptions::Header>(7));
  EXPECT_THAT(MakeReader({}, options), IsError(kInvalid, HasSubstr("csv.header: ")));
  v1::Schema schema = SchemaWith("a", v1::COLUMN_TYPE_NUMBER);
  *schema.add_columns() = schema.columns(0);
  EXPECT_THAT(MakeReader(schema),
              IsError(kInvalid, HasSubstr("schema.columns[1].name: must be unique")));
}

TEST(CsvTest, Iris_HasFourNumbersAndACategory) {
  std::ifstream file(SERIN_TEST_DATA_DIR "/iris.csv", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Read(bytes));
  EXPECT_EQ(table.row_count(), 150u);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(table.columns[i].type, v1::COLUMN_TYPE_NUMBER);
  EXPECT_EQ(table.columns[4].type, v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(table.columns[4].dictionary, ElementsAre("setosa", "versicolor", "virginica"));
}

}  // namespace
}  // namespace serin
