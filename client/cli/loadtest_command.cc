#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/arrivals.h"
#include "client/cli/commands.h"
#include "client/cli/feature_rows.h"
#include "client/cli/input_file.h"
#include "client/cli/load_thresholds.h"
#include "client/cli/load_view.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Rows of the input that are used; with more requests than that they are used again.
constexpr int64_t kMaxRows = 10'000;
// Calls of an open loop, which all have a time of their own.
constexpr double kMaxArrivals = 20e6;

struct LoadtestFlags {
  std::string model;
  std::string file;
  std::string dataset;
  bool ignore_extra = false;
  int64_t requests = 2000;
  int concurrency = 8;
  double rate = 0;  // 0: a closed loop.
  double rate_to = 0;
  double duration_seconds = 10;
  std::string arrivals = "poisson";
  uint64_t seed = 0;
  std::string csv_file;
  std::vector<std::string> threshold_texts;
  std::vector<LoadThreshold> thresholds;
};

int64_t RowsUsed(const LoadtestFlags& flags) {
  return flags.rate > 0 ? kMaxRows : std::min(flags.requests, kMaxRows);
}

absl::StatusOr<Table> InputRows(const LoadtestFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, flags.model));
  if (!flags.dataset.empty()) {
    return FeaturesFromDataset(session.client, flags.dataset, version.features(), RowsUsed(flags));
  }
  return ReadInput(flags.file, session.console, [&](std::istream& input) {
    return FeaturesFromCsv(input, version.features(), flags.ignore_extra);
  });
}

// One request for each row, made before the clock starts.
std::vector<v1::PredictRequest> RequestsFor(const LoadtestFlags& flags, const Table& rows) {
  const auto limit = static_cast<size_t>(RowsUsed(flags));
  std::vector<v1::PredictRequest> requests;
  for (size_t row = 0; row < std::min(rows.row_count(), limit); ++row) {
    requests.push_back(RequestFor(flags.model, rows, row, row + 1));
  }
  return requests;
}

LoadReport RunLoop(const LoadtestFlags& flags, const LoadCall& call) {
  const LoadTime time = {Clock::Monotonic(), [](absl::Time until) {
                           absl::SleepFor(until - Clock::Monotonic()->Now());
                         }};
  if (flags.rate == 0) return RunClosedLoop(flags.requests, flags.concurrency, time, call);
  const ArrivalPlan plan = {.process = flags.arrivals == "constant"
                                           ? ArrivalPlan::Process::kConstant
                                           : ArrivalPlan::Process::kPoisson,
                            .first_rate = flags.rate,
                            .last_rate = flags.rate_to > 0 ? flags.rate_to : flags.rate,
                            .duration = absl::Seconds(flags.duration_seconds),
                            .seed = flags.seed};
  return RunOpenLoop(ArrivalTimes(plan), flags.concurrency, time, call);
}

absl::Status WriteCsv(const LoadReport& report, const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  std::ofstream file(path);
  file << LatencyCsv(report);
  file.close();
  if (file) return absl::OkStatus();
  return absl::UnknownError(absl::StrCat(path, " cannot be written"));
}

// Thresholds on errors say how many may fail; otherwise none may.
absl::Status Judge(const LoadtestFlags& flags, const LoadReport& report) {
  if (report.calls() == 0) {
    return absl::FailedPreconditionError(
        "no call was due in the time that the test took; give a longer --duration");
  }
  SERIN_RETURN_IF_ERROR(CheckThresholds(flags.thresholds, report));
  const bool errors_allowed = std::any_of(
      flags.thresholds.begin(), flags.thresholds.end(),
      [](const auto& threshold) { return threshold.kind == LoadThreshold::Kind::kErrors; });
  if (report.failed() == 0 || errors_allowed) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat(report.failed(), " of ", report.calls(), " calls failed"));
}

