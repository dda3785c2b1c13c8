#include "server/worker/training_attempt.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "core/bundle/bundle.h"
#include "core/learn/progress.h"
#include "core/learn/train.h"
#include "server/worker/training_data.h"

namespace serin {

TrainingAttempt::TrainingAttempt(const std::shared_ptr<grpc::Channel>& control,
                                 std::shared_ptr<grpc::Channel> dataset,
                                 const internal::v1::Attempt& attempt, const Clock* clock,
                                 Sleeper sleep)
    : dataset_(std::move(dataset)),
      attempt_(attempt),
      sleep_(sleep),
      control_(control, attempt, std::move(sleep)),
      progress_(clock, [this](const v1::JobProgress& p) { return control_.ReportProgress(p); }) {}

WorkerExit TrainingAttempt::Run() { return HandIn(Train()); }

absl::StatusOr<std::string> TrainingAttempt::Train() {
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Assignment assignment, control_.GetAssignment());
  const v1::TrainingSpec& spec = assignment.spec();
  SERIN_ASSIGN_OR_RETURN(
      const TrainingData data,
      ReadTrainingData(dataset_, attempt_.project(), spec, sleep_, [this](double share) {
        return progress_.Report(ProgressAt(Stage::kReading, share));
      }));
  SERIN_ASSIGN_OR_RETURN(internal::v1::Bundle bundle,
                         TrainModel(data.table, spec, [this](const v1::JobProgress& progress) {
                           return progress_.Report(progress);
                         }));
  v1::Lineage& lineage = *bundle.mutable_lineage();
  *lineage.mutable_spec() = spec;
  lineage.set_dataset_sha256(data.dataset_sha256);
  lineage.set_serin_version(std::string(Version()));
  progress_.Report(ProgressAt(Stage::kStoring, 0));
  return EncodeBundle(bundle);
}

WorkerExit TrainingAttempt::HandIn(const absl::StatusOr<std::string>& bundle) {
  if (progress_.superseded() || absl::IsAborted(bundle.status())) return kWorkerSuperseded;
  absl::Status outcome =
      bundle.ok() ? control_.CompleteJob(*bundle) : control_.FailJob(bundle.status());
  // Control may say what is wrong with the bundle; then that is the job's error.
  if (bundle.ok() && !outcome.ok() && !absl::IsAborted(outcome) && !absl::IsUnavailable(outcome)) {
    outcome = control_.FailJob(outcome);
  }
  if (outcome.ok()) return kWorkerReported;
  return absl::IsAborted(outcome) ? kWorkerSuperseded : kWorkerLost;
}

}  // namespace serin
