#include "server/worker/control_client.h"

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "server/rpc/call.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr size_t kChunkBytes = 1 << 20;
constexpr absl::Duration kCallTimeout = absl::Seconds(30);
constexpr absl::Duration kProgressTimeout = absl::Seconds(5);
constexpr absl::Duration kBundleTimeout = absl::Minutes(5);

void Prepare(const internal::v1::Attempt& attempt, absl::Duration timeout,
             grpc::ClientContext* context) {
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  SetProject(*context, attempt.project());
}

}  // namespace

ControlClient::ControlClient(const std::shared_ptr<grpc::Channel>& control,
                             internal::v1::Attempt attempt, Sleeper sleep)
    : stub_(internal::v1::WorkerService::NewStub(control)),
      attempt_(std::move(attempt)),
      sleep_(std::move(sleep)) {}

absl::StatusOr<internal::v1::Assignment> ControlClient::GetAssignment() {
  internal::v1::GetAssignmentRequest request;
  *request.mutable_attempt() = attempt_;
  internal::v1::Assignment assignment;
  SERIN_RETURN_IF_ERROR(RetryUnavailable(sleep_, [&] {
    grpc::ClientContext context;
    Prepare(attempt_, kCallTimeout, &context);
    return FromGrpc(stub_->GetAssignment(&context, request, &assignment));
  }));
  return assignment;
}

absl::Status ControlClient::ReportProgress(const v1::JobProgress& progress) {
  internal::v1::ReportProgressRequest request;
  *request.mutable_attempt() = attempt_;
  *request.mutable_progress() = progress;
  grpc::ClientContext context;
  Prepare(attempt_, kProgressTimeout, &context);
  internal::v1::ReportProgressResponse response;
  return FromGrpc(stub_->ReportProgress(&context, request, &response));
}

absl::Status ControlClient::CompleteJob(absl::string_view bundle) {
  return RetryUnavailable(sleep_, [&] { return SendBundle(bundle); });
}

absl::Status ControlClient::SendBundle(absl::string_view bundle) {
  grpc::ClientContext context;
  Prepare(attempt_, kBundleTimeout, &context);
  google::protobuf::Empty empty;
  const auto writer = stub_->CompleteJob(&context, &empty);
  internal::v1::CompleteJobRequest request;
  *request.mutable_attempt() = attempt_;
  bool open = writer->Write(request);
  for (size_t sent = 0; open && sent < bundle.size(); sent += kChunkBytes) {
    request.set_chunk(std::string(bundle.substr(sent, kChunkBytes)));
    open = writer->Write(request);
  }
  writer->WritesDone();
  // Where a write has failed, this says why.
  return FromGrpc(writer->Finish());
}

absl::Status ControlClient::FailJob(const absl::Status& error) {
  internal::v1::FailJobRequest request;
  *request.mutable_attempt() = attempt_;
  *request.mutable_error() = ToRpcStatus(error);
  return RetryUnavailable(sleep_, [&] {
    grpc::ClientContext context;
    Prepare(attempt_, kCallTimeout, &context);
    google::protobuf::Empty empty;
    return FromGrpc(stub_->FailJob(&context, request, &empty));
  });
}

}  // namespace serin
