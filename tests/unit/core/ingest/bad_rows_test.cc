// What becomes of rows and values that cannot be read.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/core/ingest/ingest_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

IngestInput SettingAside(std::string bytes, int64_t max_rows = 0) {
  IngestInput input{.bytes = std::move(bytes)};
  input.options.bad_rows.set_policy(v1::BadRows::POLICY_SET_ASIDE);
  input.options.bad_rows.set_max_rows(max_rows);
  return input;
}

std::string Describe(const v1::RejectedRow& row) {
  return absl::StrCat(row.line(), "|", row.column(), "|", row.text(), "|", row.problem());
}

TEST(BadRowsTest, SetAside_TheOthersAreRead_AndTheyAreReportedInOrder) {
  IngestInput input = SettingAside("id,age\n1,41\n2\n3,old\n4,\"x\"y\n5,50,more\n6,60\n");
  input.schema = SchemaWith("age", v1::COLUMN_TYPE_NUMBER);
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest(input));
  EXPECT_THAT(Values(read.table(), 0), ElementsAre("1", "6"));
  EXPECT_THAT(Values(read.table(), 1), ElementsAre("41", "60"));
  EXPECT_EQ(read.result.row_count, 2);
  EXPECT_EQ(read.result.rejected_row_count, 4);
  ASSERT_EQ(read.result.rejected_rows.size(), 4u);
  EXPECT_EQ(Describe(read.result.rejected_rows[0]),
            "3|age|2|missing: the record has 1 field, the table has 2; the last is '2'");
  EXPECT_EQ(Describe(read.result.rejected_rows[1]),
            "4|age|old|must be a finite decimal number, is 'old'");
  EXPECT_EQ(Describe(read.result.rejected_rows[2]),
            "5|age|y|text after the closing quote: 'y'; a quote within quotes is doubled");
  EXPECT_EQ(Describe(read.result.rejected_rows[3]),
            "6||more|one too many: the record has 3 fields, the table has 2; this one is 'more'");
}

TEST(BadRowsTest, BeyondTheLimit_TheFileIsRefused_NamingTheFirst) {
  std::string file = "a,b\n";
  for (int i = 0; i < 1000; ++i) file += "1\n";
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest(SettingAside(file + "1,2\n")));
  EXPECT_EQ(read.result.rejected_row_count, 1000);  // The default.
  EXPECT_EQ(read.result.rejected_rows.size(), 100u);
  EXPECT_THAT(Ingest(SettingAside(file + "1\n1,2\n")),
              IsError(kInvalid, AllOf(HasSubstr("more than 1000 rows cannot be read"),
                                      HasSubstr("the first: line 2, column 2 ('b'): missing"))));
  EXPECT_THAT(Ingest(SettingAside("a,b\n1\n1\n1,2\n", 1)),
              IsError(kInvalid, HasSubstr("more than 1 rows cannot be read")));
}

TEST(BadRowsTest, WhereNoRowIsGood_TheFileIsRefused) {
  EXPECT_THAT(Ingest(SettingAside("a,b\n1\n2\n")),
              IsError(kInvalid, HasSubstr("no row of the file can be read; of the first, line 2")));
}

TEST(BadRowsTest, Refused_TheFirstInTheFileIsNamed) {
  IngestInput input{.bytes = "a,b\n1,x\ny,2\n3\n"};
  input.schema = SchemaWith("b", v1::COLUMN_TYPE_NUMBER);
  v1::ColumnSchema* a = input.schema.add_columns();
  a->set_name("a");
  a->set_type(v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(Ingest(input), IsError(kInvalid, HasSubstr("line 2, column 2 ('b'): must be a")));
}

TEST(BadRowsTest, ValuesThatDoNotConvert_AreMissing_WhereAskedFor) {
  IngestInput input{.bytes = "a,t\n1,2026-02-30\nold,2026-11-21\n"};
  input.schema = SchemaWith("a", v1::COLUMN_TYPE_INTEGER);
  v1::ColumnSchema* t = input.schema.add_columns();
  t->set_name("t");
  t->set_type(v1::COLUMN_TYPE_TIMESTAMP);
  input.options.on_conversion_error = v1::UploadDatasetSpec::ON_CONVERSION_ERROR_MISSING;
  SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest(input));
  EXPECT_THAT(Values(read.table(), 0), ElementsAre("1", ""));
  EXPECT_THAT(Values(read.table(), 1), ElementsAre("", "2026-11-21T00:00:00Z"));
  EXPECT_EQ(read.result.rejected_row_count, 0);
}

TEST(BadRowsTest, WhatIsNoText_RefusesTheFileInAnyCase) {
  EXPECT_THAT(Ingest(SettingAside("a,b\n1,2\n3,\xff\n")),
              IsError(kInvalid, HasSubstr("line 3, column 2 ('b'): not UTF-8 from byte 1")));
  EXPECT_THAT(Ingest(SettingAside(std::string("a,b\n1,x\0y\n", 10))),
              IsError(kInvalid, HasSubstr("line 2, column 2 ('b'): a NUL at byte 2 of the value: "
                                          "'x\\x00y'")));
  EXPECT_THAT(Ingest(SettingAside("a,b\n1,2\n3,\"4\n")),
              IsError(kInvalid, HasSubstr("line 3, column 2 ('b'): the quote that opens here")));
}

TEST(BadRowsTest, OptionsThatMeanNothing_AreRefused) {
  IngestInput input = SettingAside("a\n1\n", -1);
  EXPECT_THAT(Ingest(input), IsError(kInvalid, HasSubstr("bad_rows.max_rows: ")));
  input.options.bad_rows.set_policy(static_cast<v1::BadRows::Policy>(9));
  EXPECT_THAT(Ingest(input), IsError(kInvalid, HasSubstr("bad_rows.policy: ")));
}

TEST(BadRowsTest, AMillionColumns_AreRefusedAtOnce) {
  const auto sink = [](Table) { return absl::OkStatus(); };
  SERIN_ASSERT_OK_AND_ASSIGN(const auto reader, TableReader::Create({}, {}, {}, sink));
  std::string piece;
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&piece, "c", i, ",");
  absl::Status status;
  int pushed = 0;
  for (; pushed < 1000 && status.ok(); ++pushed) status = reader->Push(piece);
  EXPECT_LT(pushed, 300);  // The first window.
  EXPECT_THAT(status, IsError(absl::StatusCode::kResourceExhausted,
                              HasSubstr("more than 4096 columns, which is the limit")));
}

}  // namespace
}  // namespace serin
