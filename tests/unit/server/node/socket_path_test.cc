#include "server/rpc/socket_path.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/strip.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace serin {
namespace {

std::string PathIn(const SocketPath& socket) {
  return std::string(absl::StripPrefix(socket.target(), "unix:"));
}

TEST(SocketPathTest, PreferredPath_IsTaken_AndWhatAKilledServerLeftThereRemoved) {
  const TempDir temp;
  const std::string preferred = temp.path() + "/socket";
  std::ofstream(preferred) << "left";
  SERIN_ASSERT_OK_AND_ASSIGN(const auto socket, SocketPath::Make(preferred));
  EXPECT_EQ(PathIn(*socket), preferred);
  EXPECT_FALSE(std::filesystem::exists(preferred));
}

TEST(SocketPathTest, PathTooLongForASocket_IsReplacedByOneInAPrivateDirectory) {
  SERIN_ASSERT_OK_AND_ASSIGN(auto socket, SocketPath::Make("/" + std::string(200, 'x')));
  const std::filesystem::path path = PathIn(*socket);
  EXPECT_LE(path.string().size(), 100u);
  struct stat status = {};
  ASSERT_EQ(stat(path.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  socket.reset();
  EXPECT_FALSE(std::filesystem::exists(path.parent_path()));
}

}  // namespace
}  // namespace serin
