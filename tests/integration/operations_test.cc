// What those who run a server see of it: its command line, data directory, admin port and end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/integration/deployment.h"
#include "tests/integration/http_get.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

mode_t ModeOf(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST(CommandLineTest, WrongUsage_NamesTheFlag_ShowsUsage_AndExitsWithTwo) {
  const ProgramResult result = RunServerToEnd({"--prot=1"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, AllOf(StartsWith("serin-server: --prot: there is no such flag"),
                                   HasSubstr("--port=8500")));
  EXPECT_THAT(result.output, IsEmpty());
}

TEST(CommandLineTest, ArgumentThatIsNoFlag_ExitsWithTwo) {
  EXPECT_EQ(RunServerToEnd({"start"}).exit_code, 2);
}

TEST(CommandLineTest, VersionAndHelp_ArePrinted) {
  const ProgramResult version = RunServerToEnd({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_THAT(version.output, MatchesRegex("serin-server [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  const ProgramResult help = RunServerToEnd({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.output, HasSubstr("--data_dir=./serin-data"));
}

class OperationsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(server_.Start(), IsOk()); }

  // Another server, on other ports, that cannot start.
  ProgramResult StartAnother(const std::vector<std::string>& flags) {
    std::vector<std::string> all = {"--port=0", "--admin_port=0"};
    all.insert(all.end(), flags.begin(), flags.end());
    return RunServerToEnd(all);
  }

  SingleServer server_;
};

TEST_F(OperationsTest, SecondServerOnTheDataDirectory_IsRefused_NamingDirectoryAndProcess) {
  const ProgramResult second = StartAnother({absl::StrCat("--data_dir=", server_.data_dir())});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.errors,
              AllOf(HasSubstr(server_.data_dir()), HasSubstr("in use by another server"),
                    HasSubstr(absl::StrCat("process ", server_.process().pid()))));
  EXPECT_THAT(server_.client().ListEverything(), IsOk());
}

TEST_F(OperationsTest, PortInUse_IsRefused_NamingTheAddress) {
  const TempDir other;
  for (const char* which : {"public", "admin"}) {
    const std::string& address = server_.process().address(which);
    const std::string flag = which == std::string("public") ? "--port=" : "--admin_port=";
    const ProgramResult second =
        StartAnother({absl::StrCat("--data_dir=", other.path()),
                      absl::StrCat(flag, address.substr(address.rfind(':') + 1))});
    EXPECT_EQ(second.exit_code, 1) << which;
    EXPECT_THAT(second.errors, HasSubstr(address)) << which;
  }
}

TEST_F(OperationsTest, DataDirectory_IsForItsOwnerOnly) {
  EXPECT_EQ(ModeOf(server_.data_dir()), 0700u);
  for (const auto& entry : std::filesystem::directory_iterator(server_.data_dir())) {
    EXPECT_EQ(ModeOf(entry.path().string()) & 0077, 0u) << entry.path();
  }
}

TEST_F(OperationsTest, DataDirectoryThatCannotBeMade_IsRefused_NamingIt) {
  const ProgramResult result = StartAnother({"--data_dir=/proc/nowhere"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("/proc/nowhere"));
}

TEST_F(OperationsTest, LongDataDirectoryPath_Works) {
  const TempDir directory;
  const auto server = ServerProcess::Start(
      {absl::StrCat("--data_dir=", directory.path(), "/", std::string(150, 'd'))});
  ASSERT_THAT(server, IsOk());
  EXPECT_EQ((*server)->Stop(), 0);
}

TEST_F(OperationsTest, Healthz_IsOk) {
  const std::string answer = HttpGet(server_.process().address("admin"), "/healthz");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("ok")));
}

TEST_F(OperationsTest, Metrics_HaveTheNamesOfTheDesign) {
  TestClient& client = server_.client();
  ASSERT_THAT(client.Upload("iris", TestFile("iris.csv")), IsOk());
  const auto job = client.Train(TrainIris("iris", "logistic_regression"));
  ASSERT_THAT(job, IsOk());
  ASSERT_THAT(ModelVersionOf(client.AwaitJob(job->name())), IsOk());
  ASSERT_THAT(client.Predict(PredictSetosa("iris")), IsOk());
  EXPECT_THAT(client.Predict(PredictSetosa("rose")),
              IsError(absl::StatusCode::kNotFound, HasSubstr("rose")));

  const std::string metrics = HttpGet(server_.process().address("admin"), "/metrics");
  EXPECT_THAT(metrics, StartsWith("HTTP/1.1 200"));
  for (const char* name :
       {"serin_rpc_requests_total{", "serin_rpc_duration_seconds_bucket{",
        R"(serin_predictions_total{model="iris",outcome="ok",version="1"} 1)",
        R"(serin_prediction_duration_seconds_count{model="iris",version="1"} 1)",
        R"(serin_traffic_weight{model="iris",version="1"} 100)", "serin_jobs{state=",
        "serin_job_duration_seconds_bucket{", R"(serin_cluster_members{role="predict"} 1)",
        R"(serin_cluster_members{role="proxy"} 1)", "serin_dataset_bytes", "serin_build_info{"}) {
    EXPECT_THAT(metrics, HasSubstr(name));
  }
  EXPECT_THAT(metrics, testing::Not(HasSubstr("rose")));
}

TEST_F(OperationsTest, RequestId_ComesBackAndIsLogged) {
  grpc::ClientContext context;
  TestClient::Prepare(context);
  context.AddMetadata("serin-request-id", "request-42");
  v1::ListModelsResponse response;
  ASSERT_TRUE(server_.client().models().ListModels(&context, {}, &response).ok());
  const auto& metadata = context.GetServerInitialMetadata();
  const auto id = metadata.find("serin-request-id");
  ASSERT_NE(id, metadata.end());
  EXPECT_EQ(id->second, "request-42");
  EXPECT_EQ(server_.process().Stop(), 0);
  EXPECT_THAT(server_.process().Errors(), HasSubstr("request-42"));
}

TEST_F(OperationsTest, Sigterm_ExitsWithZero_AndTheServerCanBeStartedAgain) {
  EXPECT_EQ(server_.process().Stop(), 0);
  ASSERT_THAT(server_.Start(), IsOk());
  EXPECT_THAT(server_.client().ListEverything(), IsOk());
}

TEST_F(OperationsTest, Sigint_ExitsWithZero) { EXPECT_EQ(server_.process().Stop(SIGINT), 0); }

}  // namespace
}  // namespace serin
