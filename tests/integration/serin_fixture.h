#ifndef SERIN_TESTS_INTEGRATION_SERIN_FIXTURE_H_
#define SERIN_TESTS_INTEGRATION_SERIN_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "serin/client.h"
#include "tests/integration/deployment.h"
#include "tests/integration/serin_program.h"
#include "tests/testing/status_matchers.h"

namespace serin {

// A server for all tests of a suite, used with the real `serin` and with the client library.
class SerinFixture : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<SingleServer>();
    ASSERT_THAT(server_->Start(), IsOk());
    client_ = std::make_unique<Client>(Client::Connect({.server = address()}).value());
  }
  static void TearDownTestSuite() {
    client_.reset();
    server_.reset();
  }

  void SetUp() override { ASSERT_NE(client_, nullptr); }

  static std::string address() { return server_->process().address("public"); }
  static const Client& client() { return *client_; }

  static ProgramResult Serin(std::vector<std::string> arguments, absl::string_view input = "") {
    return RunSerin(address(), std::move(arguments), input);
  }

  // What a shell makes of a script.
  static std::string Shell(const std::string& script, absl::string_view input = "") {
    const ProgramResult result = RunProgram({"sh", "-c", script}, input);
    EXPECT_EQ(result.exit_code, 0) << script << ": " << result.errors;
    return result.output;
  }

  static inline std::unique_ptr<SingleServer> server_;
  static inline std::unique_ptr<Client> client_;
};

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_SERIN_FIXTURE_H_
