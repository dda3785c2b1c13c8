#ifndef SERIN_CLIENT_CLI_APP_H_
#define SERIN_CLIENT_CLI_APP_H_

#include <string>
#include <vector>

#include "client/cli/console.h"

namespace serin {

// Runs the command line `serin ARGUMENTS...` and returns its exit code: 0 done, 1 failed, 2 used
// wrongly. Reads SERIN_SERVER and SERIN_PROJECT from the environment.
int RunCli(std::vector<std::string> arguments, const Console& console);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_APP_H_
