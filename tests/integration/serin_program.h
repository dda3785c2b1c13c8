#ifndef SERIN_TESTS_INTEGRATION_SERIN_PROGRAM_H_
#define SERIN_TESTS_INTEGRATION_SERIN_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/testing/program.h"

namespace serin {

// Runs the `serin` that was built with the test, as a user's shell does, against a server.
ProgramResult RunSerin(const std::string& server, std::vector<std::string> arguments,
                       absl::string_view input = "");

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_SERIN_PROGRAM_H_
