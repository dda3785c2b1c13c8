#ifndef SERIN_SERVER_WORKER_TRAINING_ATTEMPT_H_
#define SERIN_SERVER_WORKER_TRAINING_ATTEMPT_H_

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/engine/predictor.h"
#include "grpcpp/channel.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "server/worker/control_client.h"
#include "server/worker/progress_reporter.h"
#include "server/worker/retry.h"
#include "server/worker/training_data.h"
#include "server/worker/worker.h"

namespace serin {

// One attempt at one job, from the assignment to its outcome. Use once; not thread-safe.
class TrainingAttempt {
 public:
  // `clock` should not jump.
  TrainingAttempt(const std::shared_ptr<grpc::Channel>& control,
                  std::shared_ptr<grpc::Channel> dataset, const internal::v1::Attempt& attempt,
                  const Clock* clock, Sleeper sleep);

  // Trains and hands in the model or what verifying one has shown, or else the error.
  WorkerExit Run();

 private:
  // The file of a trained model, and what its version shows besides.
  struct Made {
    std::string bundle;
    internal::v1::CompleteJobRequest head;
  };
  struct BatchWritten {
    int64_t rows;
  };
  using Outcome = std::variant<Made, v1::Verification, BatchWritten>;

  absl::StatusOr<Outcome> CarryOut();
  absl::StatusOr<Outcome> Train(const internal::v1::Assignment& assignment);
  absl::StatusOr<Outcome> Verify(const internal::v1::Assignment& assignment);
  absl::StatusOr<Outcome> PredictBatch(const internal::v1::Assignment& assignment);

  absl::StatusOr<std::unique_ptr<const Predictor>> LoadVersion(const std::string& name);
  absl::StatusOr<TrainingData> Read(const internal::v1::Assignment& assignment,
                                    const std::vector<std::string>& also);
  // The best candidate's specification; the rest goes into `head`.
  absl::StatusOr<v1::TrainingSpec> Search(const TrainingData& data, const v1::TrainingSpec& spec,
                                          internal::v1::CompleteJobRequest* head);
  absl::StatusOr<internal::v1::Bundle> MakeBundle(const TrainingData& data,
                                                  const v1::TrainingSpec& spec, bool searched);

  absl::Status HandIn(const Outcome& outcome);
  WorkerExit Report(const absl::StatusOr<Outcome>& outcome);

  const std::shared_ptr<grpc::Channel> dataset_;
  const internal::v1::Attempt attempt_;
  const Clock* const clock_;
  const Sleeper sleep_;
  ControlClient control_;
  ProgressReporter progress_;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_TRAINING_ATTEMPT_H_
