#include "server/control/job_scheduler.h"

#include <optional>
#include <string>
#include <utility>

#include "server/rpc/log.h"

namespace serin {

JobScheduler::JobScheduler(JobStore* jobs, WorkerLauncher* launcher, int max_concurrent_jobs)
    : jobs_(jobs), launcher_(launcher), max_concurrent_jobs_(max_concurrent_jobs) {}

JobScheduler::~JobScheduler() { Drain(); }

void JobScheduler::Step() {
  while (LaunchOne()) {
  }
}

void JobScheduler::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void JobScheduler::Wake() {
  absl::MutexLock lock(&mutex_);
  awake_ = true;
}

void JobScheduler::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  // First the thread: from then on nothing is launched that KillAll would miss.
  if (thread_.joinable()) thread_.join();
  launcher_->KillAll();
  const auto none_left = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return running_ == 0; };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&none_left));
}

void JobScheduler::Loop() {
  while (AwaitWake()) Step();
}

bool JobScheduler::AwaitWake() {
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return awake_ || draining_; };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&ready));
  awake_ = false;
  return !draining_;
}

bool JobScheduler::TakeSlot() {
  absl::MutexLock lock(&mutex_);
  if (draining_ || running_ == max_concurrent_jobs_) return false;
  ++running_;
  return true;
}

bool JobScheduler::LaunchOne() {
  if (!TakeSlot()) return false;
  const absl::StatusOr<std::optional<WorkerAttempt>> next = jobs_->BeginNext();
  if (next.ok() && next->has_value()) {
    const WorkerAttempt& attempt = **next;
    LogEvent(LogLevel::kInfo, "job_attempt_begun",
             {{"project", attempt.project}, {"job", attempt.job}, {"attempt", attempt.number}});
    launcher_->Launch(attempt, [this, attempt](const absl::Status& how) { OnExit(attempt, how); });
    return true;
  }
  if (!next.ok()) {
    LogEvent(LogLevel::kError, "job_not_begun", {{"error", next.status().ToString()}});
  }
  absl::MutexLock lock(&mutex_);
  --running_;
  return false;
}

void JobScheduler::OnExit(const WorkerAttempt& attempt, const absl::Status& how) {
  // What the worker reported counts, however it ended after that: then the attempt is not the
  // running one any more, and losing it is refused.
  if (!Draining()) {
    const std::string reason(how.ok() ? "the worker ended without a result" : how.message());
    const absl::Status lost = jobs_->Lose(attempt, reason);
    if (!absl::IsAborted(lost)) {
      LogEvent(LogLevel::kWarning, "job_attempt_lost",
               {{"project", attempt.project},
                {"job", attempt.job},
                {"attempt", attempt.number},
                {"reason", reason},
                {"recorded", lost.ToString()}});
    }
  }
  // Last, as Drain lets the scheduler be destroyed when all slots are free.
  ReturnSlot();
}

bool JobScheduler::Draining() {
  absl::MutexLock lock(&mutex_);
  return draining_;
}

void JobScheduler::ReturnSlot() {
  absl::MutexLock lock(&mutex_);
  --running_;
  awake_ = true;
}

}  // namespace serin
