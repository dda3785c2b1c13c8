#include "server/options/options.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::ElementsAre;
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
  EXPECT_THAT(Parse({"--max_queued_jobs=0"}), IsUsageError("from 1 to 1000000"));
  EXPECT_THAT(Parse({"--max_queued_jobs_per_project=0"}), IsUsageError("from 1 to 1000000"));
  EXPECT_THAT(Parse({"--max_job_memory_bytes=-1"}), IsUsageError("must be a whole number from 0"));
  EXPECT_THAT(Parse({"--job_silence_limit=10"}), IsUsageError("must be a length of time"));
  EXPECT_THAT(Parse({"--log_level=loud"}), IsUsageError("debug, info, warning or error"));
}

TEST(OptionsTest, UnknownRole_IsRefused_NamingTheRolesThereAre) {
  EXPECT_THAT(Parse({"--roles=predict,contrl"}),
              IsUsageError("'contrl' is no role; roles are all, proxy"));
}

TEST(OptionsTest, RoleWithoutTheRolesItNeeds_IsRefused_NamingTheFlag) {
  EXPECT_THAT(Parse({"--roles=predict", "--internal_listen=127.0.0.1:1"}),
              IsUsageError("--control: needed"));
  EXPECT_THAT(Parse({"--roles=predict", "--control=a:1", "--internal_listen=127.0.0.1:1"}),
              IsUsageError("--dataset: needed"));
  EXPECT_THAT(Parse({"--roles=control", "--internal_listen=127.0.0.1:1"}),
              IsUsageError("--dataset: needed"));
  EXPECT_THAT(Parse({"--roles=proxy", "--control=a:1"}), IsUsageError("--dataset: needed"));
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

TEST(OptionsTest, Predictors_MayBeSeveral_OtherTargetsAreOne) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options, Parse({"--roles=proxy", "--control=a:1",
                                                           "--dataset=b:1", "--predict=c:1,d:2"}));
  EXPECT_THAT(options.predict_targets, ElementsAre("c:1", "d:2"));
  EXPECT_THAT(Parse({"--roles=proxy", "--control=a:1", "--dataset=b:1"}), IsOk())
      << "control tells proxies of the predictors";
  EXPECT_THAT(Parse({"--roles=proxy", "--control=a:1", "--dataset=b:1", "--predict=c:1,,d:2"}),
              IsUsageError("--predict=c:1,,d:2: must be separated by single commas"));
  EXPECT_THAT(Parse({"--roles=proxy", "--control=a:1,b:1", "--dataset=b:1", "--predict=c:1"}),
              IsUsageError("--control=a:1,b:1: must be one target"));
}

TEST(OptionsTest, ProxyLimits_AreRead) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Options options,
      Parse({"--proxy_threads=3", "--tls_cert=c.pem", "--tls_key=k.pem",
             "--cors_origins=https://a.example,http://localhost:3000", "--max_connections=10",
             "--max_calls=20", "--max_message_bytes=2048", "--idle_timeout=90s", "--rate_limit=2.5",
             "--rate_burst=9", "--hedge", "--access_log_sample=0.25", "--drain_timeout=1m"}));
  EXPECT_EQ(options.proxy_threads, 3);
  EXPECT_EQ(options.tls_cert, "c.pem");
  EXPECT_EQ(options.tls_key, "k.pem");
  EXPECT_THAT(options.cors_origins, ElementsAre("https://a.example", "http://localhost:3000"));
  EXPECT_EQ(options.max_connections, 10);
  EXPECT_EQ(options.max_calls, 20);
  EXPECT_EQ(options.max_message_bytes, 2048);
  EXPECT_EQ(options.idle_timeout, absl::Seconds(90));
  EXPECT_EQ(options.rate_limit, 2.5);
  EXPECT_EQ(options.rate_burst, 9);
  EXPECT_TRUE(options.hedge);
  EXPECT_EQ(options.access_log_sample, 0.25);
  EXPECT_EQ(options.drain_timeout, absl::Minutes(1));
}

TEST(OptionsTest, ProxyLimitsOutOfRange_AreRefused_SayingWhatWouldBeRight) {
  EXPECT_THAT(Parse({"--access_log_sample=2"}),
              IsUsageError("--access_log_sample=2: must be a number from 0 to 1"));
  EXPECT_THAT(Parse({"--rate_limit=nan"}), IsUsageError("must be a number from 0"));
  EXPECT_THAT(Parse({"--rate_limit=-1"}), IsUsageError("must be a number from 0"));
  EXPECT_THAT(Parse({"--drain_timeout=30"}),
              IsUsageError("must be a length of time with its unit, such as 250ms, from 0 to 1h"));
  EXPECT_THAT(Parse({"--idle_timeout=-1s"}), IsUsageError("from 1s to 24h"));
  EXPECT_THAT(Parse({"--drain_timeout=inf"}), IsUsageError("from 0 to 1h"));
  EXPECT_THAT(Parse({"--rate_burst=5"}), IsUsageError("--rate_burst: only with --rate_limit"));
}

TEST(OptionsTest, CertificateAndKey_GoTogether) {
  EXPECT_THAT(Parse({"--tls_cert=c.pem"}), IsUsageError("--tls_key: needed"));
  EXPECT_THAT(Parse({"--tls_key=k.pem"}), IsUsageError("--tls_cert: needed"));
}

TEST(OptionsTest, CorsOrigins_AreOrigins_OrTheStarAlone) {
  EXPECT_THAT(Parse({"--cors_origins=*"}), IsOk());
  EXPECT_THAT(Parse({"--cors_origins="}), IsOk());
  for (const char* wrong : {"https://a.example/", "a.example", "https://", "https://*.example",
                            "https://a.example,*"}) {
    EXPECT_THAT(Parse({absl::StrCat("--cors_origins=", wrong)}), IsUsageError("is no origin"))
        << wrong;
  }
}

TEST(OptionsTest, APredictorOnAllAddresses_NeedsTheOneThatOthersUse) {
  const std::vector<absl::string_view> everywhere = {
      "--roles=predict", "--control=a:1", "--dataset=b:1", "--internal_listen=0.0.0.0:8501"};
  EXPECT_THAT(Parse(everywhere), IsUsageError("--advertise_host: needed"));
  std::vector<absl::string_view> advertised = everywhere;
  advertised.push_back("--advertise_host=10.0.0.7");
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options, Parse(advertised));
  EXPECT_EQ(options.advertise_host, "10.0.0.7");
  EXPECT_THAT(Parse({"--roles=dataset", "--internal_listen=[::]:8501"}), IsOk())
      << "others are told where it is by their own flags";
  EXPECT_THAT(Parse({"--advertise_host=10.0.0.7"}), IsUsageError("only with --internal_listen"));
}

TEST(OptionsTest, HelpAndVersion_AskForNothingElse) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Options options, Parse({"--roles=predict", "--version"}));
  EXPECT_TRUE(options.show_version);
}

TEST(OptionsTest, Usage_ListsEveryFlagWithItsDefault) {
  EXPECT_THAT(Usage(), HasSubstr("  --port=8500\n"));
  EXPECT_THAT(Usage(), HasSubstr("  --roles=all\n"));
  EXPECT_THAT(Usage(), HasSubstr("  --version\n"));
  EXPECT_THAT(Usage(), HasSubstr("  --idle_timeout=10m\n"));
}

}  // namespace
}  // namespace serin
