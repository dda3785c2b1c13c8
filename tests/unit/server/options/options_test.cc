#include "server/options/options.h"

#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::HasSubstr;

absl::StatusOr<Options> Parse(const std::vector<absl::string_view>& arguments) {
  return ParseOptions(arguments);
}

MATCHER_P(IsUsageError, message, "") {
  return testing::ExplainMatchResult(
      IsError(absl::StatusCode::kInvalidArgument, HasSubstr(message)), arg, result_listener);
}

TEST(OptionsTest, NoArguments_GiveAllRolesOnTheDefaultPorts) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options, Parse({}));
  EXPECT_TRUE(options.roles.all());
  EXPECT_FALSE(options.roles.worker);
  EXPECT_EQ(options.data_dir, "./serin-data");
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_EQ(options.port, 8500);
  EXPECT_EQ(options.admin_port, 8502);
}

TEST(OptionsTest, ValueMayFollowAnEqualsSignOrStandAlone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options,
                             Parse({"--port", "0", "--data_dir=/tmp/a=b", "--admin_port=1"}));
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.data_dir, "/tmp/a=b");
  EXPECT_EQ(options.admin_port, 1);
}

TEST(OptionsTest, UnknownFlag_IsRefused_NamingIt) {
  EXPECT_THAT(Parse({"--prot=8500"}), IsUsageError("--prot: there is no such flag"));
}

TEST(OptionsTest, ArgumentThatIsNoFlag_IsRefused_NamingIt) {
  EXPECT_THAT(Parse({"serve"}), IsUsageError("'serve' is no flag"));
}

TEST(OptionsTest, FlagWithoutItsValue_IsRefused) {
  EXPECT_THAT(Parse({"--port"}), IsUsageError("--port: needs a value"));
}

TEST(OptionsTest, ValueOutOfRange_IsRefused_NamingTheRange) {
  EXPECT_THAT(Parse({"--port=65536"}), IsUsageError("--port=65536: must be a whole number from 0"));
  EXPECT_THAT(Parse({"--port=http"}), IsUsageError("from 0 to 65535"));
  EXPECT_THAT(Parse({"--max_concurrent_jobs=0"}), IsUsageError("from 1 to 1000"));
  EXPECT_THAT(Parse({"--log_level=loud"}), IsUsageError("debug, info, warning or error"));
}

TEST(OptionsTest, UnknownRole_IsRefused_NamingTheRolesThereAre) {
  EXPECT_THAT(Parse({"--roles=predict,contrl"}),
              IsUsageError("'contrl' is no role; roles are all, proxy"));
}

TEST(OptionsTest, RoleWithoutTheRolesItNeeds_IsRefused_NamingTheFlag) {
  EXPECT_THAT(Parse({"--roles=predict", "--internal_listen=127.0.0.1:1"}),
              IsUsageError("--control: needed"));
  EXPECT_THAT(Parse({"--roles=control", "--internal_listen=127.0.0.1:1"}),
              IsUsageError("--dataset: needed"));
  EXPECT_THAT(Parse({"--roles=proxy", "--control=a:1", "--dataset=b:1"}),
              IsUsageError("--predict: needed"));
}

TEST(OptionsTest, TargetOfARoleInThisProcess_IsRefused) {
  EXPECT_THAT(Parse({"--control=a:1"}), IsUsageError("the control role is in this process"));
}

TEST(OptionsTest, SplitBackendRole_NeedsAnAddressForTheOthers) {
  EXPECT_THAT(Parse({"--roles=dataset"}), IsUsageError("--internal_listen: needed"));
  EXPECT_THAT(Parse({"--roles=dataset", "--internal_listen=8503"}),
              IsUsageError("must be HOST:PORT"));
  EXPECT_THAT(Parse({"--roles=dataset", "--internal_listen=127.0.0.1:8503"}), IsOk());
}

TEST(OptionsTest, Worker_NeedsItsAttempt_AndHasNoOtherRole) {
  const std::vector<absl::string_view> complete = {
      "--roles=worker", "--control=a:1", "--dataset=b:1", "--project=default",
      "--job=j1",       "--attempt=2",   "--parent=7"};
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options, Parse(complete));
  EXPECT_EQ(options.job, "j1");
  EXPECT_EQ(options.attempt, 2);
  EXPECT_THAT(Parse({"--roles=worker,predict"}), IsUsageError("a worker has no other role"));
  EXPECT_THAT(Parse({"--roles=worker"}), IsUsageError("--control: needed"));
  EXPECT_THAT(Parse({"--job=j1"}), IsUsageError("only with --roles=worker"));
}

TEST(OptionsTest, HelpAndVersion_AskForNothingElse) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options, Parse({"--roles=predict", "--version"}));
  EXPECT_TRUE(options.show_version);
}

TEST(OptionsTest, Usage_ListsEveryFlagWithItsDefault) {
  EXPECT_THAT(Usage(), HasSubstr("  --port=8500\n"));
  EXPECT_THAT(Usage(), HasSubstr("  --roles=all\n"));
  EXPECT_THAT(Usage(), HasSubstr("  --version\n"));
}

}  // namespace
}  // namespace serin
