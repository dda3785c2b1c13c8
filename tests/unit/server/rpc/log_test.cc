#include "server/rpc/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

const absl::Time kTime = absl::FromUnixMillis(1'763'688'000'123);

TEST(FormatEventTest, Fields_KeepTheirOrderAndTypes) {
  EXPECT_EQ(FormatEvent(kTime, LogLevel::kInfo, "rpc",
                        {{"method", "Predict"}, {"bytes", 12}, {"ms", 0.5}, {"cached", true}}),
            R"({"time":"2025-11-21T01:20:00.123Z","level":"info","event":"rpc",)"
            R"("method":"Predict","bytes":12,"ms":0.5,"cached":true})");
}

TEST(FormatEventTest, HostileText_StaysInsideItsString) {
  const std::string hostile = "\"}\n{\"event\":\"forged\\";
  const std::string line = FormatEvent(kTime, LogLevel::kError, "rpc", {{"key", hostile}});
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line)["key"], hostile);
}

TEST(FormatEventTest, BytesThatAreNotUtf8_AreReplaced) {
  const std::string line = FormatEvent(kTime, LogLevel::kWarning, "rpc", {{"key", "a\xff"}});
  EXPECT_EQ(nlohmann::json::parse(line)["key"], "a\xef\xbf\xbd");
}

TEST(LogEventTest, WritesOneLineToStandardError_FromTheLevelSet) {
  testing::internal::CaptureStderr();
  SetLogLevel(LogLevel::kWarning);
  LogEvent(LogLevel::kInfo, "dropped");
  LogEvent(LogLevel::kWarning, "kept", {{"n", 1}});
  SetLogLevel(LogLevel::kInfo);
  const auto line = nlohmann::json::parse(testing::internal::GetCapturedStderr());
  EXPECT_EQ(line["event"], "kept");
  EXPECT_EQ(line["level"], "warning");
  EXPECT_EQ(line["n"], 1);
}

TEST(ParseLogLevelTest, Names_AndNothingElse) {
  EXPECT_EQ(*ParseLogLevel("warning"), LogLevel::kWarning);
  EXPECT_THAT(ParseLogLevel("loud"),
              IsError(absl::StatusCode::kInvalidArgument,
                      testing::Eq("log level must be debug, info, warning or error, is 'loud'")));
}

}  // namespace
}  // namespace serin
