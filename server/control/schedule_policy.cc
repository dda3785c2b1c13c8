#include "server/control/schedule_policy.h"

#include <algorithm>
#include <string>

#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "core/schedule/cron.h"
#include "server/control/duration.h"

namespace serin {
namespace {

using internal::v1::ScheduleRecord;

constexpr int kMaxRuns = 20;

struct Cron {
  CronExpression expression;
  absl::TimeZone zone;
};

absl::StatusOr<Cron> ParseCron(const v1::CronTrigger& trigger) {
  SERIN_ASSIGN_OR_RETURN(const CronExpression expression,
                         CronExpression::Parse(trigger.expression()));
  SERIN_ASSIGN_OR_RETURN(const absl::TimeZone zone, FindTimeZone(trigger.time_zone()));
  return Cron{expression, zone};
}

}  // namespace

absl::StatusOr<std::optional<absl::Time>> NextCronRun(const v1::Schedule& schedule,
                                                      absl::Time after) {
  if (!schedule.has_cron()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(const Cron cron, ParseCron(schedule.cron()));
  return NextTime(cron.expression, cron.zone, after);
}

absl::StatusOr<std::optional<Run>> DueCronRun(const ScheduleRecord& record, absl::Duration lateness,
                                              absl::Time now) {
  if (!record.schedule().has_cron()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(const Cron cron, ParseCron(record.schedule().cron()));
  // A run exactly `lateness` ago is still made.
  const absl::Time earliest = now - lateness - absl::Nanoseconds(1);
  const absl::Time after = std::max(FromProto(record.considered_until()), earliest);
  const std::optional<absl::Time> due = LastTime(cron.expression, cron.zone, after, now);
  if (!due) return std::nullopt;
  return Run{.due = *due};
}

absl::Duration LatenessOf(const v1::Schedule& schedule) {
  return std::max(kPunctuality, FromProto(schedule.catch_up()));
}

int32_t SeenVersion(const ScheduleRecord& record, const v1::Dataset& dataset) {
  const bool made_anew = FromProto(dataset.create_time()) > FromProto(record.considered_until());
  return made_anew ? 0 : record.dataset_version();
}

absl::Time DueVersionRun(const v1::NewVersionTrigger& trigger, const v1::DatasetVersion& version) {
  return FromProto(version.create_time()) + FromProto(trigger.quiet_period());
}

RunAction ActionFor(v1::Schedule::Overlap overlap, bool busy) {
  if (!busy) return RunAction::kStart;
  if (overlap == v1::Schedule::OVERLAP_QUEUE) return RunAction::kWait;
  return overlap == v1::Schedule::OVERLAP_REPLACE ? RunAction::kReplace : RunAction::kSkip;
}

v1::ScheduleRun& AddRun(const Run& run, v1::ScheduleRun::Outcome outcome, ScheduleRecord* record) {
  auto& runs = *record->mutable_schedule()->mutable_runs();
  v1::ScheduleRun& added = *runs.Add();
  *added.mutable_due_time() = ToProto(run.due);
  added.set_outcome(outcome);
  added.set_dataset_version(run.dataset_version);
  // Newest first.
  std::rotate(runs.pointer_begin(), runs.pointer_end() - 1, runs.pointer_end());
  if (runs.size() > kMaxRuns) runs.DeleteSubrange(kMaxRuns, runs.size() - kMaxRuns);
  if (run.due > FromProto(record->considered_until())) {
    *record->mutable_considered_until() = ToProto(run.due);
  }
  if (run.dataset_version != 0) record->set_dataset_version(run.dataset_version);
  return runs[0];
}

const std::string& LastJob(const v1::Schedule& schedule) {
  for (const v1::ScheduleRun& run : schedule.runs()) {
    if (run.outcome() == v1::ScheduleRun::OUTCOME_STARTED) return run.job();
  }
  return v1::ScheduleRun::default_instance().job();
}

absl::Status Resume(absl::Time now, ScheduleRecord* record) {
  record->mutable_schedule()->set_paused(false);
  const absl::Duration catch_up = FromProto(record->schedule().catch_up());
  SERIN_ASSIGN_OR_RETURN(const std::optional<Run> due, DueCronRun(*record, catch_up, now));
  if (record->schedule().has_cron() && (catch_up <= absl::ZeroDuration() || !due)) {
    *record->mutable_considered_until() = ToProto(now);
  }
  return absl::OkStatus();
}

}  // namespace serin
