#include <algorithm>
#include <memory>
#include <optional>

#include "client/cli/commands.h"
#include "client/cli/feature_rows.h"
#include "client/cli/prediction_view.h"
#include "client/cli/row_flags.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Of a file, in one call: at most so many rows and, as the server takes messages of at most 16 MiB,
// so many bytes (a single row may have more).
constexpr size_t kRowsPerCall = 5000;
constexpr size_t kBytesPerCall = 8 << 20;

struct PredictFlags : RowFlags {
  std::string model;
  std::string key;
  bool stream = false;
};

absl::Status PredictOnce(const v1::PredictRequest& request, const Session& session,
                         PredictionPrinter& printer) {
  SERIN_ASSIGN_OR_RETURN(const v1::PredictResponse response, session.client.Predict(request));
  return printer.Add(response);
}

absl::Status PredictRows(const PredictFlags& flags, const Session& session,
                         PredictionPrinter& printer) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<v1::Row> rows,
                         FriendlyRows(flags, flags.model, session));
  v1::PredictRequest request;
  request.set_model(flags.model);
  request.set_key(flags.key);
  request.mutable_rows()->Assign(rows.begin(), rows.end());
  return PredictOnce(request, session, printer);
}

// Rows of a table, in requests that each hold as many as a call may.
class RequestCutter {
 public:
  RequestCutter(const PredictFlags& flags, const Table& rows) : flags_(flags), rows_(rows) {}

  // None once there are no rows left.
  std::optional<v1::PredictRequest> Next() {
    if (begin_ == rows_.row_count()) return std::nullopt;
    size_t count = std::min(kRowsPerCall, rows_.row_count() - begin_);
    v1::PredictRequest request = RequestFor(flags_.model, rows_, begin_, begin_ + count);
    while (count > 1 && request.ByteSizeLong() > kBytesPerCall) {
      count = (count + 1) / 2;
      request = RequestFor(flags_.model, rows_, begin_, begin_ + count);
    }
    request.set_key(flags_.key);
    begin_ += count;
    return request;
  }

 private:
  const PredictFlags& flags_;
  const Table& rows_;
  size_t begin_ = 0;
};

absl::Status PredictInCalls(RequestCutter& requests, const Session& session,
                            PredictionPrinter& printer) {
  while (const std::optional<v1::PredictRequest> request = requests.Next()) {
    SERIN_RETURN_IF_ERROR(PredictOnce(*request, session, printer));
  }
  return absl::OkStatus();
}

absl::Status PredictInStream(RequestCutter& requests, const Session& session,
                             PredictionPrinter& printer) {
  return session.client.PredictStream(
      [&] { return requests.Next(); },
      [&](const v1::PredictResponse& response) { return printer.Add(response); });
}

absl::Status PredictFile(const PredictFlags& flags, const Session& session,
                         PredictionPrinter& printer) {
  SERIN_ASSIGN_OR_RETURN(const Table rows, RowsOfFile(flags, flags.model, session));
  RequestCutter requests(flags, rows);
  return flags.stream ? PredictInStream(requests, session, printer)
                      : PredictInCalls(requests, session, printer);
}

absl::Status Predict(const PredictFlags& flags, const Session& session) {
  PredictionPrinter printer(session);
  absl::Status outcome = flags.file.empty() ? PredictRows(flags, session, printer)
                                            : PredictFile(flags, session, printer);
  printer.Finish();  // After an error, with what was answered before it.
  return outcome;
}

}  // namespace

void AddPredictCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<PredictFlags>();
  CLI::App* command = app.add_subcommand("predict", "Ask a model about one row or many");
  command->add_option("MODEL", flags->model, "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  AddRowFlags(*command, flags,
              "CSV file with a header, or - for standard input. Sent in calls of up to 5,000 "
              "rows, each of which traffic may give to another version; as JSON, one "
              "PredictResponse for each call");
  command->add_flag("--stream", flags->stream,
                    "Send the file over one stream, all of which one version answers");
  command->add_option("--key", flags->key, "Calls with the same key get the same version")
      ->type_name("TEXT");
  command->callback([flags, &action] {
    CheckOneInput(*flags);
    if (flags->stream && flags->file.empty()) throw CLI::ValidationError("--stream needs --file");
    action = [flags](const Session& session) { return Predict(*flags, session); };
  });
}

}  // namespace serin
