#include "server/control/job_state.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/clock.h"
#include "core/base/errors.h"

namespace serin {
namespace {

// Whether an event can happen in a state, and in which it can.
bool CanHappen(const AttemptBegun&, v1::JobState state) { return state == v1::JOB_STATE_QUEUED; }
bool CanHappen(const JobCancelled&, v1::JobState state) { return !IsFinal(state); }
template <typename Event>
bool CanHappen(const Event&, v1::JobState state) {
  return state == v1::JOB_STATE_RUNNING;
}
absl::string_view RightState(const AttemptBegun&) { return "queued"; }
absl::string_view RightState(const JobCancelled&) { return "queued or running"; }
template <typename Event>
absl::string_view RightState(const Event&) {
  return "running";
}

void End(v1::JobState state, absl::Time now, v1::Job* job) {
  job->set_state(state);
  *job->mutable_end_time() =
      ToProto(std::max({now, FromProto(job->create_time()), FromProto(job->start_time())}));
}

void Happen(const AttemptBegun& event, absl::Time now, v1::Job* job) {
  job->set_state(v1::JOB_STATE_RUNNING);
  job->set_attempt(job->attempt() + 1);
  job->set_memory_limit_bytes(event.memory_limit_bytes);
  *job->mutable_start_time() = ToProto(now);
}

void Happen(const JobSucceeded& event, absl::Time now, v1::Job* job) {
  End(v1::JOB_STATE_SUCCEEDED, now, job);
  job->set_model_version(event.model_version);
  job->mutable_progress()->set_fraction(1);
}

void Happen(const FinishRequested&, absl::Time now, v1::Job* job) {
  *job->mutable_cancel_time() = ToProto(now);
}

void Happen(const JobCancelled&, absl::Time now, v1::Job* job) {
  if (!job->has_cancel_time()) Happen(FinishRequested{}, now, job);
  End(v1::JOB_STATE_CANCELLED, now, job);
}

void Happen(const JobFailed& event, absl::Time now, v1::Job* job) {
  if (job->has_cancel_time() && absl::IsCancelled(event.error)) {
    return Happen(JobCancelled{}, now, job);
  }
  End(v1::JOB_STATE_FAILED, now, job);
  *job->mutable_error() = ToRpcStatus(event.error);
}

// What an attempt has found goes with it.
void QueueAgain(absl::Time now, v1::Job* job) {
  if (job->has_cancel_time()) return Happen(JobCancelled{}, now, job);
  job->set_state(v1::JOB_STATE_QUEUED);
  job->clear_progress();
  job->clear_leaderboard();
  job->clear_warnings();
}

void Happen(const AttemptLost& event, absl::Time now, v1::Job* job) {
  if (job->attempt() < kMaxAttempts || job->has_cancel_time()) return QueueAgain(now, job);
  Happen(JobFailed{absl::InternalError(absl::StrCat("given up after ", job->attempt(),
                                                    " attempts; in the last one ", event.how))},
         now, job);
}

void Happen(const AttemptReturned&, absl::Time now, v1::Job* job) {
  job->set_attempt(job->attempt() - 1);
  QueueAgain(now, job);
}

bool HasFoundSomething(const v1::Job& job) {
  const auto& trials = job.leaderboard().trials();
  return job.state() == v1::JOB_STATE_RUNNING &&
         std::any_of(trials.begin(), trials.end(),
                     [](const v1::Trial& trial) { return trial.has_score(); });
}

}  // namespace

absl::Status Advance(const JobEvent& event, absl::Time now, v1::Job* job) {
  if (!std::visit([&](const auto& e) { return CanHappen(e, job->state()); }, event)) {
    const absl::string_view right = std::visit([](const auto& e) { return RightState(e); }, event);
    return absl::FailedPreconditionError(
        absl::StrCat(job->name(), " must be ", right, ", is ", JobStateLabel(job->state())));
  }
  std::visit([&](const auto& e) { Happen(e, now, job); }, event);
  return absl::OkStatus();
}

std::optional<JobEvent> WhatCancelDoes(const v1::Job& job, bool keep_best) {
  if (!keep_best) return JobCancelled{};
  if (!job.spec().has_search()) return std::nullopt;
  if (!HasFoundSomething(job)) return JobCancelled{};
  if (job.has_cancel_time()) return std::nullopt;
  return FinishRequested{};
}

bool IsFinal(v1::JobState state) {
  return state == v1::JOB_STATE_SUCCEEDED || state == v1::JOB_STATE_FAILED ||
         state == v1::JOB_STATE_CANCELLED;
}

std::string JobStateLabel(v1::JobState state) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::JobState_Name(state), "JOB_STATE_"));
}

}  // namespace serin
