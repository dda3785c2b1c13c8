// A server with a certificate of its own, made for the test, and our client and command line.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "serin/client.h"
#include "tests/testing/self_signed.h"
#include "tests/testing/server_process.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    const SelfSigned ours = MakeSelfSigned("serin.test");
    Write("cert.pem", ours.certificate);
    Write("key.pem", ours.key);
    Write("other.pem", MakeSelfSigned("serin.test").certificate);
    SERIN_ASSERT_OK_AND_ASSIGN(server_, ServerProcess::Start({"--data_dir=" + Path("data"),
                                                              "--tls_cert=" + Path("cert.pem"),
                                                              "--tls_key=" + Path("key.pem")}));
  }

  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(Path(name)) << text;
  }

  absl::StatusOr<Client> Connect(const std::optional<TlsOptions>& tls) {
    return Client::Connect({.server = server_->address("public"), .tls = tls});
  }
  absl::Status List(const std::optional<TlsOptions>& tls) {
    const absl::StatusOr<Client> client = Connect(tls);
    return client.ok() ? client->ListDatasets().status() : client.status();
  }

  // What `serin dataset list` says on standard error, and how it ends.
  int Run(std::vector<std::string> flags, const std::string& port = "public") {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    flags.insert(flags.begin(), {"dataset", "list", "--server", server_->address(port)});
    const int exit_code = RunCli(std::move(flags), {.in = in, .out = out, .err = err});
    errors_ = err.str();
    return exit_code;
  }

  const TempDir directory_;
  std::unique_ptr<ServerProcess> server_;
  std::string errors_;
};

TEST_F(TlsTest, ServerWhoseCertificateIsTrusted_IsCalledOverTls) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Client client, Connect(TlsOptions{.ca_file = Path("cert.pem"),
                                                                     .server_name = "serin.test"}));
  std::istringstream file("a\n1\n");
  EXPECT_THAT(client.UploadDataset("iris", file), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto datasets, client.ListDatasets());
  EXPECT_EQ(datasets.size(), 1);
  EXPECT_EQ(Run({"--tls-ca", Path("cert.pem"), "--tls-server-name=serin.test"}), 0) << errors_;
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(TlsTest, ServerThatIsNotTrusted_OrWithoutTls_IsNotCalled) {
  const TlsOptions of_another{.ca_file = Path("other.pem"), .server_name = "serin.test"};
  EXPECT_THAT(List(of_another), IsError(absl::StatusCode::kUnavailable, testing::_));
  EXPECT_THAT(List(TlsOptions{Path("cert.pem")}),
              IsError(absl::StatusCode::kUnavailable, testing::_));
  EXPECT_THAT(List(TlsOptions()), IsError(absl::StatusCode::kUnavailable, testing::_));
  EXPECT_THAT(List(std::nullopt), IsError(absl::StatusCode::kUnavailable, testing::_));
}

TEST_F(TlsTest, CommandLine_SaysWhatIsWrong_AndWhichFlagIsRight) {
  EXPECT_EQ(Run({"--tls"}), 1);
  EXPECT_THAT(errors_, AllOf(HasSubstr("has a certificate that is not trusted"),
                             HasSubstr("hint: --tls-ca FILE")));
  EXPECT_EQ(Run({"--tls-ca", Path("cert.pem")}), 1);
  EXPECT_THAT(errors_, AllOf(HasSubstr("has a certificate for another host"),
                             HasSubstr("hint: --tls-server-name")));
  EXPECT_EQ(Run({}), 1);
  EXPECT_THAT(errors_, AllOf(HasSubstr("closed the connection"), HasSubstr("hint: --tls")));
  EXPECT_EQ(Run({"--tls"}, "admin"), 1);
  EXPECT_THAT(errors_, HasSubstr("does not speak TLS"));
}

TEST_F(TlsTest, FilesThatAreNoCertificates_AreNamed) {
  EXPECT_THAT(Connect(TlsOptions{Path("key.pem")}).status(),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("has no certificate in PEM")));
  EXPECT_THAT(Connect(TlsOptions{Path("absent.pem")}).status(),
              IsError(absl::StatusCode::kNotFound, HasSubstr("absent.pem")));
  EXPECT_EQ(Run({"--tls-ca", Path("key.pem")}), 2);
  EXPECT_THAT(errors_, HasSubstr("key.pem has no certificate in PEM"));
  EXPECT_EQ(Run({"--tls-ca", Path("absent.pem")}), 2);
}

}  // namespace
}  // namespace serin
