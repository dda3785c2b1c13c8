#ifndef SERIN_SERVER_WORKER_CONTROL_CLIENT_H_
#define SERIN_SERVER_WORKER_CONTROL_CLIENT_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/internal/v1/worker_service.grpc.pb.h"
#include "server/worker/retry.h"

namespace serin {

// What one attempt says to control. Calls that the job needs are repeated while control is
// UNAVAILABLE; ABORTED means that control has given the attempt up. Not thread-safe.
class ControlClient {
 public:
  ControlClient(const std::shared_ptr<grpc::Channel>& control, internal::v1::Attempt attempt,
                Sleeper sleep);

  absl::StatusOr<internal::v1::Assignment> GetAssignment();

  // Called once: progress is advisory. The attempt is filled in.
  absl::StatusOr<internal::v1::ReportProgressResponse> ReportProgress(
      internal::v1::ReportProgressRequest request);

  // The file of a registered version, of at most kMaxBundleBytes.
  absl::StatusOr<std::string> ReadBundle(const std::string& model_version);

  // Hands in the bundle. `head` is the first message but for the attempt: what the version shows
  // besides.
  absl::Status CompleteJob(absl::string_view bundle, internal::v1::CompleteJobRequest head);

  absl::Status CompleteVerification(const v1::Verification& verification);

  // `rows`: written in all.
  absl::Status CompleteBatch(int64_t rows);

  absl::Status FailJob(const absl::Status& error);

 private:
  absl::StatusOr<std::string> ReceiveBundle(const internal::v1::ReadBundleRequest& request);
  absl::Status SendBundle(absl::string_view bundle, const internal::v1::CompleteJobRequest& head);

  const std::unique_ptr<internal::v1::WorkerService::Stub> stub_;
  const internal::v1::Attempt attempt_;
  const Sleeper sleep_;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_CONTROL_CLIENT_H_
