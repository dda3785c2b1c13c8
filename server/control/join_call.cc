#include "server/control/join_call.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "core/base/errors.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

using internal::v1::JoinRequest;
using internal::v1::MemberHello;

constexpr absl::Duration kRejoinDelay = absl::Seconds(1);

}  // namespace

JoinCall::JoinCall(grpc::CallbackServerContext* context, ClusterPublisher* publisher)
    : context_(context), publisher_(publisher) {
  StartRead(&request_);
}

void JoinCall::OnReadDone(bool ok) {
  if (!ok) return Close(absl::OkStatus());
  if (const absl::Status taken = Take(); !taken.ok()) return Close(taken);
  ReadNext();
}

void JoinCall::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok && !closing_) closing_ = absl::CancelledError("the member has left");
  Advance();
}

void JoinCall::OnDone() {
  member_.reset();
  delete this;
}

absl::Status JoinCall::Take() {
  const bool first = member_ == nullptr;
  if (first != request_.has_hello()) {
    return InvalidField("event", first ? "the first message must be `hello`"
                                       : "only the first message may be `hello`");
  }
  switch (request_.event_case()) {
    case JoinRequest::kHello:
      return TakeHello();
    case JoinRequest::kApplied:
      member_->Applied(request_.applied().revision());
      break;
    case JoinRequest::kReport:
      member_->Report(std::move(*request_.mutable_report()));
      break;
    case JoinRequest::kLoad:
      member_->ReportLoad(request_.load().load());
      break;
    case JoinRequest::kDistributions:
      member_->ReportDistributions(std::move(*request_.mutable_distributions()));
      break;
    case JoinRequest::EVENT_NOT_SET:
      break;  // From a newer member, which can do without an answer to it.
  }
  return absl::OkStatus();
}

absl::Status JoinCall::TakeHello() {
  const MemberHello& hello = request_.hello();
  if (hello.role() != MemberHello::ROLE_PROXY && hello.role() != MemberHello::ROLE_PREDICT) {
    return InvalidField("hello.role", "must be ROLE_PROXY or ROLE_PREDICT");
  }
  auto member = publisher_->Join(hello, [this] { OnChange(); });
  {
    absl::MutexLock lock(&mutex_);
    member_ = std::move(member);
  }
  // For what changed between the two.
  OnChange();
  return absl::OkStatus();
}

void JoinCall::OnChange() {
  absl::MutexLock lock(&mutex_);
  if (member_ == nullptr) return;
  if (member_->dismissed()) EndNow(absl::OkStatus());
  if (publisher_->draining()) EndNow(UnavailableRetryAfter("control is stopping", kRejoinDelay));
  Advance();
}

void JoinCall::EndNow(const absl::Status& status) {
  if (closing_) return;
  closing_ = status;
  if (writing_) context_->TryCancel();
}

void JoinCall::Close(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (!closing_) closing_ = status;
  Advance();
}

void JoinCall::Advance() {
  if (writing_ || finished_) return;
  if (closing_) {
    finished_ = true;
    Finish(ToGrpc(*closing_));
    return;
  }
  if (member_ == nullptr) return;
  ClusterPublisher::State newest = member_->state();
  if (newest == written_) return;
  written_ = std::move(newest);
  writing_ = true;
  StartWrite(written_.get());
}

void JoinCall::ReadNext() {
  absl::MutexLock lock(&mutex_);
  if (!finished_) StartRead(&request_);
}

}  // namespace serin
