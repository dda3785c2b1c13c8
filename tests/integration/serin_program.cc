#include "tests/integration/serin_program.h"

namespace serin {

ProgramResult RunSerin(const std::string& server, std::vector<std::string> arguments,
                       absl::string_view input) {
  arguments.insert(arguments.begin(), {SERIN_CLI_BINARY, "--server", server});
  return RunProgram(arguments, input, absl::Minutes(2));
}

}  // namespace serin