absl::Status Loadtest(const LoadtestFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const Table rows, InputRows(flags, session));
  const std::vector<v1::PredictRequest> requests = RequestsFor(flags, rows);
  if (requests.empty()) return absl::InvalidArgumentError("the input has no rows");
  const LoadReport report = RunLoop(flags, [&](int64_t i) -> absl::StatusOr<std::string> {
    SERIN_ASSIGN_OR_RETURN(const v1::PredictResponse response,
                           session.client.Predict(requests[i % requests.size()]));
    return response.model_version();
  });
  PrintLoadReport(report, session);
  SERIN_RETURN_IF_ERROR(WriteCsv(report, flags.csv_file));
  return Judge(flags, report);
}

void AddInputOptions(CLI::App* command, LoadtestFlags* flags) {
  command->add_option("MODEL", flags->model, "Model, or a version: iris@2, iris@champion")
      ->type_name("")
      ->required();
  command->add_option("--file", flags->file, "CSV file with a header, or - for standard input")
      ->type_name("FILE");
  command->add_option("--dataset", flags->dataset, "Dataset that has the features as columns")
      ->type_name("NAME");
  command->add_flag("--ignore-extra", flags->ignore_extra,
                    "Leave out columns of the file that are no features, such as the target");
}

void AddLoopOptions(CLI::App* command, LoadtestFlags* flags) {
  command
      ->add_option("--requests", flags->requests,
                   "Calls to make, as fast as they are answered; not with --rate")
      ->type_name("COUNT")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--concurrency", flags->concurrency, "Calls in flight at any time, at most")
      ->type_name("COUNT")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command
      ->add_option("--rate", flags->rate,
                   "Calls per second, whether answers keep up or not; latencies count from when a "
                   "call was due")
      ->type_name("RATE")
      ->check(CLI::PositiveNumber);
  command->add_option("--rate-to", flags->rate_to, "The rate changes evenly to this one")
      ->type_name("RATE")
      ->check(CLI::PositiveNumber);
  command->add_option("--duration", flags->duration_seconds, "Of a test with --rate")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--arrivals", flags->arrivals, "When calls are due, with --rate")
      ->type_name("")
      ->check(CLI::IsMember({"poisson", "constant"}))
      ->capture_default_str();
  command->add_option("--seed", flags->seed, "Decides when calls of poisson are due")
      ->type_name("NUMBER");
}

void AddReportOptions(CLI::App* command, LoadtestFlags* flags) {
  command->add_option("--csv", flags->csv_file, "Also write percentiles to this file")
      ->type_name("FILE");
  command
      ->add_option("--fail-unless", flags->threshold_texts,
                   "Fail unless this holds: p99<20 (milliseconds, any percentile), max<50, "
                   "errors<0.1 (percent), rate>5000 (calls answered per second)")
      ->type_name("THRESHOLD");
}

void CheckFlags(LoadtestFlags* flags) {
  if (flags->file.empty() == flags->dataset.empty()) {
    throw CLI::ValidationError("give one of --file and --dataset");
  }
  if (flags->rate == 0 && flags->rate_to > 0) throw CLI::ValidationError("--rate-to needs --rate");
  if (std::max(flags->rate, flags->rate_to) * flags->duration_seconds > kMaxArrivals) {
    throw CLI::ValidationError("--rate times --duration must be at most 20,000,000 calls");
  }
  for (const std::string& text : flags->threshold_texts) {
    flags->thresholds.push_back(ValueOrWrongUse(ParseLoadThreshold(text)));
  }
}

}  // namespace

void AddLoadtestCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<LoadtestFlags>();
  CLI::App* command = app.add_subcommand(
      "loadtest",
      "Send predictions, one row in each call: as fast as they are answered, or at a rate");
  AddInputOptions(command, flags.get());
  AddLoopOptions(command, flags.get());
  AddReportOptions(command, flags.get());
  command->callback([flags, &action] {
    CheckFlags(flags.get());
    action = [flags](const Session& session) { return Loadtest(*flags, session); };
  });
}

}  // namespace serin
