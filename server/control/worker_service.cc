#include "server/control/worker_service.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

using internal::v1::Assignment;
using internal::v1::Attempt;
using internal::v1::CompleteJobRequest;

absl::StatusOr<WorkerAttempt> ParseAttempt(const Attempt& attempt) {
  SERIN_RETURN_IF_ERROR(ValidateName("attempt.project", attempt.project()));
  SERIN_ASSIGN_OR_RETURN(std::string job, ParseJobName("attempt.job", attempt.job()));
  return WorkerAttempt{attempt.project(), std::move(job), attempt.number()};
}

absl::StatusOr<Assignment> Assign(JobStore& jobs, const Attempt& attempt) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(attempt));
  SERIN_ASSIGN_OR_RETURN(const internal::v1::JobRecord record, jobs.Assigned(running));
  Assignment assignment;
  *assignment.mutable_spec() = record.job().spec();
  assignment.set_type(record.job().type());
  return assignment;
}

absl::StatusOr<internal::v1::ReportProgressResponse> Report(
    JobStore& jobs, const internal::v1::ReportProgressRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  return jobs.Report(running, request);
}

absl::Status Fail(JobStore& jobs, const internal::v1::FailJobRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  const absl::Status error = FromRpcStatus(request.error());
  return jobs.Fail(running, error.ok() ? absl::UnknownError("the worker gave no reason") : error);
}

absl::Status Complete(JobStore& jobs, const WorkerAttempt& attempt, const std::string& bytes) {
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle bundle, DecodeBundle(bytes));
  SERIN_RETURN_IF_ERROR(LoadPredictor(bundle).status());
  return jobs.Succeed(attempt, bytes, DescribeBundle(bundle));
}

// Gathers a bundle; checks and registers it when it is whole.
class CompleteJobCall final : public grpc::ServerReadReactor<CompleteJobRequest> {
 public:
  CompleteJobCall(grpc::CallbackServerContext* context, JobStore* jobs, TaskThread* completions,
                  int64_t max_bytes)
      : context_(context),
        jobs_(jobs),
        completions_(completions),
        max_bytes_(static_cast<size_t>(max_bytes)) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End();
    if (const absl::Status taken = Take(); !taken.ok()) return Finish(ToGrpc(taken));
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  absl::Status Take() {
    if (request_.has_attempt()) {
      SERIN_ASSIGN_OR_RETURN(attempt_, ParseAttempt(request_.attempt()));
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

  void End() {
    if (!attempt_) return Finish(ToGrpc(InvalidField("attempt", "is required")));
    if (context_->IsCancelled()) {
      return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the worker has left"));
    }
    completions_->Post([this] { Finish(ToGrpc(Complete(*jobs_, *attempt_, bytes_))); });
  }

  grpc::CallbackServerContext* const context_;
  JobStore* const jobs_;
  TaskThread* const completions_;
  const size_t max_bytes_;
  CompleteJobRequest request_;
  std::optional<WorkerAttempt> attempt_;
  std::string bytes_;
};

}  // namespace

grpc::ServerUnaryReactor* WorkerService::GetAssignment(
    grpc::CallbackServerContext* context, const internal::v1::GetAssignmentRequest* request,
    Assignment* response) {
  return serin::Finish(context, response, Assign(*jobs_, request->attempt()));
}

grpc::ServerUnaryReactor* WorkerService::ReportProgress(
    grpc::CallbackServerContext* context, const internal::v1::ReportProgressRequest* request,
    internal::v1::ReportProgressResponse* response) {
  return serin::Finish(context, response, Report(*jobs_, *request));
}

grpc::ServerReadReactor<CompleteJobRequest>* WorkerService::CompleteJob(
    grpc::CallbackServerContext* context, google::protobuf::Empty*) {
  return new CompleteJobCall(context, jobs_, &completions_, max_bundle_bytes_);
}

grpc::ServerUnaryReactor* WorkerService::FailJob(grpc::CallbackServerContext* context,
                                                 const internal::v1::FailJobRequest* request,
                                                 google::protobuf::Empty*) {
  return serin::Finish(context, Fail(*jobs_, *request));
}

}  // namespace serin
