#include "server/worker/control_client.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
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

absl::StatusOr<internal::v1::ReportProgressResponse> ControlClient::ReportProgress(
    internal::v1::ReportProgressRequest request) {
  *request.mutable_attempt() = attempt_;
  grpc::ClientContext context;
  Prepare(attempt_, kProgressTimeout, &context);
  internal::v1::ReportProgressResponse response;
  SERIN_RETURN_IF_ERROR(FromGrpc(stub_->ReportProgress(&context, request, &response)));
  return response;
}

absl::StatusOr<std::string> ControlClient::ReadBundle(const std::string& model_version) {
  internal::v1::ReadBundleRequest request;
  *request.mutable_attempt() = attempt_;
  request.set_model_version(model_version);
  absl::StatusOr<std::string> bundle;
  SERIN_RETURN_IF_ERROR(RetryUnavailable(sleep_, [&] {
    bundle = ReceiveBundle(request);
    return bundle.status();
  }));
  return bundle;
}

absl::StatusOr<std::string> ControlClient::ReceiveBundle(
    const internal::v1::ReadBundleRequest& request) {
  grpc::ClientContext context;
  Prepare(attempt_, kBundleTimeout, &context);
  const auto reader = stub_->ReadBundle(&context, request);
  internal::v1::ReadBundleResponse response;
  std::string bundle;
  while (reader->Read(&response)) {
    bundle += response.chunk();
    if (bundle.size() <= kMaxBundleBytes) continue;
    context.TryCancel();
    return absl::InternalError(
        absl::StrCat(request.model_version(), " is larger than ", kMaxBundleBytes, " bytes"));
  }
  SERIN_RETURN_IF_ERROR(FromGrpc(reader->Finish()));
  return bundle;
}

absl::Status ControlClient::CompleteJob(absl::string_view bundle,
                                        internal::v1::CompleteJobRequest head) {
  *head.mutable_attempt() = attempt_;
  return RetryUnavailable(sleep_, [&] { return SendBundle(bundle, head); });
}

absl::Status ControlClient::SendBundle(absl::string_view bundle,
                                       const internal::v1::CompleteJobRequest& head) {
  grpc::ClientContext context;
  Prepare(attempt_, kBundleTimeout, &context);
  google::protobuf::Empty empty;
  const auto writer = stub_->CompleteJob(&context, &empty);
  bool open = writer->Write(head);
  internal::v1::CompleteJobRequest request;
  for (size_t sent = 0; open && sent < bundle.size(); sent += kChunkBytes) {
    request.set_chunk(std::string(bundle.substr(sent, kChunkBytes)));
    open = writer->Write(request);
  }
  writer->WritesDone();
  // Where a write has failed, this says why.
  return FromGrpc(writer->Finish());
}

absl::Status ControlClient::CompleteVerification(const v1::Verification& verification) {
  internal::v1::CompleteVerificationRequest request;
  *request.mutable_attempt() = attempt_;
  *request.mutable_verification() = verification;
  return RetryUnavailable(sleep_, [&] {
    grpc::ClientContext context;
    Prepare(attempt_, kCallTimeout, &context);
    google::protobuf::Empty empty;
    return FromGrpc(stub_->CompleteVerification(&context, request, &empty));
  });
}

absl::Status ControlClient::CompleteBatch(int64_t rows) {
  internal::v1::CompleteBatchRequest request;
  *request.mutable_attempt() = attempt_;
  request.set_rows(rows);
  return RetryUnavailable(sleep_, [&] {
    grpc::ClientContext context;
    Prepare(attempt_, kCallTimeout, &context);
    google::protobuf::Empty empty;
    return FromGrpc(stub_->CompleteBatch(&context, request, &empty));
  });
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
