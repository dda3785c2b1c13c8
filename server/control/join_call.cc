#include "server/control/join_call.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "core/base/errors.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

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
  if (first) {
    member_ = publisher_->Join([this] { OnChange(); });
    OnChange();
  } else {
    member_->Report(std::move(*request_.mutable_applied()));
  }
  return absl::OkStatus();
}

void JoinCall::OnChange() {
  absl::MutexLock lock(&mutex_);
  if (publisher_->draining() && !closing_) {
    closing_ = UnavailableRetryAfter("control is stopping", kRejoinDelay);
    // A member that does not read must not hold up the end.
    if (writing_) context_->TryCancel();
  }
  Advance();
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
  ClusterPublisher::State newest = publisher_->state();
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
