#include "server/proxy/forwarder.h"

#include <utility>

#include "server/rpc/status.h"

// The rules of grpc's callback API that this depends on: reactions may run concurrently with each
// other and with the functions that start operations, but OnDone comes after all of them; a failed
// operation fails all later ones of its kind; Finish happens exactly once, when no write is under
// way; starting an operation never runs a reaction before it returns.

namespace serin {

Forwarder::Forwarder(grpc::GenericCallbackServerContext* context, std::unique_ptr<CallPlan> plan)
    : context_(context), plan_(std::move(plan)) {
  if (plan_->needs_first_message()) {
    StartRead(&request_);
  } else {
    Connect(/*first_message=*/nullptr);
  }
}

void Forwarder::Connect(const grpc::ByteBuffer* first_message) {
  absl::StatusOr<Destination> destination = plan_->Choose(first_message);
  if (!destination.ok()) return FinishWith(ToGrpc(destination.status()));
  ForwardRequestMetadata(*context_, destination->metadata, &upstream_context_);
  upstream_context_.set_deadline(context_->raw_deadline());
  destination->stub->PrepareBidiStreamingCall(&upstream_context_, context_->method(),
                                              /*options=*/{}, &upstream_);
  upstream_.AddMultipleHolds(2);
  {
    absl::MutexLock lock(&mutex_);
    requests_ = first_message ? Requests::kWriting : Requests::kReading;
  }
  if (first_message) {
    upstream_.StartWrite(&request_);
  } else {
    StartRead(&request_);
  }
  upstream_.StartCall();  // Last: from here on the call may end, and this be destroyed.
}

void Forwarder::FinishWith(const grpc::Status& status) {
  result_.status = status;
  Finish(status);
}

void Forwarder::Abort(const absl::Status& error) {
  {
    absl::MutexLock lock(&mutex_);
    abort_ = error;
  }
  upstream_context_.TryCancel();
}

void Forwarder::OnCancel() { upstream_context_.TryCancel(); }

void Forwarder::OnDone() {
  plan_->OnDone(result_);
  delete this;
}

// --- Requests: from the caller to the upstream.

void Forwarder::OnReadDone(bool ok) {
  if (ok) result_.bytes_in += request_.Length();
  Requests before;
  {
    absl::MutexLock lock(&mutex_);
    before = requests_;
    if (before == Requests::kReading) requests_ = Requests::kWriting;
  }
  if (before == Requests::kFirst) {
    OnFirstMessage(ok);
  } else if (before == Requests::kReading) {
    OnNextMessage(ok);
  }
}

void Forwarder::OnFirstMessage(bool ok) {
  if (ok) {
    const absl::Status size = plan_->CheckSize(request_.Length());
    return size.ok() ? Connect(&request_) : FinishWith(ToGrpc(size));
  }
  if (context_->IsCancelled()) return FinishWith(plan_->Explain(grpc::Status::CANCELLED));
  FinishWith(ToGrpc(absl::InvalidArgumentError("the call ended without a request message")));
}

void Forwarder::OnNextMessage(bool ok) {
  if (ok) return ForwardRequest();
  if (!context_->IsCancelled()) return upstream_.StartWritesDone();
  // The caller has gone away. A half-close would let the upstream take what it has for everything.
  upstream_context_.TryCancel();
  EndRequests();
}

void Forwarder::ForwardRequest() {
  const absl::Status size = plan_->CheckSize(request_.Length());
  if (size.ok()) return upstream_.StartWrite(&request_);
  Abort(size);
  EndRequests();
}

void Forwarder::Upstream::OnWriteDone(bool ok) { forwarder_.OnRequestForwarded(ok); }
void Forwarder::Upstream::OnWritesDoneDone(bool) { forwarder_.EndRequests(); }

void Forwarder::OnRequestForwarded(bool ok) {
  bool go_on;
  {
    absl::MutexLock lock(&mutex_);
    go_on = ok && !responses_ended_;
    if (go_on) requests_ = Requests::kReading;
  }
  // Runs in a reaction of the upstream, so that its OnDone cannot come in between.
  go_on ? StartRead(&request_) : EndRequests();
}

void Forwarder::EndRequests() {
  {
    absl::MutexLock lock(&mutex_);
    requests_ = Requests::kClosed;
  }
  upstream_.RemoveHold();
}

// --- Responses: from the upstream to the caller.

// The first read waits for the initial metadata: a message that overtook it could not be preceded
// by it any more.
void Forwarder::Upstream::OnReadInitialMetadataDone(bool ok) {
  if (ok) {
    ForwardInitialMetadata(forwarder_.upstream_context_, forwarder_.context_);
    forwarder_.StartSendInitialMetadata();
  }
  StartRead(&forwarder_.response_);
}

void Forwarder::Upstream::OnReadDone(bool ok) {
  if (!ok) return forwarder_.EndResponses();
  forwarder_.result_.bytes_out += forwarder_.response_.Length();
  forwarder_.StartWrite(&forwarder_.response_);
}

void Forwarder::OnWriteDone(bool ok) {
  if (ok) return upstream_.StartRead(&response_);
  upstream_context_.TryCancel();  // Nobody wants the rest.
  EndResponses();
}

void Forwarder::EndResponses() {
  bool end_requests;
  {
    absl::MutexLock lock(&mutex_);
    responses_ended_ = true;
    end_requests = requests_ == Requests::kReading;
    if (end_requests) requests_ = Requests::kClosed;
  }
  if (end_requests) upstream_.RemoveHold();
  upstream_.RemoveHold();  // Last: the call may end here, and this be destroyed.
}

void Forwarder::Upstream::OnDone(const grpc::Status& status) { forwarder_.OnUpstreamDone(status); }

void Forwarder::OnUpstreamDone(const grpc::Status& status) {
  absl::Status abort;
  {
    absl::MutexLock lock(&mutex_);
    abort = abort_;
  }
  if (!abort.ok()) return FinishWith(ToGrpc(abort));
  ForwardTrailingMetadata(upstream_context_, context_);
  FinishWith(plan_->Explain(status));
}

}  // namespace serin
