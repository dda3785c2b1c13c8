#include "server/control/watch_job.h"

#include <string>
#include <utility>

#include "core/base/errors.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr absl::Duration kReconnectDelay = absl::Seconds(1);

bool Same(const v1::Job& a, const v1::Job& b) {
  // Jobs hold no floating-point NaN and no unordered map outside `spec`, which never changes; a
  // difference in its encoding would only write the job once more.
  return a.SerializeAsString() == b.SerializeAsString();
}

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
  if (!Same(*job, written_)) return Write(*std::move(job));
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
