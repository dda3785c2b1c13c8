#include <algorithm>
#include <memory>

#include "client/cli/commands.h"
#include "client/cli/feature_rows.h"
#include "client/cli/flags.h"
#include "client/cli/input_file.h"
#include "client/cli/prediction_view.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Of a file, in one call: few enough for any row width that a message holds.
constexpr size_t kRowsPerCall = 5000;

struct PredictFlags {
  std::string model;
  std::vector<std::string> assignments;
  std::string file;
  std::string json;
  std::string key;
  bool ignore_extra = false;
};

absl::Status PredictOnce(const v1::PredictRequest& request, const Session& session,
                         PredictionPrinter& printer) {
  SERIN_ASSIGN_OR_RETURN(const v1::PredictResponse response, session.client.Predict(request));
  return printer.Add(response);
}

absl::StatusOr<std::vector<v1::Row>> FriendlyRows(const PredictFlags& flags,
                                                  const Session& session) {
  if (!flags.json.empty()) return RowsFromJson(flags.json);
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, flags.model));
  SERIN_ASSIGN_OR_RETURN(v1::Row row, RowFromAssignments(flags.assignments, version.features()));
  return std::vector<v1::Row>{std::move(row)};
}

absl::Status PredictRows(const PredictFlags& flags, const Session& session,
                         PredictionPrinter& printer) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Row> rows, FriendlyRows(flags, session));
  v1::PredictRequest request;
  request.set_model(flags.model);
  request.set_key(flags.key);
  request.mutable_rows()->Assign(rows.begin(), rows.end());
  return PredictOnce(request, session, printer);
}

absl::Status PredictFile(const PredictFlags& flags, const Session& session,
                         PredictionPrinter& printer) {
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, flags.model));
  SERIN_ASSIGN_OR_RETURN(const Table rows,
                         ReadInput(flags.file, session.console, [&](std::istream& input) {
                           return FeaturesFromCsv(input, version.features(), flags.ignore_extra);
                         }));
  for (size_t begin = 0; begin < rows.row_count(); begin += kRowsPerCall) {
    const size_t end = std::min(begin + kRowsPerCall, rows.row_count());
    v1::PredictRequest request = RequestFor(flags.model, rows, begin, end);
    request.set_key(flags.key);
    SERIN_RETURN_IF_ERROR(PredictOnce(request, session, printer));
  }
  return absl::OkStatus();
}

absl::Status Predict(const PredictFlags& flags, const Session& session) {
  PredictionPrinter printer(session);
  SERIN_RETURN_IF_ERROR(flags.file.empty() ? PredictRows(flags, session, printer)
                                           : PredictFile(flags, session, printer));
  printer.Finish();
  return absl::OkStatus();
}

void CheckOneInput(const PredictFlags& flags) {
  const int inputs = !flags.assignments.empty() + !flags.file.empty() + !flags.json.empty();
  if (inputs != 1) {
    throw CLI::ValidationError("give one of FEATURE=VALUE ..., --file and --json");
  }
  for (const std::string& assignment : flags.assignments) {
    ValueOrWrongUse(ParseAssignment(assignment));
  }
}

}  // namespace

void AddPredictCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<PredictFlags>();
  CLI::App* command = app.add_subcommand("predict", "Ask a model about one row or many");
  command->add_option("MODEL", flags->model, "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  command->add_option("FEATURES", flags->assignments, "FEATURE=VALUE for each feature of one row")
      ->type_name("");
  command->add_option("--file", flags->file, "CSV file with a header, or - for standard input")
      ->type_name("FILE");
  command->add_flag("--ignore-extra", flags->ignore_extra,
                    "Leave out columns of the file that are no features, such as the target");
  command->add_option("--json", flags->json, "A row as a JSON object, or an array of them")
      ->type_name("JSON");
  command->add_option("--key", flags->key, "Calls with the same key get the same version")
      ->type_name("TEXT");
  command->callback([flags, &action] {
    CheckOneInput(*flags);
    action = [flags](const Session& session) { return Predict(*flags, session); };
  });
}

}  // namespace serin
