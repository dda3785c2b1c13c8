#include "server/control/job_state.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/clock.h"
#include "core/base/errors.h"

namespace serin {
namespace {

// The state in which an event can happen.
constexpr v1::JobState Before(const AttemptBegun&) { return v1::JOB_STATE_QUEUED; }
template <typename Event>
constexpr v1::JobState Before(const Event&) {
  return v1::JOB_STATE_RUNNING;
}

void End(v1::JobState state, absl::Time now, v1::Job* job) {
  job->set_state(state);
  *job->mutable_end_time() = ToProto(now);
}

void Happen(const AttemptBegun&, absl::Time now, v1::Job* job) {
  job->set_state(v1::JOB_STATE_RUNNING);
  job->set_attempt(job->attempt() + 1);
  job->clear_progress();
  *job->mutable_start_time() = ToProto(now);
}

void Happen(const JobSucceeded& event, absl::Time now, v1::Job* job) {
  End(v1::JOB_STATE_SUCCEEDED, now, job);
  job->set_model_version(event.model_version);
  job->mutable_progress()->set_fraction(1);
}

void Happen(const JobFailed& event, absl::Time now, v1::Job* job) {
  End(v1::JOB_STATE_FAILED, now, job);
  *job->mutable_error() = ToRpcStatus(event.error);
}

void Happen(const AttemptLost& event, absl::Time now, v1::Job* job) {
  if (job->attempt() >= kMaxAttempts) {
    Happen(JobFailed{absl::InternalError(absl::StrCat("given up after ", job->attempt(),
                                                      " attempts; in the last one ", event.how))},
           now, job);
    return;
  }
  job->set_state(v1::JOB_STATE_QUEUED);
  job->clear_progress();
}

}  // namespace

absl::Status Advance(const JobEvent& event, absl::Time now, v1::Job* job) {
  const v1::JobState before = std::visit([](const auto& e) { return Before(e); }, event);
  if (job->state() != before) {
    return absl::FailedPreconditionError(absl::StrCat(
        job->name(), " must be ", JobStateLabel(before), ", is ", JobStateLabel(job->state())));
  }
  std::visit([&](const auto& e) { Happen(e, now, job); }, event);
  return absl::OkStatus();
}

bool IsFinal(v1::JobState state) {
  return state == v1::JOB_STATE_SUCCEEDED || state == v1::JOB_STATE_FAILED ||
         state == v1::JOB_STATE_CANCELLED;
}

std::string JobStateLabel(v1::JobState state) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::JobState_Name(state), "JOB_STATE_"));
}

}  // namespace serin
