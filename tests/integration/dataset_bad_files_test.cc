// Messy and hostile files, uploaded with the real `serin`: each is read as it is meant, or refused
// with an error that names what and where, leaves nothing behind and harms nobody else.

#include <gmock/gmock.h>

#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tests/integration/serin_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

#ifdef __SANITIZE_ADDRESS__  // Which is slow, and keeps what was freed.
constexpr int kManyValues = 1'000'000;
constexpr char kManyValuesText[] = "rows     1,000,000\n";
constexpr int64_t kMostMemory = int64_t{2} << 30;
#else
constexpr int kManyValues = 10'000'000;
constexpr char kManyValuesText[] = "rows     10,000,000\n";
constexpr int64_t kMostMemory = int64_t{600} << 20;
#endif

// The most that a process has had in memory.
int64_t PeakMemoryBytes(pid_t pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    absl::string_view text = line;
    int64_t kilobytes = 0;
    if (!absl::ConsumePrefix(&text, "VmHWM:") || !absl::ConsumeSuffix(&text, " kB")) continue;
    return absl::SimpleAtoi(text, &kilobytes) ? kilobytes * 1024 : 0;
  }
  return 0;
}

class DatasetBadFilesTest : public SerinFixture {
 protected:
  // After whatever a test does there is no dataset that it did not mean to make, and uploads work.
  void TearDown() override {
    EXPECT_EQ(Serin({"dataset", "upload", "good", "-"}, "a\n1\n").exit_code, 0);
    EXPECT_EQ(Serin({"dataset", "delete", "good"}).exit_code, 0);
    SERIN_ASSERT_OK_AND_ASSIGN(const auto datasets, client().ListDatasets());
    EXPECT_TRUE(datasets.empty());
  }

  // What `serin dataset upload` says of a file that is to be refused.
  static std::string Refusal(absl::string_view file, std::vector<std::string> flags = {}) {
    flags.insert(flags.begin(), {"dataset", "upload", "bad", "-"});
    const ProgramResult result = Serin(flags, file);
    EXPECT_EQ(result.exit_code, 1) << result.output;
    return result.errors;
  }

  // The file as it is read, as CSV.
  static std::string Reading(absl::string_view file) {
    const ProgramResult upload = Serin({"dataset", "upload", "read", "-"}, file);
    EXPECT_EQ(upload.exit_code, 0) << upload.errors;
    const std::string rows = Serin({"dataset", "rows", "read", "--output", "csv"}).output;
    Serin({"dataset", "delete", "read"});
    return rows;
  }
};

TEST_F(DatasetBadFilesTest, MixedLineEnds_AreAllLineEnds) {
  EXPECT_EQ(Reading("a,b\r\n1,2\r3,4\n5,6"), "a,b\n1,2\n3,4\n5,6\n");
}

