#include "server/control/watch_job.h"

#include <utility>

#include "core/base/errors.h"
#include "google/protobuf/util/message_differencer.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr absl::Duration kReconnectDelay = absl::Seconds(1);

}  // namespace

// grpc does not call OnDone before the handler that made this has returned it.
WatchJobCall::WatchJobCall(JobStore* jobs, JobId id, const std::atomic<bool>* draining)
    : jobs_(jobs), id_(std::move(id)), draining_(draining) {
  subscription_ = jobs_->Watch(id_, [this] { OnChange(); });
  OnChange();
}

void WatchJobCall::OnChange() {
  absl::MutexLock lock(&mutex_);
  Advance();
}

void WatchJobCall::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  cancelled_ |= !ok;
  Advance();
}

void WatchJobCall::OnCancel() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  Advance();
}

void WatchJobCall::OnDone() {
  subscription_.reset();
  delete this;
}

void WatchJobCall::Advance() {
  if (writing_ || finished_) return;
  if (cancelled_) return End(absl::CancelledError("the caller has left"));
  if (*draining_) return End(UnavailableRetryAfter("the server is stopping", kReconnectDelay));
  absl::StatusOr<v1::Job> job = jobs_->Get(id_);
  if (!job.ok()) return End(job.status());
  // Not by their bytes: maps have no order there.
  if (!MessageDifferencer::Equals(*job, written_)) return Write(*std::move(job));
  if (IsFinal(written_.state())) End(absl::OkStatus());
}

void WatchJobCall::End(const absl::Status& status) {
  finished_ = true;
  Finish(ToGrpc(status));
}

void WatchJobCall::Write(v1::Job job) {
  written_ = std::move(job);
  writing_ = true;
  StartWrite(&written_);
}

}  // namespace serin
