// Files into a dataset and out of it again, with the real `serin` and with curl.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "tests/integration/serin_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class DatasetFilesTest : public SerinFixture {
 protected:
  std::string Path(const std::string& name) const {
    return absl::StrCat(scratch_.path(), "/", name);
  }

  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Some 3 MB of rows, more than one piece and one chunk of storage.
  static std::string LargeFile() {
    std::string csv = "id,score,name\n";
    for (int i = 0; i < 100'000; ++i) {
      absl::StrAppend(&csv, i, ",", i % 1000 * 0.25, ",\"name, ", i % 97, "\"\r\n");
    }
    return csv;
  }

  void ExpectRoundTrip(const std::string& name, const std::string& bytes) {
    const std::string file = Write(name, bytes);
    const ProgramResult upload = Serin({"dataset", "upload", "files", file});
    ASSERT_EQ(upload.exit_code, 0) << upload.errors;
    EXPECT_THAT(upload.output, HasSubstr("rows     100,000\n"));
    const ProgramResult download = Serin({"dataset", "download", "files", "-o", Path("back")});
    ASSERT_EQ(download.exit_code, 0) << download.errors;
    EXPECT_TRUE(Read("back") == bytes) << name << " came back different";
  }

  const TempDir scratch_;
};

TEST_F(DatasetFilesTest, Upload_ComesBackByteForByte_PlainAndCompressed) {
  const std::string csv = LargeFile();
  ExpectRoundTrip("plain.csv", csv);
  ExpectRoundTrip("file.csv.gz", Shell("gzip -c", csv));
  ExpectRoundTrip("file.csv.zst", Shell("zstd -q -c", csv));
}

TEST_F(DatasetFilesTest, StandardInputAndOutput_WorkInPipes) {
  const std::string csv = "a;b\n1;x\n2;y\n";
  ASSERT_EQ(Serin({"dataset", "upload", "piped", "-"}, csv).exit_code, 0);
  EXPECT_EQ(Serin({"dataset", "download", "piped", "-o", "-"}).output, csv);
  EXPECT_EQ(Serin({"dataset", "download", "piped", "-o", "-", "--format", "csv"}).output,
            "a,b\n1,x\n2,y\n");
  EXPECT_EQ(Serin({"dataset", "download", "piped", "-o", "-", "--format", "jsonl", "--column", "b"})
                .output,
            "{\"b\":\"x\"}\n{\"b\":\"y\"}\n");
}

TEST_F(DatasetFilesTest, Curl_UploadsACompressedFile_AndDownloadsIt) {
  const std::string file = Write("curl.jsonl.gz", Shell("gzip -c", "{\"a\": 1}\n{\"a\": 2.5}\n"));
  const std::string url = absl::StrCat("http://", address(), "/v1/datasets/curled");
  const std::string version =
      Shell(absl::StrCat("curl -sS -T ", file, " '", url, "?description=by+curl&label=team:ml'"));
  EXPECT_THAT(version, AllOf(HasSubstr("\"rowCount\":\"2\""), HasSubstr("COLUMN_TYPE_NUMBER"),
                             HasSubstr("COMPRESSION_GZIP"), HasSubstr("KIND_JSON_LINES")));
  Shell(absl::StrCat("curl -sS -f -o ", Path("back"), " ", url, "/download"));
  EXPECT_TRUE(Read("back") == Read("curl.jsonl.gz"));
  EXPECT_EQ(Shell(absl::StrCat("curl -sS -f '", url, "/download?format=csv'")), "a\n1\n2.5\n");
  EXPECT_THAT(Shell(absl::StrCat("curl -sS ", url, "x/download")),
              HasSubstr("datasets/curledx does not exist"));
  EXPECT_THAT(Serin({"dataset", "show", "curled"}).output,
              AllOf(HasSubstr("by curl"), HasSubstr("team=ml")));
}

TEST_F(DatasetFilesTest, BadRows_AreSetAsideAndReported_WhereThatIsAskedFor) {
  const std::string csv = "a,b\n1,2\n3\n4,5\nx,6\n";
  const ProgramResult refused =
      Serin({"dataset", "upload", "rows", "-", "--type", "a=number"}, csv);
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("line 3"));
  const ProgramResult taken =
      Serin({"dataset", "upload", "rows", "-", "--type", "a=number", "--set-aside"}, csv);
  EXPECT_EQ(taken.exit_code, 0) << taken.errors;
  EXPECT_THAT(taken.output, AllOf(HasSubstr("rows       2\n"), HasSubstr("set aside  2 rows\n"),
                                  HasSubstr("   3  "), HasSubstr("   5  a ")));
  const ProgramResult missing = Serin({"dataset", "upload", "rows", "-", "--type", "a=number",
                                       "--max-bad-rows", "1", "--missing-if-invalid"},
                                      csv);
  EXPECT_EQ(missing.exit_code, 0) << missing.errors;
  EXPECT_EQ(Serin({"dataset", "rows", "rows", "--output", "csv"}).output, "a,b\n1,2\n4,5\n,6\n");
}

TEST_F(DatasetFilesTest, VersionsAndDatasets_AreDeleted) {
  for (const char* csv : {"a\n1\n", "a\n2\n"}) {
    ASSERT_EQ(Serin({"dataset", "upload", "gone", "-"}, csv).exit_code, 0);
  }
  EXPECT_EQ(Serin({"dataset", "delete", "gone@1"}).exit_code, 0);
  EXPECT_EQ(Serin({"dataset", "rows", "gone@1"}).exit_code, 1);
  EXPECT_EQ(Serin({"dataset", "rows", "gone", "--output", "csv"}).output, "a\n2\n");
  EXPECT_EQ(Serin({"dataset", "delete", "gone"}).exit_code, 0);
  EXPECT_THAT(Serin({"dataset", "show", "gone"}).errors,
              AllOf(HasSubstr("datasets/gone does not exist"), HasSubstr("hint: ")));
}

}  // namespace
}  // namespace serin