TEST_F(DatasetBadFilesTest, QuoteInTheMiddleOfAField_IsAQuote_AndTextBehindAClosingOneIsRefused) {
  EXPECT_EQ(Reading("a,b\n5\" disk,x\n3\" disk,y\n"), "a,b\n\"5\"\" disk\",x\n\"3\"\" disk\",y\n");
  EXPECT_THAT(Refusal("a,b\n1,2\n\"x\"y,2\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("column 1"), HasSubstr("INVALID_ARGUMENT")));
}

TEST_F(DatasetBadFilesTest, NulByte_IsRefused_NamingThePlace) {
  EXPECT_THAT(Refusal(absl::string_view("a,b\n1,2\n3,x\0y\n", 14)),
              AllOf(HasSubstr("line 3"), HasSubstr("INVALID_ARGUMENT")));
}

TEST_F(DatasetBadFilesTest, BytesThatAreNotUtf8_AreRefused_NamingThePlace) {
  EXPECT_THAT(Refusal("a,b\n1,2\n3,\xff\xfe\n"),
              AllOf(HasSubstr("line 3"), HasSubstr("'b'"), HasSubstr("UTF-8")));
}

TEST_F(DatasetBadFilesTest, MillionColumns_AreRefused_NamingTheLimit) {
  std::string header = "c0";
  for (int i = 1; i < 1'000'000; ++i) absl::StrAppend(&header, ",c", i);
  EXPECT_THAT(Refusal(header + "\n1\n"),
              AllOf(HasSubstr("4096"), HasSubstr("columns"), HasSubstr("RESOURCE_EXHAUSTED")));
}

TEST_F(DatasetBadFilesTest, RowsOfDifferingWidth_AreRefused_NamingTheFirst) {
  EXPECT_THAT(Refusal("a,b\n1,2\n3\n"), AllOf(HasSubstr("line 3"), HasSubstr("INVALID_ARGUMENT")));
  EXPECT_THAT(Refusal("a,b\n1,2,3\n4,5\n"), HasSubstr("line 2"));
}

TEST_F(DatasetBadFilesTest, WhatOnlyLooksLikeANumberOrADate_IsText) {
  for (const char* value : {"1e999", "0x10", "1,000", "2026-02-30", "2026-13-01", "007"}) {
    const std::string csv = absl::StrCat("v;w\n", value, ";x\n5;y\n");
    const ProgramResult upload = Serin({"dataset", "upload", "typed", "-"}, csv);
    EXPECT_THAT(upload.output, HasSubstr("v       category\n")) << value << upload.errors;
  }
  EXPECT_THAT(Serin({"dataset", "upload", "typed", "-"}, "v;w\n-0;x\n5;y\n").output,
              HasSubstr("v       number\n"));
  Serin({"dataset", "delete", "typed"});
}

TEST_F(DatasetBadFilesTest, WhatIsNotOfTheTypeAskedFor_IsRefused_NamingLineColumnAndText) {
  const std::pair<const char*, const char*> wrong[] = {
      {"number", "1e999"}, {"number", "0x10"},          {"number", "1,000"},
      {"integer", "1.5"},  {"timestamp", "2026-02-30"}, {"boolean", "yes"}};
  for (const auto& [type, text] : wrong) {
    EXPECT_THAT(
        Refusal(absl::StrCat("w;v\nx;\ny;", text, "\n"), {"--type", absl::StrCat("v=", type)}),
        AllOf(HasSubstr("line 3"), HasSubstr("'v'"), HasSubstr(text)));
  }
}

TEST_F(DatasetBadFilesTest, GzipOrZstdBomb_IsRefused_LongBeforeItIsExpanded) {
  const std::string blank_lines = "head -c 100000000 /dev/zero | tr '\\0' '\\n' | ";
  for (const char* compress : {"gzip -c", "zstd -q -c"}) {
    EXPECT_THAT(Refusal(Shell(absl::StrCat("(echo a; ", blank_lines, "cat) | ", compress))),
                AllOf(HasSubstr("RESOURCE_EXHAUSTED"), HasSubstr("compress")))
        << compress;
  }
}

TEST_F(DatasetBadFilesTest, CompressedStreamThatIsCutOffOrDamaged_IsRefused) {
  std::string csv = "a,b\n";
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&csv, i, ",", i * 7 % 1013, "\n");
  for (const char* compress : {"gzip -c", "zstd -q -c"}) {
    std::string file = Shell(compress, csv);
    EXPECT_THAT(Refusal(file.substr(0, file.size() / 2)), HasSubstr("INVALID_ARGUMENT"))
        << compress;
    EXPECT_THAT(Refusal(file.substr(0, file.size() - 3)), HasSubstr("INVALID_ARGUMENT"))
        << compress;
    file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 0x55);
    EXPECT_THAT(Refusal(file), HasSubstr("INVALID_ARGUMENT")) << compress;
  }
}

TEST_F(DatasetBadFilesTest, MalformedJsonLines_AreRefused_NamingTheLine) {
  EXPECT_THAT(Refusal("{\"a\": 1}\n{\"a\": \n"), AllOf(HasSubstr("line 2"), HasSubstr("JSON")));
  EXPECT_THAT(Refusal("{\"a\": 1}\n[1, 2]\n"), HasSubstr("line 2"));
}

TEST_F(DatasetBadFilesTest, QuoteThatIsNeverClosed_IsRefused_NamingWhereItBegins) {
  EXPECT_THAT(Refusal("a,b\n1,2\n3,\"x\n5,6\n"), AllOf(HasSubstr("line 3"), HasSubstr("quote")));
}

TEST_F(DatasetBadFilesTest, FilesWithoutRows_AreRefused) {
  EXPECT_THAT(Refusal(""), HasSubstr("empty"));
  EXPECT_THAT(Refusal("a,b\n"), HasSubstr("no rows"));
  EXPECT_THAT(Refusal(Shell("gzip -c", "")), HasSubstr("INVALID_ARGUMENT"));
}

TEST_F(DatasetBadFilesTest, CategoryOfMillionsOfDifferentValues_IsTakenInBoundedMemory) {
  const std::string file =
      Shell(absl::StrCat("seq 1 ", kManyValues, " | sed 's/^/k/' | gzip -1 -c"));
  const ProgramResult upload =
      Serin({"dataset", "upload", "keys", "-", "--no-header", "--type", "c1=category"}, file);
  EXPECT_EQ(upload.exit_code, 0) << upload.errors;
  EXPECT_THAT(upload.output, HasSubstr(kManyValuesText));
  EXPECT_LT(PeakMemoryBytes(server_->process().pid()), kMostMemory);
  EXPECT_EQ(Serin({"dataset", "rows", "keys", "--offset", absl::StrCat(kManyValues - 1), "--output",
                   "csv"})
                .output,
            absl::StrCat("c1\nk", kManyValues, "\n"));
  EXPECT_THAT(Serin({"dataset", "profile", "keys"}).output, HasSubstr("identifier"));
  EXPECT_EQ(Serin({"dataset", "delete", "keys"}).exit_code, 0);
}

}  // namespace
}  // namespace serin
