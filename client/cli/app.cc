#include "client/cli/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

constexpr char kAppFooter[] =
    "\nExit codes: 0 done, 1 failed, 2 used wrongly. JSON has the field names of the proto files.";
constexpr char kSubcommandFooter[] =
    "\n'serin --help' lists the options that all commands take: --server, --output and others.";

struct GlobalFlags {
  ClientOptions client;
  bool use_tls = false;
  TlsOptions tls;
  double timeout_seconds = absl::ToDoubleSeconds(ClientOptions().timeout);
  OutputFormat format = OutputFormat::kTable;
};

// What is wrong with a value of --timeout; CLI11's own check lets nan pass.
std::string CheckTimeout(const std::string& text) {
  double seconds = 0;
  if (absl::SimpleAtod(text, &seconds) && seconds > 0) return "";
  return absl::StrCat("'", text, "' is no number of seconds above 0");
}

void AddTlsFlags(CLI::App& app, GlobalFlags& flags) {
  app.add_flag("--tls", flags.use_tls, "Speak TLS with the server; the other flags imply it")
      ->envname("SERIN_TLS");
  app.add_option("--tls-ca", flags.tls.ca_file,
                 "Certificates to trust, in PEM, instead of the system's")
      ->type_name("FILE")
      ->envname("SERIN_TLS_CA")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-server-name", flags.tls.server_name,
                 "What the server's certificate is for, if not the host in --server")
      ->type_name("NAME");
}

void AddGlobalFlags(CLI::App& app, GlobalFlags& flags) {
  app.add_option("--server", flags.client.server, "HOST:PORT of the server")
      ->type_name("HOST:PORT")
      ->envname("SERIN_SERVER")
      ->capture_default_str();
  AddTlsFlags(app, flags);
  app.add_option("--project", flags.client.project, "Whose datasets and models")
      ->type_name("NAME")
      ->envname("SERIN_PROJECT");
  app.add_option("--timeout", flags.timeout_seconds, "Seconds that a call may take")
      ->type_name("SECONDS")
      ->check(CLI::Validator(CheckTimeout, ""))
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--output",
         [&flags](const std::string& text) {
           flags.format = text == "json" ? OutputFormat::kJson : OutputFormat::kTable;
         },
         "How results are printed")
      ->type_name("")
      ->check(CLI::IsMember({"table", "json"}));
}

// What is wrong with an argument that goes into a message; protobuf would send it with a complaint
// on standard error, and the server not understand it.
std::string CheckUtf8(const std::string& text) {
  if (IsUtf8(text)) return "";
  return absl::StrCat(QuoteForError(text), " is not valid UTF-8");
}

// Makes every argument of every command be UTF-8, but for the names of files.
void CheckTexts(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const bool names_file = option->get_name() == "FILE" || option->get_type_name() == "FILE";
    if (!names_file) option->check(CLI::Validator(CheckUtf8, ""));
  }
  for (CLI::App* command : app.get_subcommands(nullptr)) CheckTexts(*command);
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

std::string HelpOf(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return command.help(parent == nullptr ? "" : FullName(*parent));
}

// The line of the help that says `Usage: serin dataset upload [OPTIONS] NAME FILE`.
std::string UsageOf(const CLI::App& command) {
  const std::string help = HelpOf(command);
  const size_t begin = help.find("Usage:");
  return help.substr(begin, help.find('\n', begin) - begin);
}

// Whether all that was printed has gone out: a full disk must not look like success.
absl::Status FlushOutput(const Console& console) {
  console.out.flush();
  return console.out ? absl::OkStatus() : absl::DataLossError("the output cannot be written");
}

int Help(const CLI::App& app, const Console& console) {
  console.out << HelpOf(Innermost(app));
  return FlushOutput(console).ok() ? kOk : kFailed;
}

// CLI11 says of an unknown verb only that one is required.
std::string MessageOf(const CLI::App& app, const CLI::ParseError& error, bool lacks_verb) {
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  if (!lacks_verb || unknown.empty()) return error.what();
  return absl::StrCat("there is no command '", unknown.front(), "'");
}

// What is wrong and how to use the command; for a noun without a verb, the verbs that there are.
int WrongUse(const CLI::App& app, const CLI::ParseError& error, const Console& console) {
  const CLI::App& command = Innermost(app);
  const std::string name = FullName(command);
  const bool lacks_verb = command.get_require_subcommand_min() > 0;
  console.err << name << ": " << MessageOf(app, error, lacks_verb) << "\n\n"
              << (lacks_verb ? HelpOf(command) : UsageOf(command) + "\n") << "\n'" << name
              << " --help' says more.\n";
  return kWrongUse;
}

ClientOptions ClientOptionsFrom(const GlobalFlags& flags) {
  ClientOptions options = flags.client;
  options.timeout = absl::Seconds(flags.timeout_seconds);
  const bool implied = !flags.tls.ca_file.empty() || !flags.tls.server_name.empty();
  if (flags.use_tls || implied) options.tls = flags.tls;
  return options;
}

int Run(const Action& action, const GlobalFlags& flags, const Console& console) {
  const absl::StatusOr<Client> client = Client::Connect(ClientOptionsFrom(flags));
  if (!client.ok()) {
    console.err << ErrorReport(client.status(), flags.client.server);
    return kWrongUse;
  }
  absl::Status outcome = action(Session{*client, console, flags.format});
  outcome.Update(FlushOutput(console));
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
  app.footer(kSubcommandFooter);  // Sub-commands take over what is set before they are added.
  AddGlobalFlags(app, flags);
  AddDatasetCommands(app, action);
  AddTrainCommands(app, action);
  AddScheduleCommands(app, action);
  AddModelCommands(app, action);
  AddPredictCommand(app, action);
  AddExplainCommand(app, action);
  AddBatchCommand(app, action);
  AddLogCommands(app, action);
  AddFeedbackCommand(app, action);
  AddLoadtestCommand(app, action);
  AddVersionCommand(app, action);
  app.footer(kAppFooter);

  CheckTexts(app);
  std::reverse(arguments.begin(), arguments.end());  // As CLI11 wants them.
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return Help(app, console);
  } catch (const CLI::ParseError& error) {
    return WrongUse(app, error, console);
  }
  return Run(action, flags, console);
}

}  // namespace serin
