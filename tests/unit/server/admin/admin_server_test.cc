#include "server/admin/admin_server.h"

#include <civetweb.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/version.h"
#include "server/admin/build_info.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct HttpAnswer {
  int status = 0;
  std::string body;
};

HttpAnswer Get(int port, const std::string& path) {
  char error[256] = "";
  mg_connection* connection =
      mg_download("127.0.0.1", port, /*use_ssl=*/0, error, sizeof(error),
                  "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path.c_str());
  EXPECT_NE(connection, nullptr) << error;
  if (connection == nullptr) return {};
  HttpAnswer answer{.status = mg_get_response_info(connection)->status_code};
  char buffer[1024];
  for (int n; (n = mg_read(connection, buffer, sizeof(buffer))) > 0;) answer.body.append(buffer, n);
  mg_close_connection(connection);
  return answer;
}

class AdminServerTest : public testing::Test {
 protected:
  void SetUp() override {
    SERIN_ASSERT_OK_AND_ASSIGN(
        server_, AdminServer::Start({.port = 0}, &registry_, [this] {
          return ready_ ? absl::OkStatus() : absl::UnavailableError("predict: loading 2 versions");
        }));
  }

  prometheus::Registry registry_;
  std::atomic<bool> ready_{true};
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, Metrics_AreTheRegistryAsText) {
  AddBuildInfo(&registry_);
  prometheus::BuildCounter()
      .Name("things_total")
      .Register(registry_)
      .Add({{"a", "b"}})
      .Increment(3);
  const HttpAnswer answer = Get(server_->port(), "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body,
              AllOf(HasSubstr("things_total{a=\"b\"} 3"), HasSubstr("serin_build_info{"),
                    HasSubstr(absl::StrCat("version=\"", std::string(Version()), "\""))));
}

TEST_F(AdminServerTest, Healthz_FollowsReadiness_AndSaysWhatIsMissing) {
  EXPECT_EQ(Get(server_->port(), "/healthz").body, "ok\n");
  ready_ = false;
  const HttpAnswer answer = Get(server_->port(), "/healthz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, "predict: loading 2 versions\n");
  ready_ = true;
  EXPECT_EQ(Get(server_->port(), "/healthz").status, 200);
}

TEST_F(AdminServerTest, OtherPaths_AreNotFound) {
  EXPECT_EQ(Get(server_->port(), "/").status, 404);
  EXPECT_EQ(Get(server_->port(), "/metrics/x").status, 404);
  EXPECT_EQ(Get(server_->port(), "/etc/passwd").status, 404);
}

TEST_F(AdminServerTest, PortInUse_IsRefused_NamingTheAddress) {
  EXPECT_THAT(
      AdminServer::Start({.port = server_->port()}, &registry_, [] { return absl::OkStatus(); }),
      IsError(absl::StatusCode::kUnavailable,
              HasSubstr(absl::StrCat("cannot listen on 127.0.0.1:", server_->port()))));
}

}  // namespace
}  // namespace serin
