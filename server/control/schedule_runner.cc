#include "server/control/schedule_runner.h"

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/control/schedule_fields.h"
#include "server/rpc/log.h"

namespace serin {
namespace {

using internal::v1::ScheduleRecord;

// Not the run's fault, and likely over soon.
bool IsPassing(const absl::Status& error) {
  return absl::IsUnavailable(error) || absl::IsDeadlineExceeded(error) ||
         absl::IsResourceExhausted(error);
}

void Log(LogLevel level, absl::string_view event, const ScheduleId& id, absl::string_view what) {
  LogEvent(level, event, {{"project", id.first}, {"schedule", id.second}, {"what", what}});
}

// ABORTED: the schedule has changed meanwhile; the next step sees it as it is.
void LogUnlessChanged(const ScheduleId& id, const absl::Status& status) {
  if (status.ok() || absl::IsAborted(status)) return;
  Log(LogLevel::kError, "schedule_run_not_recorded", id, status.ToString());
}

}  // namespace

void ScheduleRunner::Step() {
  const absl::Time now = clock_->Now();
  // A clock that was set back does not keep datasets from being asked.
  poll_ = Poll{.wanted = now >= next_poll_ || next_poll_ > now + kPollInterval};
  if (poll_.wanted) next_poll_ = now + kPollInterval;
  const std::map<ScheduleId, SchedulePtr> all = schedules_->All();
  for (auto it = watched_.begin(); it != watched_.end();) {
    it = all.count(it->first) == 0 ? watched_.erase(it) : std::next(it);
  }
  for (const auto& [id, seen] : all) {
    if (!seen->schedule().paused()) Consider(id, seen, now);
  }
}

void ScheduleRunner::Consider(const ScheduleId& id, const SchedulePtr& seen, absl::Time now) {
  if (CorrectClock(id, seen, now)) return;
  Watched& watched = Watch(id, seen);
  const absl::StatusOr<std::optional<Run>> due = DueRun(id, watched, now);
  if (!due.ok()) return;
  if (!due->has_value() && watched.next && now >= *watched.next) return Miss(id, seen, now);
  if (!due->has_value() && !seen->has_queued_run()) return;
  const absl::StatusOr<bool> busy = runs_->IsBusy(id, seen->schedule());
  if (!busy.ok())
    return Log(LogLevel::kError, "schedule_job_unknown", id, busy.status().ToString());
  if (due->has_value()) return Make(id, watched, **due, *busy, now);
  if (!*busy) Make(id, watched, Run{.due = FromProto(seen->queued_run())}, *busy, now);
}

ScheduleRunner::Watched& ScheduleRunner::Watch(const ScheduleId& id, const SchedulePtr& seen) {
  Watched& watched = watched_[id];
  if (watched.seen == seen) return watched;
  watched = Watched{.seen = seen};
  const auto next = NextCronRun(seen->schedule(), FromProto(seen->considered_until()));
  if (next.ok()) {
    watched.next = *next;
  } else {
    // It was checked when it was stored; since then a time zone has gone.
    Log(LogLevel::kError, "schedule_without_times", id, next.status().ToString());
  }
  return watched;
}

bool ScheduleRunner::CorrectClock(const ScheduleId& id, const SchedulePtr& seen, absl::Time now) {
  if (FromProto(seen->considered_until()) <= now + kMaxClockError) return false;
  Log(LogLevel::kWarning, "schedule_clock_set_back", id,
      absl::FormatTime(FromProto(seen->considered_until())));
  ScheduleRecord changed = *seen;
  *changed.mutable_considered_until() = ToProto(now);
  LogUnlessChanged(id, schedules_->Replace(id, seen, std::move(changed)).status());
  return true;
}

absl::StatusOr<std::optional<Run>> ScheduleRunner::DueRun(const ScheduleId& id,
                                                          const Watched& watched, absl::Time now) {
  if (watched.seen->schedule().has_new_version()) return DueVersion(id, watched.seen, now);
  if (!watched.next || now < *watched.next) return std::nullopt;
  return DueCronRun(*watched.seen, now);
}

void ScheduleRunner::Miss(const ScheduleId& id, const SchedulePtr& seen, absl::Time now) {
  const absl::StatusOr<std::optional<Run>> missed = MissedCronRun(*seen, now);
  if (!missed.ok() || !missed->has_value()) return;
  LogUnlessChanged(id, runs_->Miss(id, seen, **missed));
}

absl::StatusOr<std::optional<Run>> ScheduleRunner::DueVersion(const ScheduleId& id,
                                                              const SchedulePtr& seen,
                                                              absl::Time now) {
  if (!poll_.wanted || poll_.unreachable) return std::nullopt;
  const v1::Schedule& schedule = seen->schedule();
  SERIN_ASSIGN_OR_RETURN(const std::string dataset,
                         ParseDatasetName(InputFieldOf(schedule), InputOf(schedule)));
  const absl::StatusOr<v1::Dataset>& found = Ask(id.first, dataset);
  if (!found.ok()) return std::nullopt;  // Away, or not there: no new version is known.
  const int32_t newest = found->latest_version();
  if (newest <= SeenVersion(*seen, *found)) return std::nullopt;
  const auto version = datasets_->GetVersion(id.first, DatasetVersionName(dataset, newest));
  if (!version.ok()) return std::nullopt;
  const absl::Time due = DueVersionRun(schedule.new_version(), *version);
  if (now < due) return std::nullopt;
  return Run{.due = due, .dataset_version = newest};
}

const absl::StatusOr<v1::Dataset>& ScheduleRunner::Ask(const std::string& project,
                                                       const std::string& dataset) {
  const auto [it, first] = poll_.datasets.try_emplace({project, dataset}, v1::Dataset());
  if (first) it->second = datasets_->GetDataset(project, dataset);
  poll_.unreachable = !it->second.ok() && IsPassing(it->second.status());
  return it->second;
}

void ScheduleRunner::Make(const ScheduleId& id, Watched& watched, const Run& run, bool busy,
                          absl::Time now) {
  const RunAction action = ActionFor(watched.seen->schedule().overlap(), busy);
  switch (action) {
    case RunAction::kSkip:
      return LogUnlessChanged(id, runs_->Skip(id, watched.seen, run));
    case RunAction::kWait:
      // A new version is there for as long as it takes.
      if (run.dataset_version != 0) return;
      return LogUnlessChanged(id, runs_->Wait(id, watched.seen, run));
    case RunAction::kStart:
    case RunAction::kReplace:
      return Begin(id, watched, run, action, now);
  }
}

void ScheduleRunner::Begin(const ScheduleId& id, Watched& watched, const Run& run, RunAction action,
                           absl::Time now) {
  const absl::StatusOr<v1::Job> job = action == RunAction::kReplace
                                          ? runs_->StartInstead(id, watched.seen, run)
                                          : runs_->Start(id, watched.seen, run);
  if (job.ok()) {
    Log(LogLevel::kInfo, "schedule_run_started", id, job->name());
    return on_job_();
  }
  if (absl::IsAborted(job.status())) return;
  if (!watched.tried) watched.tried = now;
  if (IsPassing(job.status()) && now < *watched.tried + kPatience) return;
  Log(LogLevel::kWarning, "schedule_run_failed", id, job.status().ToString());
  LogUnlessChanged(id, runs_->Fail(id, watched.seen, run, job.status()));
}

}  // namespace serin
