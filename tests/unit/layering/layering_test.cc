#include "tests/unit/layering/layering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

bool IsSource(const std::filesystem::path& path) {
  return path.extension() == ".h" || path.extension() == ".cc";
}

TEST(LayeringTest, EveryIncludeOfTheProjectPointsTheRightWay) {
  const std::filesystem::path root = SERIN_SOURCE_DIR;
  int files = 0;
  for (const char* top : {"core", "server", "client"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !IsSource(entry.path())) continue;
      ++files;
      const std::string path = std::filesystem::relative(entry.path(), root);
      EXPECT_THAT(CheckIncludes(path, ReadFile(entry.path())), IsEmpty());
    }
  }
  EXPECT_GT(files, 10) << "no sources found below " << root;
}

TEST(CheckIncludesTest, NamesFileLineAndBothEnds) {
  EXPECT_THAT(
      CheckIncludes("core/table/table.h", "#include <vector>\n#include \"core/learn/train.h\"\n"),
      ElementsAre("core/table/table.h:2: core/table must not include core/learn/train.h"));
}

TEST(CheckIncludesTest, KeepsGrpcOutOfCore) {
  EXPECT_THAT(CheckIncludes("core/base/a.h", "#include <grpcpp/server.h>"),
              ElementsAre(HasSubstr("grpcpp/server.h")));
  EXPECT_THAT(CheckIncludes("core/base/a.h", "#include \"serin/v1/train_service.grpc.pb.h\""),
              ElementsAre(HasSubstr("train_service.grpc.pb.h")));
  EXPECT_THAT(CheckIncludes("server/rpc/a.h", "#include <grpcpp/server.h>"), IsEmpty());
}

TEST(CheckIncludesTest, KeepsRolesApartAndTestsOutOfTheProduct) {
  EXPECT_THAT(CheckIncludes("server/proxy/a.cc", "#include \"server/predict/b.h\""),
              ElementsAre(HasSubstr("server/predict/b.h")));
  EXPECT_THAT(CheckIncludes("core/base/a.cc", "#include \"tests/testing/simulated_clock.h\""),
              ElementsAre(HasSubstr("tests/testing")));
}

TEST(CheckIncludesTest, AFolderThatNobodyDeclaredMayIncludeNothingOfOurs) {
  EXPECT_THAT(CheckIncludes("core/novelty/a.cc", "#include \"core/base/clock.h\""),
              ElementsAre(HasSubstr("core/novelty must not include")));
}

}  // namespace
}  // namespace serin
