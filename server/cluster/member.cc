#include "server/cluster/member.h"

#include <algorithm>
#include <utility>

namespace serin {

ClusterMember::ClusterMember(std::shared_ptr<grpc::Channel> control,
                             internal::v1::MemberHello hello, ApplyFn apply, RejoinBackoff backoff)
    : control_(internal::v1::ClusterService::NewStub(std::move(control))),
      hello_(std::move(hello)),
      apply_(std::move(apply)),
      backoff_(backoff) {
  join_thread_ = std::thread([this] { JoinLoop(); });
  apply_thread_ = std::thread([this] { ApplyLoop(); });
}

ClusterMember::~ClusterMember() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    if (session_ != nullptr) session_->TryCancel();
  }
  join_thread_.join();
  apply_thread_.join();
}

void ClusterMember::JoinLoop() {
  absl::Duration pause = backoff_.min;
  do {
    if (RunSession()) pause = backoff_.min;
    pause = std::min(pause, backoff_.max);
  } while (Pause(std::exchange(pause, pause * 2)));
}

bool ClusterMember::RunSession() {
  grpc::ClientContext context;
  // While control is down the call waits for the channel to reconnect, instead of failing again
  // and again.
  context.set_wait_for_ready(true);
  if (!BeginSession(&context)) return false;
  const std::unique_ptr<Stream> stream = control_->Join(&context);
  internal::v1::JoinRequest hello;
  *hello.mutable_hello() = hello_;
  bool received = false;
  if (stream->Write(hello)) {
    {
      absl::MutexLock lock(&stream_mutex_);
      stream_ = stream.get();
    }
    internal::v1::ClusterState state;
    while (stream->Read(&state)) {
      received = true;
      Offer(std::move(state));
      state.Clear();
    }
  }
  // A server that ended the stream may have left our side open; nothing more will be read.
  context.TryCancel();
  EndSession();
  stream->Finish();
  return received;
}

bool ClusterMember::BeginSession(grpc::ClientContext* context) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return false;
  session_ = context;
  return true;
}

void ClusterMember::EndSession() {
  {
    absl::MutexLock lock(&stream_mutex_);
    stream_ = nullptr;
  }
  absl::MutexLock lock(&mutex_);
  session_ = nullptr;
}

void ClusterMember::Offer(internal::v1::ClusterState state) {
  absl::MutexLock lock(&mutex_);
  newest_ = std::move(state);
}

bool ClusterMember::Pause(absl::Duration duration) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), duration);
}

void ClusterMember::ApplyLoop() {
  while (const std::optional<internal::v1::ClusterState> state = TakeNewest()) {
    Answer(apply_(*state));
  }
}

std::optional<internal::v1::ClusterState> ClusterMember::TakeNewest() {
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || newest_.has_value();
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&ready));
  if (stopping_) return std::nullopt;
  return std::exchange(newest_, std::nullopt);
}

void ClusterMember::Answer(internal::v1::AppliedState applied) {
  internal::v1::JoinRequest request;
  *request.mutable_applied() = std::move(applied);
  absl::MutexLock lock(&stream_mutex_);
  // Without a session there is nobody to tell: the next one brings the state again. A write that
  // fails means that the session is ending.
  if (stream_ != nullptr) stream_->Write(request);
}

}  // namespace serin
