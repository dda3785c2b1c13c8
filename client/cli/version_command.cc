#include "client/cli/cell.h"
#include "client/cli/commands.h"
#include "core/base/version.h"

namespace serin {
namespace {

absl::Status PrintVersion(const Session& session) {
  if (session.json()) {
    session.console.out << Cell{{"version", std::string(Version())}}.dump() << "\n";
  } else {
    session.console.out << "serin " << Version() << "\n";
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
