#include "client/cli/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"

namespace serin {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

struct GlobalFlags {
  ClientOptions client;
  double timeout_seconds = absl::ToDoubleSeconds(ClientOptions().timeout);
  OutputFormat format = OutputFormat::kTable;
};

void AddGlobalFlags(CLI::App& app, GlobalFlags& flags) {
  app.add_option("--server", flags.client.server, "HOST:PORT of the server")
      ->envname("SERIN_SERVER")
      ->capture_default_str();
  app.add_option("--project", flags.client.project, "Whose datasets and models")
      ->envname("SERIN_PROJECT");
  app.add_option("--timeout", flags.timeout_seconds, "Seconds that a call may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--output",
         [&flags](const std::string& text) {
           flags.format = text == "json" ? OutputFormat::kJson : OutputFormat::kTable;
         },
         "table or json")
      ->check(CLI::IsMember({"table", "json"}));
}

// The innermost command that the command line names.
const CLI::App& Innermost(const CLI::App& app) {
  const auto subcommands = app.get_subcommands();
  return subcommands.empty() ? app : Innermost(*subcommands.front());
}

// `serin dataset upload`.
std::string FullName(const CLI::App& app) {
  if (app.get_parent() == nullptr) return app.get_name();
  return absl::StrCat(FullName(*app.get_parent()), " ", app.get_name());
}

int Help(const CLI::App& app, const Console& console) {
  console.out << Innermost(app).help();
  return kOk;
}

int WrongUse(const CLI::App& app, const CLI::ParseError& error, const Console& console) {
  const CLI::App& command = Innermost(app);
  const std::string name = FullName(command);
  console.err << name << ": " << error.what() << "\n\n"
              << command.help() << "\n'" << name << " --help' shows this again.\n";
  return kWrongUse;
}

int Run(const Action& action, GlobalFlags flags, const Console& console) {
  flags.client.timeout = absl::Seconds(flags.timeout_seconds);
  const absl::StatusOr<Client> client = Client::Connect(flags.client);
  const absl::Status outcome =
      client.ok() ? action(Session{*client, console, flags.format}) : client.status();
  console.out.flush();
  if (outcome.ok()) return kOk;
  console.err << ErrorReport(outcome, flags.client.server);
  return kFailed;
}

}  // namespace

int RunCli(std::vector<std::string> arguments, const Console& console) {
  CLI::App app("Trains, serves and watches models on a Serin server.", "serin");
  GlobalFlags flags;
  Action action;
  // Global flags may stand before or after the sub-command.
  app.fallthrough();
  app.require_subcommand(1);
  AddGlobalFlags(app, flags);
  AddDatasetCommands(app, action);
  AddTrainCommands(app, action);
  AddModelCommands(app, action);
  AddPredictCommand(app, action);
  AddLoadtestCommand(app, action);
  AddVersionCommand(app, action);

  std::reverse(arguments.begin(), arguments.end());  // As CLI11 wants them.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Help(app, console);
  } catch (const CLI::ParseError& error) {
    return WrongUse(app, error, console);
  }
  return Run(action, std::move(flags), console);
}

}  // namespace serin
