#include "server/worker/training_attempt.h"

#include <time.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/bundle/bundle.h"
#include "core/bundle/difference.h"
#include "core/learn/progress.h"
#include "core/learn/search/comparison.h"
#include "core/learn/search/search.h"
#include "core/learn/train.h"
#include "server/rpc/step_thread.h"
#include "server/worker/batch_prediction.h"
#include "server/worker/heartbeat.h"

namespace serin {
namespace {

// More often than JobSchedulerOptions::silence_limit can be.
constexpr absl::Duration kHeartbeatInterval = absl::Milliseconds(500);

double ProcessCpuSeconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return absl::ToDoubleSeconds(absl::DurationFromTimespec(used));
}

std::vector<std::string> FeaturesOf(const Predictor* predictor) {
  std::vector<std::string> names;
  if (predictor == nullptr) return names;
  for (const v1::ColumnSchema& column : predictor->model().features().columns()) {
    names.push_back(column.name());
  }
  return names;
}

std::optional<absl::Time> DatasetCreateTimeOf(const internal::v1::Assignment& assignment) {
  if (!assignment.has_dataset_create_time()) return std::nullopt;
  return FromProto(assignment.dataset_create_time());
}

}  // namespace

TrainingAttempt::TrainingAttempt(const std::shared_ptr<grpc::Channel>& control,
                                 std::shared_ptr<grpc::Channel> dataset,
                                 const internal::v1::Attempt& attempt, const Clock* clock,
                                 Sleeper sleep)
    : dataset_(std::move(dataset)),
      attempt_(attempt),
      clock_(clock),
      sleep_(sleep),
      control_(control, attempt, std::move(sleep)),
      progress_(clock, [this](const auto& news) { return control_.ReportProgress(news); }) {}

WorkerExit TrainingAttempt::Run() {
  Heartbeat heartbeat(&ProcessCpuSeconds, [this] { control_.ReportProgress({}).IgnoreError(); });
  StepThread beats([&] { heartbeat.Step(); }, kHeartbeatInterval);
  beats.Start();
  return Report(CarryOut());
}

absl::StatusOr<TrainingAttempt::Outcome> TrainingAttempt::CarryOut() {
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Assignment assignment, control_.GetAssignment());
  if (assignment.type() == v1::JOB_TYPE_BATCH_PREDICT) return PredictBatch(assignment);
  return assignment.type() == v1::JOB_TYPE_VERIFY ? Verify(assignment) : Train(assignment);
}

absl::StatusOr<TrainingAttempt::Outcome> TrainingAttempt::Train(
    const internal::v1::Assignment& assignment) {
  absl::StatusOr<std::unique_ptr<const Predictor>> other = nullptr;
  if (!assignment.compare_with().empty()) other = LoadVersion(assignment.compare_with());
  // A control that is away for a while says nothing about the version.
  if (absl::IsAborted(other.status()) || absl::IsUnavailable(other.status())) return other.status();

  v1::TrainingSpec spec = assignment.spec();
  SERIN_ASSIGN_OR_RETURN(const TrainingData data,
                         Read(assignment, FeaturesOf(other.ok() ? other->get() : nullptr)));
  Made made;
  if (spec.has_search()) {
    SERIN_ASSIGN_OR_RETURN(spec, Search(data, spec, &made.head));
  }
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle bundle,
                         MakeBundle(data, spec, assignment.spec().has_search()));
  if (!assignment.compare_with().empty()) {
    v1::Comparison& comparison = *made.head.mutable_comparison();
    if (other.ok()) {
      comparison = CompareOnHoldout(data.table, spec, bundle.evaluation(), **other,
                                    assignment.compare_metric());
    } else {
      comparison.set_error(std::string(other.status().message()));
    }
    comparison.set_model_version(assignment.compare_with());
  }
  std::vector<std::string> warnings(bundle.warnings().begin(), bundle.warnings().end());
  warnings.insert(warnings.end(), made.head.warnings().begin(), made.head.warnings().end());
  progress_.SetWarnings(warnings);
  progress_.Report(ProgressAt(Stage::kStoring, 0));
  SERIN_ASSIGN_OR_RETURN(made.bundle, EncodeBundle(bundle));
  return made;
}

absl::StatusOr<TrainingAttempt::Outcome> TrainingAttempt::Verify(
    const internal::v1::Assignment& assignment) {
  v1::Verification verification;
  verification.set_model_version(assignment.verify().name());
  verification.set_expected_sha256(assignment.verify().bundle_sha256());
  SERIN_ASSIGN_OR_RETURN(const std::string expected,
                         control_.ReadBundle(assignment.verify().name()));
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle before, DecodeBundle(expected));
  SERIN_ASSIGN_OR_RETURN(const TrainingData data, Read(assignment, {}));
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle after,
                         MakeBundle(data, assignment.spec(), false));
  SERIN_ASSIGN_OR_RETURN(const std::string actual, EncodeBundle(after));
  verification.set_actual_sha256(Sha256Hex(actual));
  verification.set_identical(actual == expected);
  if (!verification.identical()) {
    for (std::string& difference : DescribeDifferences(before, after)) {
      verification.add_differences(std::move(difference));
    }
  }
  return verification;
}

