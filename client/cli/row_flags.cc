#include "client/cli/row_flags.h"

#include <utility>

#include "client/cli/commands.h"
#include "client/cli/feature_rows.h"
#include "client/cli/flags.h"
#include "client/cli/input_file.h"
#include "core/base/status_macros.h"

namespace serin {

void AddRowFlags(CLI::App& command, const std::shared_ptr<RowFlags>& flags,
                 const std::string& file_help) {
  command.add_option("FEATURES", flags->assignments, "FEATURE=VALUE for each feature of one row")
      ->type_name("");
  command.add_option("--file", flags->file, file_help)->type_name("FILE");
  command.add_flag("--ignore-extra", flags->ignore_extra,
                   "Leave out columns of the file that are no features, such as the target");
  command
      .add_option_function<std::string>(
          "--json",
          [flags](const std::string& text) { flags->json = ValueOrWrongUse(RowsFromJson(text)); },
          "A row as a JSON object, or an array of them")
      ->type_name("JSON");
}

void CheckOneInput(const RowFlags& flags) {
  const int inputs = !flags.assignments.empty() + !flags.file.empty() + flags.json.has_value();
  if (inputs != 1) {
    throw CLI::ValidationError("give one of FEATURE=VALUE ..., --file and --json");
  }
  ValueOrWrongUse(ParseAssignments(flags.assignments));
}

absl::StatusOr<std::vector<v1::Row>> FriendlyRows(const RowFlags& flags, const std::string& model,
                                                  const Session& session) {
  if (flags.json) return *flags.json;
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, model));
  SERIN_ASSIGN_OR_RETURN(v1::Row row, RowFromAssignments(flags.assignments, version.features()));
  return std::vector<v1::Row>{std::move(row)};
}

absl::StatusOr<Table> RowsOfFile(const RowFlags& flags, const std::string& model,
                                 const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, model));
  return ReadInput(flags.file, session.console, [&](std::istream& input) {
    return FeaturesFromCsv(input, version.features(), flags.ignore_extra);
  });
}

}  // namespace serin
