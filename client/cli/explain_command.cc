#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/explanation_view.h"
#include "client/cli/feature_rows.h"
#include "client/cli/flags.h"
#include "client/cli/input_file.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct ExplainFlags {
  std::string model;
  std::vector<std::string> assignments;
  std::string file;
  std::optional<std::vector<v1::Row>> json;
  std::string key;
  bool ignore_extra = false;
  int samples = 0;
  uint64_t seed = 0;
};

absl::Status AddRows(const ExplainFlags& flags, const Session& session,
                     v1::ExplainRequest* request) {
  if (flags.json) {
    request->mutable_rows()->Assign(flags.json->begin(), flags.json->end());
    return absl::OkStatus();
  }
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, flags.model));
  if (flags.file.empty()) {
    SERIN_ASSIGN_OR_RETURN(*request->add_rows(),
                           RowFromAssignments(flags.assignments, version.features()));
    return absl::OkStatus();
  }
  SERIN_ASSIGN_OR_RETURN(const Table rows,
                         ReadInput(flags.file, session.console, [&](std::istream& input) {
                           return FeaturesFromCsv(input, version.features(), flags.ignore_extra);
                         }));
  v1::PredictRequest columns = RequestFor(flags.model, rows, 0, rows.row_count());
  request->mutable_columns()->Swap(columns.mutable_columns());
  return absl::OkStatus();
}

absl::Status Explain(const ExplainFlags& flags, const Session& session) {
  v1::ExplainRequest request;
  request.set_model(flags.model);
  request.set_key(flags.key);
  request.set_samples(flags.samples);
  request.set_seed(flags.seed);
  SERIN_RETURN_IF_ERROR(AddRows(flags, session, &request));
  SERIN_ASSIGN_OR_RETURN(const v1::ExplainResponse response, session.client.Explain(request));
  return PrintExplanations(response, session);
}

void CheckOneInput(const ExplainFlags& flags) {
  const int inputs = !flags.assignments.empty() + !flags.file.empty() + flags.json.has_value();
  if (inputs != 1) {
    throw CLI::ValidationError("give one of FEATURE=VALUE ..., --file and --json");
  }
  ValueOrWrongUse(ParseAssignments(flags.assignments));
}

void AddInputOptions(CLI::App* command, ExplainFlags* flags) {
  command->add_option("FEATURES", flags->assignments, "FEATURE=VALUE for each feature of one row")
      ->type_name("");
  command
      ->add_option("--file", flags->file,
                   "CSV file with a header and at most 1,000 rows, or - for standard input")
      ->type_name("FILE");
  command->add_flag("--ignore-extra", flags->ignore_extra,
                    "Leave out columns of the file that are no features, such as the target");
  command
      ->add_option_function<std::string>(
          "--json",
          [flags](const std::string& text) { flags->json = ValueOrWrongUse(RowsFromJson(text)); },
          "A row as a JSON object, or an array of them")
      ->type_name("JSON");
}

}  // namespace

void AddExplainCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command =
      app.add_subcommand("explain", "Say which feature moved a prediction, and how far");
  command->add_option("MODEL", flags->model, "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  AddInputOptions(command, flags.get());
  command->add_option("--key", flags->key, "Calls with the same key get the same version")
      ->type_name("TEXT");
  command
      ->add_option("--samples", flags->samples,
                   "Orders of the features to draw, where a model cannot be explained exactly; "
                   "default 100")
      ->type_name("COUNT")
      ->check(CLI::Range(2, 10'000));
  command->add_option("--seed", flags->seed, "Decides what is drawn")->type_name("NUMBER");
  command->callback([flags, &action] {
    CheckOneInput(*flags);
    action = [flags](const Session& session) { return Explain(*flags, session); };
  });
}

}  // namespace serin
