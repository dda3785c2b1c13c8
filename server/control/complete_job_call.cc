#include "server/control/complete_job_call.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "server/control/parse_attempt.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

using internal::v1::CompleteJobRequest;

// A version as it will be shown, but for what the registry fills in.
v1::ModelVersion Describe(const internal::v1::Bundle& bundle, const CompleteJobRequest& head) {
  v1::ModelVersion version = DescribeBundle(bundle);
  version.mutable_warnings()->MergeFrom(head.warnings());
  if (head.has_comparison()) *version.mutable_comparison() = head.comparison();
  if (head.has_leaderboard()) *version.mutable_leaderboard() = head.leaderboard();
  return version;
}

}  // namespace

CompleteJobCall::CompleteJobCall(grpc::CallbackServerContext* context, JobStore* jobs,
                                 TaskThread* completions, int64_t max_bytes)
    : context_(context),
      jobs_(jobs),
      completions_(completions),
      max_bytes_(static_cast<size_t>(max_bytes)) {
  StartRead(&request_);
}

void CompleteJobCall::OnReadDone(bool ok) {
  if (!ok) return End();
  if (const absl::Status taken = Take(); !taken.ok()) return Finish(ToGrpc(taken));
  StartRead(&request_);
}

absl::Status CompleteJobCall::Take() {
  if (request_.has_attempt()) {
    SERIN_ASSIGN_OR_RETURN(attempt_, ParseAttempt(request_.attempt()));
    head_.Swap(&request_);
    // Before its bundle, which may be large, is held in memory.
    return jobs_->CheckAttempt(*attempt_);
  }
  if (!attempt_) return InvalidField("attempt", "must come before the bundle");
  if (bytes_.size() + request_.chunk().size() > max_bytes_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the bundle is larger than ", max_bytes_, " bytes"));
  }
  bytes_ += request_.chunk();
  return absl::OkStatus();
}

absl::Status CompleteJobCall::Complete() const {
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle bundle, DecodeBundle(bytes_));
  SERIN_RETURN_IF_ERROR(LoadPredictor(bundle).status());
  return jobs_->Succeed(*attempt_, bytes_, Describe(bundle, head_));
}

void CompleteJobCall::End() {
  if (!attempt_) return Finish(ToGrpc(InvalidField("attempt", "is required")));
  if (context_->IsCancelled()) {
    return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the worker has left"));
  }
  completions_->Post([this] { Finish(ToGrpc(Complete())); });
}

}  // namespace serin
