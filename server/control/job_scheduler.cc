#include "server/control/job_scheduler.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/log.h"

namespace serin {
namespace {

// How exact JobSchedulerOptions::silence_limit is.
constexpr absl::Duration kStepInterval = absl::Seconds(1);

}  // namespace

JobScheduler::JobScheduler(JobStore* jobs, WorkerLauncher* launcher, const Clock* clock,
                           const JobSchedulerOptions& options)
    : jobs_(jobs),
      launcher_(launcher),
      clock_(clock),
      options_(options),
      silence_(options.silence_limit),
      stepper_([this] { Step(); }, kStepInterval) {
  stepper_.Wake();
}

JobScheduler::~JobScheduler() { Drain(); }

void JobScheduler::Step() {
  KillSilent();
  while (LaunchOne()) {
  }
}

void JobScheduler::Kill(const JobId& id) {
  std::vector<WorkerAttempt> attempts;
  {
    absl::MutexLock lock(&mutex_);
    for (const WorkerAttempt& attempt : workers_) {
      if (IdOf(attempt) == id) attempts.push_back(attempt);
    }
  }
  for (const WorkerAttempt& attempt : attempts) launcher_->Kill(attempt);
}

void JobScheduler::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  // First the thread: from then on nothing is launched that KillAll would miss.
  stepper_.Stop();
  launcher_->KillAll();
  const auto none_left = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return taken_ == 0; };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&none_left));
}

void JobScheduler::KillSilent() {
  std::vector<WorkerAttempt> silent;
  {
    absl::MutexLock lock(&mutex_);
    silent = silence_.Look(clock_->Now(), [this](const WorkerAttempt& attempt) {
      return jobs_->SignsOfLife(attempt);
    });
  }
  for (const WorkerAttempt& attempt : silent) launcher_->Kill(attempt);
}

bool JobScheduler::LaunchOne() {
  if (!TakeSlot()) return false;
  const absl::StatusOr<std::optional<WorkerAttempt>> next = jobs_->BeginNext();
  if (next.ok() && next->has_value()) {
    Launch(**next);
    return true;
  }
  if (!next.ok()) {
    LogEvent(LogLevel::kError, "job_not_begun", {{"error", next.status().ToString()}});
  }
  ReturnSlot();
  return false;
}

void JobScheduler::Launch(const WorkerAttempt& attempt) {
  LogEvent(LogLevel::kInfo, "job_attempt_begun",
           {{"project", attempt.project}, {"job", attempt.job}, {"attempt", attempt.number}});
  {
    absl::MutexLock lock(&mutex_);
    workers_.insert(attempt);
    silence_.Begin(attempt);
  }
  launcher_->Launch(attempt, [this, attempt](const absl::Status& how) { OnExit(attempt, how); });
}

bool JobScheduler::TakeSlot() {
  absl::MutexLock lock(&mutex_);
  if (draining_ || taken_ == options_.max_concurrent_jobs) return false;
  ++taken_;
  return true;
}

void JobScheduler::ReturnSlot() {
  absl::MutexLock lock(&mutex_);
  --taken_;
}

void JobScheduler::OnExit(const WorkerAttempt& attempt, const absl::Status& how) {
  // What the worker reported counts, however it ended after that: then the attempt is not the
  // running one any more, and recording its end is refused.
  const absl::Status recorded = Record(attempt, how);
  if (!absl::IsAborted(recorded)) LogEnd(attempt, how, recorded);
  absl::MutexLock lock(&mutex_);
  // Not before, or the step would find no slot; not after, as Drain lets the scheduler be destroyed
  // when all slots are free.
  --taken_;
  stepper_.Wake();
}

void JobScheduler::LogEnd(const WorkerAttempt& attempt, const absl::Status& how,
                          const absl::Status& recorded) {
  const bool returned = Draining() && recorded.ok();
  LogEvent(returned ? LogLevel::kInfo : LogLevel::kWarning,
           returned ? "job_attempt_returned" : "job_attempt_lost",
           {{"project", attempt.project},
            {"job", attempt.job},
            {"attempt", attempt.number},
            {"reason", how.ToString()},
            {"recorded", recorded.ToString()}});
}

absl::Status JobScheduler::Record(const WorkerAttempt& attempt, const absl::Status& how) {
  bool silent = false;
  {
    absl::MutexLock lock(&mutex_);
    workers_.erase(attempt);
    silent = silence_.End(attempt);
  }
  if (Draining()) return jobs_->Return(attempt);
  // More memory would help; another attempt would not.
  if (absl::IsResourceExhausted(how)) return jobs_->Fail(attempt, how);
  if (silent) {
    return jobs_->Lose(
        attempt, absl::StrCat("the worker said nothing for ",
                              absl::FormatDuration(options_.silence_limit), " and was ended"));
  }
  return jobs_->Lose(attempt,
                     how.ok() ? "the worker ended without a result" : std::string(how.message()));
}

bool JobScheduler::Draining() {
  absl::MutexLock lock(&mutex_);
  return draining_;
}

}  // namespace serin