absl::StatusOr<TrainingAttempt::Outcome> TrainingAttempt::PredictBatch(
    const internal::v1::Assignment& assignment) {
  const v1::BatchPrediction& wanted = assignment.batch_prediction();
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                         LoadVersion(wanted.model_version()));
  const auto report = [&](int64_t rows, double share) {
    progress_.SetBatchRows(rows);
    v1::JobProgress progress;
    progress.set_stage("predicting");
    progress.set_fraction(share);
    return progress_.Report(std::move(progress));
  };
  const BatchSetup setup = {.dataset = dataset_,
                            .project = attempt_.project(),
                            .job = attempt_.job(),
                            .input_create_time = DatasetCreateTimeOf(assignment),
                            .threads = std::thread::hardware_concurrency() + 1,
                            .sleep = sleep_};
  SERIN_ASSIGN_OR_RETURN(const int64_t rows,
                         WriteBatchPredictions(setup, *predictor, wanted, report));
  return BatchWritten{rows};
}

absl::StatusOr<std::unique_ptr<const Predictor>> TrainingAttempt::LoadVersion(
    const std::string& name) {
  SERIN_ASSIGN_OR_RETURN(const std::string bytes, control_.ReadBundle(name));
  SERIN_ASSIGN_OR_RETURN(internal::v1::Bundle bundle, DecodeBundle(bytes));
  return LoadPredictor(bundle);
}

absl::StatusOr<TrainingData> TrainingAttempt::Read(const internal::v1::Assignment& assignment,
                                                   const std::vector<std::string>& also) {
  const v1::TrainingSpec& spec = assignment.spec();
  const AcceptedDataset accepted(attempt_.project(), spec.dataset(),
                                 DatasetCreateTimeOf(assignment));
  return ReadTrainingData(dataset_, accepted, spec, also, sleep_, [this](double share) {
    return progress_.Report(ProgressAt(Stage::kReading, share));
  });
}

absl::StatusOr<v1::TrainingSpec> TrainingAttempt::Search(const TrainingData& data,
                                                         const v1::TrainingSpec& spec,
                                                         internal::v1::CompleteJobRequest* head) {
  const SearchHooks hooks = {
      .threads = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U)),
      .clock = clock_,
      .cpu_seconds = &ProcessCpuSeconds,
      .progress = [this](const v1::JobProgress& progress) { return progress_.Report(progress); },
      .finish = [this] { return progress_.finish_search(); },
      .leaderboard = [this](const v1::Leaderboard& all) { progress_.SetLeaderboard(all); }};
  SERIN_ASSIGN_OR_RETURN(SearchResult result, SearchSpec(data.table, spec, hooks));
  head->mutable_leaderboard()->Swap(&result.leaderboard);
  head->mutable_warnings()->Assign(result.warnings.begin(), result.warnings.end());
  return std::move(result.winner);
}

absl::StatusOr<internal::v1::Bundle> TrainingAttempt::MakeBundle(const TrainingData& data,
                                                                 const v1::TrainingSpec& spec,
                                                                 bool searched) {
  const auto report = [&](const v1::JobProgress& progress) {
    return progress_.Report(searched ? ProgressAfterSearch(progress) : progress);
  };
  SERIN_ASSIGN_OR_RETURN(internal::v1::Bundle bundle, TrainModel(data.table, spec, report));
  v1::Lineage& lineage = *bundle.mutable_lineage();
  *lineage.mutable_spec() = spec;
  lineage.set_dataset_sha256(data.dataset_sha256);
  lineage.set_serin_version(std::string(Version()));
  return bundle;
}

absl::Status TrainingAttempt::HandIn(const Outcome& outcome) {
  if (const auto* verification = std::get_if<v1::Verification>(&outcome)) {
    return control_.CompleteVerification(*verification);
  }
  if (const auto* written = std::get_if<BatchWritten>(&outcome)) {
    return control_.CompleteBatch(written->rows);
  }
  const Made& made = std::get<Made>(outcome);
  return control_.CompleteJob(made.bundle, made.head);
}

WorkerExit TrainingAttempt::Report(const absl::StatusOr<Outcome>& outcome) {
  if (progress_.superseded() || absl::IsAborted(outcome.status())) return kWorkerSuperseded;
  absl::Status told = outcome.ok() ? HandIn(*outcome) : control_.FailJob(outcome.status());
  // Control may say what is wrong with the bundle; then that is the job's error.
  if (outcome.ok() && !told.ok() && !absl::IsAborted(told) && !absl::IsUnavailable(told)) {
    told = control_.FailJob(told);
  }
  if (told.ok()) return kWorkerReported;
  return absl::IsAborted(told) ? kWorkerSuperseded : kWorkerLost;
}

}  // namespace serin
