#include "server/data_dir.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace serin {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class DataDirTest : public testing::Test {
 protected:
  const TempDir temp_;
  const std::string path_ = absl::StrCat(temp_.path(), "/data");
};

TEST_F(DataDirTest, Open_MakesADirectoryForItsOwnerOnly_WithItsParents) {
  const std::string nested = absl::StrCat(path_, "/a/b");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto dir, DataDir::Open(nested));
  struct stat status = {};
  ASSERT_EQ(stat(nested.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  EXPECT_EQ(dir->PathOf("control"), absl::StrCat(nested, "/control"));
}

TEST_F(DataDirTest, DirectoryInUse_IsRefused_NamingItsHolder_AndFreeAfterwards) {
  SERIN_ASSERT_OK_AND_ASSIGN(auto first, DataDir::Open(path_));
  EXPECT_THAT(DataDir::Open(path_),
              IsError(absl::StatusCode::kFailedPrecondition,
                      AllOf(HasSubstr(path_), HasSubstr("in use by another server"),
                            HasSubstr(absl::StrCat("process ", getpid())))));
  first.reset();
  EXPECT_THAT(DataDir::Open(path_), IsOk());
}

TEST_F(DataDirTest, DirectoryThatIsAFile_CannotBeUsed) {
  EXPECT_THAT(DataDir::Open("/dev/null"),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("/dev/null")));
}

TEST_F(DataDirTest, RelativePath_BecomesAbsolute) {
  const std::string relative = std::filesystem::relative(path_).string();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto dir, DataDir::Open(relative));
  EXPECT_TRUE(std::filesystem::path(dir->PathOf("x")).is_absolute());
}

}  // namespace
}  // namespace serin
