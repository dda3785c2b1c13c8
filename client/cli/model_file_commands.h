#ifndef SERIN_CLIENT_CLI_MODEL_FILE_COMMANDS_H_
#define SERIN_CLIENT_CLI_MODEL_FILE_COMMANDS_H_

#include <CLI/App.hpp>

#include "client/cli/session.h"

// The verbs of `serin model` for models from files and to files; AddModelCommands adds them.

namespace serin {

void AddModelImport(CLI::App& noun, Action& action);
void AddModelExport(CLI::App& noun, Action& action);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_MODEL_FILE_COMMANDS_H_
