#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/lib/connection.h"
#include "core/base/errors.h"
#include "serin/client.h"

// Waiting for a job: the one call of a Client that outlives its connection.

namespace serin {
namespace {

constexpr absl::Duration kFirstRetryDelay = absl::Milliseconds(100);
constexpr absl::Duration kMaxRetryDelay = absl::Seconds(2);

bool IsFinal(v1::JobState state) {
  return state == v1::JOB_STATE_SUCCEEDED || state == v1::JOB_STATE_FAILED ||
         state == v1::JOB_STATE_CANCELLED;
}

// The job's own error, named as the job's.
absl::Status FailureOf(const v1::Job& job) {
  const auto code = static_cast<absl::StatusCode>(job.error().code());
  absl::Status failure(code == absl::StatusCode::kOk ? absl::StatusCode::kUnknown : code,
                       absl::StrCat(job.name(), " failed: ", job.error().message()));
  for (const auto& detail : job.error().details()) {
    failure.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return failure;
}

absl::StatusOr<v1::Job> ResultOf(v1::Job job) {
  if (job.state() == v1::JOB_STATE_FAILED) return FailureOf(job);
  if (job.state() == v1::JOB_STATE_CANCELLED) {
    return absl::CancelledError(absl::StrCat(job.name(), " was cancelled"));
  }
  return job;
}

// Decides how long a server that is away is tried again.
class Patience {
 public:
  Patience(absl::Duration limit, absl::Time deadline) : limit_(limit), deadline_(deadline) {}

  // The server was heard.
  void Reset() {
    delay_ = kFirstRetryDelay;
    away_since_ = absl::InfiniteFuture();
  }

  // Waits a little longer than the last time. False: it has been away for too long.
  bool Wait() {
    const absl::Time now = absl::Now();
    away_since_ = std::min(away_since_, now);
    if (now + delay_ > std::min(away_since_ + limit_, deadline_)) return false;
    absl::SleepFor(delay_);
    delay_ = std::min(2 * delay_, kMaxRetryDelay);
    return true;
  }

  // The error to end with once Wait() says no, where `last` is how the last attempt ended.
  absl::Status GivingUp(const absl::Status& last) const {
    if (deadline_ < away_since_ + limit_) {
      return absl::DeadlineExceededError(
          absl::StrCat("the job has not ended in time; the last attempt to watch it: ",
                       last.ok() ? "the stream ended" : last.message()));
    }
    return last.ok() ? absl::UnavailableError("the server ends the watch of a running job") : last;
  }

 private:
  const absl::Duration limit_;
  const absl::Time deadline_;
  absl::Duration delay_ = kFirstRetryDelay;
  absl::Time away_since_ = absl::InfiniteFuture();
};

// The stream was cut off before its job ended. Errors without a reason are not the server's but
// those of a connection that broke.
bool IsDropped(const absl::Status& outcome) {
  const bool broken =
      ReasonOf(outcome).empty() && (absl::IsUnknown(outcome) || absl::IsInternal(outcome));
  return outcome.ok() || absl::IsUnavailable(outcome) || broken;
}

}  // namespace

absl::StatusOr<v1::Job> Client::WaitForJob(absl::string_view job, const JobProgressFn& progress,
                                           const WaitOptions& options) const {
  const absl::Time deadline = absl::Now() + options.timeout;
  Patience patience(options.unavailable_timeout, deadline);
  v1::WatchJobRequest request;
  request.set_name(std::string(job));
  while (true) {
    Call call(connection_->project(), deadline - absl::Now());
    const auto reader = connection_->training().WatchJob(call.context(), request);
    v1::Job latest;
    while (reader->Read(&latest)) {
      patience.Reset();
      if (progress) progress(latest);
    }
    const absl::Status outcome = call.Outcome(reader->Finish());
    if (IsFinal(latest.state())) return ResultOf(std::move(latest));
    if (!IsDropped(outcome)) return outcome;
    if (!patience.Wait()) return patience.GivingUp(outcome);
  }
}

}  // namespace serin
