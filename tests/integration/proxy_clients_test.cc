// Programs of others on the public port: what people have who do not use our client.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

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

// --- curl, over HTTP/1.1 and over HTTP/2 without TLS ------------------------------------------

constexpr char kSetosaRow[] =
    R"({"sepal_length":5.1,"sepal_width":3.5,"petal_length":1.4,"petal_width":0.2})";

class CurlTest : public ProxyClientsTest, public testing::WithParamInterface<const char*> {
 protected:
  // The answer to a request, then its status in a line of its own.
  std::string Curl(const std::string& path, const std::string& arguments) {
    return RunCommand(absl::StrCat("curl --silent --max-time 20 --write-out '\\n%{http_code}' ",
                                   GetParam(), " ", arguments, " 'http://", address(), path, "'"))
        .output;
  }

  std::string Post(const std::string& path, const std::string& json) {
    return Curl(path, absl::StrCat("-H 'content-type: application/json' -d '", json, "'"));
  }
};

INSTANTIATE_TEST_SUITE_P(Curl, CurlTest, testing::Values("--http1.1", "--http2-prior-knowledge"),
                         [](const auto& info) {
                           return info.param == std::string("--http1.1") ? "Http1" : "Http2";
                         });

TEST_P(CurlTest, Connect_MakesAnyUnaryCall) {
  EXPECT_THAT(Post("/serin.v1.PredictService/Predict",
                   absl::StrCat(R"({"model":"iris","rows":[{"features":)", kSetosaRow, "}]}")),
              AllOf(HasSubstr(R"("label":"setosa")"), EndsWith("\n200")));
  EXPECT_THAT(Post("/serin.v1.ModelService/ListModels", "{}"),
              AllOf(HasSubstr(R"("models/iris")"), EndsWith("\n200")));
}

TEST_P(CurlTest, Connect_SaysWhatIsWrong) {
  EXPECT_THAT(Post("/serin.v1.PredictService/Predict", R"({"model":"rose","rows":[{}]})"),
              AllOf(HasSubstr("not_found"), HasSubstr("rose"), EndsWith("\n404")));
  EXPECT_THAT(Post("/serin.v1.PredictService/Predict", R"({"model":)"), EndsWith("\n400"));
  EXPECT_THAT(Post("/serin.v1.PredictService/Divine", "{}"), Not(EndsWith("\n200")));
}

TEST_P(CurlTest, MetadataThatNoUpstreamCanRead_IsRefused) {
  EXPECT_THAT(Curl("/serin.v1.ModelService/ListModels",
                   "-H 'content-type: application/json' -H 'x-bin: !!!' -d '{}'"),
              AllOf(HasSubstr("x-bin: must be base64"), EndsWith("\n400")));
}

TEST_P(CurlTest, TensorFlowServing_Predicts) {
  EXPECT_THAT(Post("/v1/models/iris:predict", absl::StrCat(R"({"instances":[)", kSetosaRow, "]}")),
              AllOf(HasSubstr(R"("label":"setosa")"), EndsWith("\n200")));
  EXPECT_THAT(Post("/v1/models/iris/versions/1:predict",
                   absl::StrCat(R"({"instances":[)", kSetosaRow, "]}")),
              EndsWith("\n200"));
}

// Which is read and answered on another thread than its connection's.
TEST_P(CurlTest, LargeBody_IsAnswered) {
  const TempDir directory;
  const std::string file = directory.path() + "/body.json";
  const std::vector<absl::string_view> rows(1000, kSetosaRow);
  std::ofstream(file) << R"({"instances":[)" << absl::StrJoin(rows, ",") << "]}";
  const std::string answer = Curl("/v1/models/iris:predict", absl::StrCat("--data-binary @", file));
  EXPECT_THAT(answer, EndsWith("\n200"));
  EXPECT_GT(answer.size(), 50'000);
}

TEST_P(CurlTest, OpenInferenceProtocol_Infers) {
  EXPECT_THAT(Curl("/v2/health/live", ""), EndsWith("\n200"));
  EXPECT_THAT(Curl("/v2/models/iris/ready", ""), EndsWith("\n200"));
  EXPECT_THAT(
      Post("/v2/models/iris/infer", R"({"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64",)"
                                    R"("data":[5.1,3.5,1.4,0.2]}]})"),
      AllOf(HasSubstr("setosa"), EndsWith("\n200")));
}

TEST_P(CurlTest, Put_UploadsAFile) {
  EXPECT_THAT(Curl("/v1/datasets/flowers", absl::StrCat("-T ", SourceFile("tests/data/iris.csv"))),
              AllOf(HasSubstr("datasets/flowers/versions/1"), EndsWith("\n201")));
}

}  // namespace
}  // namespace serin
