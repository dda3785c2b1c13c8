#ifndef SERIN_SERVER_CONTROL_COMPLETE_JOB_CALL_H_
#define SERIN_SERVER_CONTROL_COMPLETE_JOB_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "server/control/job_store.h"
#include "server/rpc/task_thread.h"

namespace serin {

// One CompleteJob: gathers a bundle; checks and registers it when it is whole. Owns itself.
class CompleteJobCall final : public grpc::ServerReadReactor<internal::v1::CompleteJobRequest> {
 public:
  // The pointers must outlive the call; `completions` does the slow part.
  CompleteJobCall(grpc::CallbackServerContext* context, JobStore* jobs, TaskThread* completions,
                  int64_t max_bytes);

  void OnReadDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  absl::Status Take();
  absl::Status Complete() const;
  void End();

  grpc::CallbackServerContext* const context_;
  JobStore* const jobs_;
  TaskThread* const completions_;
  const size_t max_bytes_;
  internal::v1::CompleteJobRequest request_;
  std::optional<WorkerAttempt> attempt_;
  // The first message: what the version shows besides its bundle.
  internal::v1::CompleteJobRequest head_;
  std::string bytes_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_COMPLETE_JOB_CALL_H_
