#ifndef SERIN_TESTS_UNIT_CLIENT_CLI_FIXTURE_H_
#define SERIN_TESTS_UNIT_CLIENT_CLI_FIXTURE_H_

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "client/cli/app.h"
#include "tests/unit/client/fake_server.h"

namespace serin {

// Runs command lines against a fake server.
class CliFixture : public testing::Test {
 protected:
  int Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunAsGiven(std::move(arguments));
  }

  int RunAsGiven(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    return RunCli(std::move(arguments), {.in = in_, .out = out_, .err = err_});
  }

  FakeServer server_;
  std::istringstream in_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CLIENT_CLI_FIXTURE_H_
