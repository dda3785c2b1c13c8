#include "client/cli/commands.h"

#include <memory>

namespace serin {

void AddNamedCommand(CLI::App& noun, Action& action, const char* verb, const char* description,
                     Positional name,
                     absl::Status (*run)(const std::string& name, const Session& session)) {
  auto value = std::make_shared<std::string>();
  CLI::App* command = noun.add_subcommand(verb, description);
  command->add_option(name.name, *value, name.description)->type_name("")->required();
  command->callback([value, run, &action] {
    action = [value, run](const Session& session) { return run(*value, session); };
  });
}

void AddOutFlag(CLI::App& command, std::string* file) {
  command
      .add_option("-o,--out", *file, "The file, replaced if it is there, or - for standard output")
      ->type_name("FILE")
      ->required();
}

bool WritePiece(absl::string_view piece, const Session& session) {
  session.console.out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
  return static_cast<bool>(session.console.out);
}

}  // namespace serin
