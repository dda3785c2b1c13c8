#include "server/control/worker_service.h"

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/control/complete_job_call.h"
#include "server/control/model_queries.h"
#include "server/control/parse_attempt.h"
#include "server/control/send_bundle_call.h"
#include "server/control/verification.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

using internal::v1::Assignment;
using internal::v1::Attempt;
using internal::v1::CompleteJobRequest;
using internal::v1::ReadBundleRequest;
using internal::v1::ReadBundleResponse;

absl::StatusOr<Assignment> Assign(JobStore& jobs, const StoreReader& store,
                                  const Attempt& attempt) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(attempt));
  SERIN_ASSIGN_OR_RETURN(const internal::v1::JobRecord record, jobs.Assigned(running));
  Assignment assignment;
  *assignment.mutable_spec() = record.job().spec();
  assignment.set_type(record.job().type());
  if (record.job().type() == v1::JOB_TYPE_VERIFY) {
    SERIN_ASSIGN_OR_RETURN(*assignment.mutable_verify(),
                           VersionToVerify(store, running.project, record.verify()));
  }
  if (record.job().has_batch_prediction()) {
    *assignment.mutable_batch_prediction() = record.job().batch_prediction();
  }
  if (record.has_dataset_create_time()) {
    *assignment.mutable_dataset_create_time() = record.dataset_create_time();
  }
  assignment.set_compare_with(jobs.ComparedWith(running.project, record));
  assignment.set_compare_metric(record.promotion().metric());
  return assignment;
}

absl::StatusOr<internal::v1::ReportProgressResponse> Report(
    JobStore& jobs, const internal::v1::ReportProgressRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  return jobs.Report(running, request);
}

absl::Status Verified(JobStore& jobs, const internal::v1::CompleteVerificationRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  return jobs.Verified(running, request.verification());
}

absl::Status BatchWritten(JobStore& jobs, const internal::v1::CompleteBatchRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  return jobs.BatchWritten(running, request.rows());
}

// The version whose bundle an attempt asks for.
absl::StatusOr<v1::ModelVersion> VersionToRead(JobStore& jobs, const StoreReader& store,
                                               const ReadBundleRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  SERIN_RETURN_IF_ERROR(jobs.CheckAttempt(running));
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref,
                         ParseModelRef("model_version", request.model_version()));
  return GetModelVersion(store, running.project, ref.id, ref.version);
}

absl::Status Fail(JobStore& jobs, const internal::v1::FailJobRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const WorkerAttempt running, ParseAttempt(request.attempt()));
  const absl::Status error = FromRpcStatus(request.error());
  return jobs.Fail(running, error.ok() ? absl::UnknownError("the worker gave no reason") : error);
}

}  // namespace

grpc::ServerUnaryReactor* WorkerService::GetAssignment(
    grpc::CallbackServerContext* context, const internal::v1::GetAssignmentRequest* request,
    Assignment* response) {
  return serin::Finish(context, response, Assign(*jobs_, *store_, request->attempt()));
}

grpc::ServerUnaryReactor* WorkerService::ReportProgress(
    grpc::CallbackServerContext* context, const internal::v1::ReportProgressRequest* request,
    internal::v1::ReportProgressResponse* response) {
  return serin::Finish(context, response, Report(*jobs_, *request));
}

grpc::ServerWriteReactor<ReadBundleResponse>* WorkerService::ReadBundle(
    grpc::CallbackServerContext*, const ReadBundleRequest* request) {
  const absl::StatusOr<v1::ModelVersion> version = VersionToRead(*jobs_, *store_, *request);
  if (!version.ok()) {
    return FinishWithError<grpc::ServerWriteReactor<ReadBundleResponse>>(version.status());
  }
  return new SendBundleCall<ReadBundleResponse>(store_, request->attempt().project(),
                                                version->bundle_sha256());
}

grpc::ServerReadReactor<CompleteJobRequest>* WorkerService::CompleteJob(
    grpc::CallbackServerContext* context, google::protobuf::Empty*) {
  return new CompleteJobCall(context, jobs_, &completions_, max_bundle_bytes_);
}

grpc::ServerUnaryReactor* WorkerService::CompleteVerification(
    grpc::CallbackServerContext* context, const internal::v1::CompleteVerificationRequest* request,
    google::protobuf::Empty*) {
  return serin::Finish(context, Verified(*jobs_, *request));
}

grpc::ServerUnaryReactor* WorkerService::CompleteBatch(
    grpc::CallbackServerContext* context, const internal::v1::CompleteBatchRequest* request,
    google::protobuf::Empty*) {
  return serin::Finish(context, BatchWritten(*jobs_, *request));
}

grpc::ServerUnaryReactor* WorkerService::FailJob(grpc::CallbackServerContext* context,
                                                 const internal::v1::FailJobRequest* request,
                                                 google::protobuf::Empty*) {
  return serin::Finish(context, Fail(*jobs_, *request));
}

}  // namespace serin
