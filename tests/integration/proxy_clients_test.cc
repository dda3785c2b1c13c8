// Programs of others on the public port: what people have who do not use our client.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::HasSubstr;

// What a command prints, both its streams, and how it ends.
struct CommandResult {
  int exit_code = 0;
  std::string output;
};

CommandResult RunCommand(const std::string& command) {
  CommandResult result;
  FILE* pipe = popen(absl::StrCat(command, " 2>&1").c_str(), "r");
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
    result.output.append(buffer, size);
  }
  const int status = pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

std::string SourceFile(const std::string& path) {
  return absl::StrCat(SERIN_TEST_DATA_DIR, "/../../", path);
}

class ProxyClientsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    TestClient& client = server_.client();
    ASSERT_THAT(client.Upload("iris", TestFile("iris.csv")), IsOk());
    const auto job = client.Train(TrainIris("iris", "logistic_regression"));
    ASSERT_THAT(job, IsOk());
    ASSERT_THAT(ModelVersionOf(client.AwaitJob(job->name())), IsOk());
  }

  std::string address() { return server_.process().address("public"); }

  SingleServer server_;
};

TEST_F(ProxyClientsTest, Node_MakesEveryKindOfCall) {
  if (!std::filesystem::exists(SourceFile("tests/node/node_modules/@grpc/grpc-js"))) {
    GTEST_SKIP() << "tests/node has no packages; scripts/test installs them where npm is there: "
                    "npm --prefix tests/node install";
  }
  const CommandResult result =
      RunCommand(absl::StrCat("node ", SourceFile("tests/node/client.js"), " ", address(), " ",
                              SourceFile("proto"), " ", SourceFile("tests/data/iris.csv")));
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_EQ(result.output,
            "client stream: ok\n"
            "server stream: ok\n"
            "unary call: ok\n"
            "metadata: ok\n"
            "error with details: ok\n"
            "cancellation: ok\n");
}

}  // namespace
}  // namespace serin
