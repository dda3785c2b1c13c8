#ifndef SERIN_CLIENT_CLI_COMMANDS_H_
#define SERIN_CLIENT_CLI_COMMANDS_H_

#include <CLI/App.hpp>
#include <CLI/Error.hpp>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "client/cli/session.h"

// Each function adds the sub-commands of one noun. The one that the command line picks puts what is
// to be done into `action`, which has to outlive the app.

namespace serin {

void AddDatasetCommands(CLI::App& app, Action& action);
void AddTrainCommands(CLI::App& app, Action& action);
void AddScheduleCommands(CLI::App& app, Action& action);
void AddModelCommands(CLI::App& app, Action& action);
void AddPredictCommand(CLI::App& app, Action& action);
void AddExplainCommand(CLI::App& app, Action& action);
void AddBatchCommand(CLI::App& app, Action& action);
void AddLogCommands(CLI::App& app, Action& action);
void AddFeedbackCommand(CLI::App& app, Action& action);
void AddLoadtestCommand(CLI::App& app, Action& action);
void AddVersionCommand(CLI::App& app, Action& action);

// An argument without a flag.
struct Positional {
  const char* name;
  const char* description;
};

// Adds a verb that takes nothing but a name, which is handed to `run`.
void AddNamedCommand(CLI::App& noun, Action& action, const char* verb, const char* description,
                     Positional name,
                     absl::Status (*run)(const std::string& name, const Session& session));

// -o, of a command that writes a file.
void AddOutFlag(CLI::App& command, std::string* file);

// A piece of what goes to standard output instead; false when nobody reads it any more.
bool WritePiece(absl::string_view piece, const Session& session);

// Waits for a job with its progress on `err`, then prints what it made. Ctrl-C leaves: the job goes
// on.
absl::Status WaitAndPrint(const std::string& job, const Session& session);

// The same of a job that was just made, after its name; with `no_wait` prints the job at once.
absl::Status FollowJob(const v1::Job& job, bool no_wait, const Session& session);

// For callbacks of commands: the value, or a wrong use of the command line.
template <typename T>
T ValueOrWrongUse(absl::StatusOr<T> value) {
  if (!value.ok()) throw CLI::ValidationError(std::string(value.status().message()));
  return *std::move(value);
}

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_COMMANDS_H_
