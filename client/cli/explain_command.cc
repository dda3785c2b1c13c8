#include <memory>
#include <string>
#include <vector>

#include "client/cli/commands.h"
#include "client/cli/explanation_view.h"
#include "client/cli/feature_rows.h"
#include "client/cli/row_flags.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

struct ExplainFlags : RowFlags {
  std::string model;
  std::string key;
  int samples = 0;
  uint64_t seed = 0;
};

absl::Status AddRows(const ExplainFlags& flags, const Session& session,
                     v1::ExplainRequest* request) {
  if (flags.file.empty()) {
    SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Row> rows,
                           FriendlyRows(flags, flags.model, session));
    request->mutable_rows()->Assign(rows.begin(), rows.end());
    return absl::OkStatus();
  }
  SERIN_ASSIGN_OR_RETURN(const Table rows, RowsOfFile(flags, flags.model, session));
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

}  // namespace

void AddExplainCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command =
      app.add_subcommand("explain", "Say which feature moved a prediction, and how far");
  command->add_option("MODEL", flags->model, "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  AddRowFlags(*command, flags,
              "CSV file with a header and at most 1,000 rows, or - for standard input");
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
