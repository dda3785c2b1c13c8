#ifndef SERIN_SERVER_WORKER_TRAINING_ATTEMPT_H_
#define SERIN_SERVER_WORKER_TRAINING_ATTEMPT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "grpcpp/channel.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "server/worker/control_client.h"
#include "server/worker/progress_reporter.h"
#include "server/worker/retry.h"
#include "server/worker/worker.h"

namespace serin {

// One attempt at one training job, from the assignment to its outcome. Use once; not thread-safe.
class TrainingAttempt {
 public:
  TrainingAttempt(const std::shared_ptr<grpc::Channel>& control,
                  std::shared_ptr<grpc::Channel> dataset, const internal::v1::Attempt& attempt,
                  const Clock* clock, Sleeper sleep);

  // Trains and hands in the model, or else the error.
  WorkerExit Run();

 private:
  // The file of the trained model.
  absl::StatusOr<std::string> Train();
  WorkerExit HandIn(const absl::StatusOr<std::string>& bundle);

  const std::shared_ptr<grpc::Channel> dataset_;
  const internal::v1::Attempt attempt_;
  const Sleeper sleep_;
  ControlClient control_;
  ProgressReporter progress_;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_TRAINING_ATTEMPT_H_
