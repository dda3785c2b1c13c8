#include "server/http/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST(TargetTest, TakesTheFormsThatGrpcWrites) {
  for (const char* text : {"example.org:80", "dns:example.org:80", "dns:///example.org:80"}) {
    const auto target = ParseTarget(text);
    ASSERT_TRUE(target.ok()) << target.status();
    EXPECT_EQ(target->host, "example.org");
    EXPECT_EQ(target->port, "80");
    EXPECT_EQ(target->path, "");
  }
  EXPECT_EQ(ParseTarget("ipv4:127.0.0.1:8500")->host, "127.0.0.1");
  EXPECT_EQ(ParseTarget("ipv6:[::1]:8500")->host, "::1");
  EXPECT_EQ(ParseTarget("[::]:8500")->host, "::");
  EXPECT_EQ(ParseTarget("unix:/run/serin.sock")->path, "/run/serin.sock");
  EXPECT_EQ(ParseTarget("unix:///run/serin.sock")->path, "/run/serin.sock");
  EXPECT_EQ(ParseTarget("unix:relative.sock")->path, "relative.sock");
}

TEST(TargetTest, RefusesTheRest_SayingWhatIsMissing) {
  const auto message = [](absl::string_view text) {
    const auto target = ParseTarget(text);
    EXPECT_EQ(target.status().code(), absl::StatusCode::kInvalidArgument) << text;
    return std::string(target.status().message());
  };
  EXPECT_THAT(message("example.org"), HasSubstr("'example.org' has no port"));
  EXPECT_THAT(message("host:http"), HasSubstr("no port from 0 to 65535"));
  EXPECT_THAT(message("host:70000"), HasSubstr("no port from 0 to 65535"));
  EXPECT_THAT(message(":80"), HasSubstr("has no host"));
  EXPECT_THAT(message("::1:80"), HasSubstr("without brackets"));
  EXPECT_THAT(message("unix:"), HasSubstr("has no path"));
}

}  // namespace
}  // namespace serin
