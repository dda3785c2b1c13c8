#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/feature_rows.h"
#include "client/cli/input_file.h"
#include "client/cli/load_view.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Rows of the input that are used; with more requests than that they are used again.
constexpr int64_t kMaxRows = 10'000;

struct LoadtestFlags {
  std::string model;
  std::string file;
  std::string dataset;
  bool ignore_extra = false;
  int64_t requests = 2000;
  int concurrency = 8;
};

absl::StatusOr<Table> InputRows(const LoadtestFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, flags.model));
  if (!flags.dataset.empty()) {
    return FeaturesFromDataset(session.client, flags.dataset, version.features(),
                               std::min(flags.requests, kMaxRows));
  }
  return ReadInput(flags.file, session.console, [&](std::istream& input) {
    return FeaturesFromCsv(input, version.features(), flags.ignore_extra);
  });
}

// One request for each row, made before the clock starts.
std::vector<v1::PredictRequest> RequestsFor(const LoadtestFlags& flags, const Table& rows) {
  const size_t limit = std::min(flags.requests, kMaxRows);
  std::vector<v1::PredictRequest> requests;
  for (size_t row = 0; row < std::min(rows.row_count(), limit); ++row) {
    requests.push_back(RequestFor(flags.model, rows, row, row + 1));
  }
  return requests;
}

absl::Status Loadtest(const LoadtestFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const Table rows, InputRows(flags, session));
  const std::vector<v1::PredictRequest> requests = RequestsFor(flags, rows);
  if (requests.empty()) return absl::InvalidArgumentError("the input has no rows");
  const LoadReport report =
      RunLoad(flags.requests, flags.concurrency, [&](int64_t i) -> absl::StatusOr<std::string> {
        SERIN_ASSIGN_OR_RETURN(const v1::PredictResponse response,
                               session.client.Predict(requests[i % requests.size()]));
        return response.model_version();
      });
  PrintLoadReport(report, session);
  if (report.failed() == 0) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat(report.failed(), " of ", flags.requests, " calls failed"));
}

}  // namespace

void AddLoadtestCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<LoadtestFlags>();
  CLI::App* command = app.add_subcommand(
      "loadtest", "Send predictions as fast as they are answered, one row in each call");
  command->add_option("MODEL", flags->model, "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  command->add_option("--file", flags->file, "CSV file with a header, or - for standard input")
      ->type_name("FILE");
  command->add_option("--dataset", flags->dataset, "Dataset that has the features as columns")
      ->type_name("NAME");
  command->add_flag("--ignore-extra", flags->ignore_extra,
                    "Leave out columns of the file that are no features, such as the target");
  command->add_option("--requests", flags->requests, "Calls to make")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--concurrency", flags->concurrency, "Calls in flight at any time")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->callback([flags, &action] {
    if (flags->file.empty() == flags->dataset.empty()) {
      throw CLI::ValidationError("give one of --file and --dataset");
    }
    action = [flags](const Session& session) { return Loadtest(*flags, session); };
  });
}

}  // namespace serin
