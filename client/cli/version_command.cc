#include "client/cli/commands.h"

namespace serin {
namespace {

absl::Status PrintVersion(const Session& session) {
  if (session.json()) {
    session.console.out << "{\"version\": \"" SERIN_VERSION "\"}\n";
  } else {
    session.console.out << "serin " SERIN_VERSION "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddVersionCommand(CLI::App& app, Action& action) {
  app.add_subcommand("version", "Print the version of this program")->callback([&action] {
    action = PrintVersion;
  });
}

}  // namespace serin
