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

// The last run until `now` since the schedule was considered, unless it was longer ago than this.
absl::StatusOr<std::optional<Run>> LastCronRun(const ScheduleRecord& record,
                                               absl::Duration lateness, absl::Time now) {
  if (!record.schedule().has_cron()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(const Cron cron, ParseCron(record.schedule().cron()));
  // A run exactly `lateness` ago is still made.
  const absl::Time earliest = now - lateness - absl::Nanoseconds(1);
  const absl::Time after = std::max(FromProto(record.considered_until()), earliest);
  const std::optional<absl::Time> last = LastTime(cron.expression, cron.zone, after, now);
  if (!last) return std::nullopt;
  return Run{.due = *last};
}

bool MadeAJob(const v1::ScheduleRun& run) {
  return run.outcome() == v1::ScheduleRun::OUTCOME_STARTED;
}

void ForgetOldRuns(google::protobuf::RepeatedPtrField<v1::ScheduleRun>* runs) {
  while (runs->size() > kMaxRuns) {
    const int oldest = runs->size() - 1;
    const auto last_job = std::find_if(runs->begin(), runs->end(), MadeAJob) - runs->begin();
    runs->DeleteSubrange(last_job == oldest ? oldest - 1 : oldest, 1);
  }
}

}  // namespace

absl::StatusOr<std::optional<absl::Time>> NextCronRun(const v1::Schedule& schedule,
                                                      absl::Time after) {
  if (!schedule.has_cron()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(const Cron cron, ParseCron(schedule.cron()));
  return NextTime(cron.expression, cron.zone, after);
}

absl::StatusOr<std::optional<Run>> DueCronRun(const ScheduleRecord& record, absl::Time now) {
  SERIN_ASSIGN_OR_RETURN(std::optional<Run> due,
                         LastCronRun(record, LatenessOf(record.schedule()), now));
  // One run makes up for all before it where the schedule may catch up.
  if (!due || FromProto(record.schedule().catch_up()) > absl::ZeroDuration()) return due;
  SERIN_ASSIGN_OR_RETURN(
      const std::optional<Run> before,
      LastCronRun(record, absl::InfiniteDuration(), due->due - absl::Nanoseconds(1)));
  if (before) due->missed = before->due;
  return due;
}

absl::StatusOr<std::optional<Run>> MissedCronRun(const ScheduleRecord& record, absl::Time now) {
  return LastCronRun(record, absl::InfiniteDuration(), now);
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

void NoteMissed(const Run& run, ScheduleRecord* record) {
  if (run.missed) AddRun({.due = *run.missed}, v1::ScheduleRun::OUTCOME_MISSED, record);
}

v1::ScheduleRun& AddRun(const Run& run, v1::ScheduleRun::Outcome outcome, ScheduleRecord* record) {
  NoteMissed(run, record);
  auto& runs = *record->mutable_schedule()->mutable_runs();
  v1::ScheduleRun& added = *runs.Add();
  *added.mutable_due_time() = ToProto(run.due);
  added.set_outcome(outcome);
  added.set_dataset_version(run.dataset_version);
  // Newest first.
  std::rotate(runs.pointer_begin(), runs.pointer_end() - 1, runs.pointer_end());
  ForgetOldRuns(&runs);
  if (run.due > FromProto(record->considered_until())) {
    *record->mutable_considered_until() = ToProto(run.due);
  }
  if (run.dataset_version != 0) record->set_dataset_version(run.dataset_version);
  return runs[0];
}

const std::string& LastJob(const v1::Schedule& schedule) {
  for (const v1::ScheduleRun& run : schedule.runs()) {
    if (MadeAJob(run)) return run.job();
  }
  return v1::ScheduleRun::default_instance().job();
}

absl::Status Resume(absl::Time now, ScheduleRecord* record) {
  record->mutable_schedule()->set_paused(false);
  if (!record->schedule().has_cron()) return absl::OkStatus();
  const absl::Duration catch_up = FromProto(record->schedule().catch_up());
  SERIN_ASSIGN_OR_RETURN(const std::optional<Run> made_up, LastCronRun(*record, catch_up, now));
  if (catch_up > absl::ZeroDuration() && made_up) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(const std::optional<Run> missed, MissedCronRun(*record, now));
  if (missed) AddRun(*missed, v1::ScheduleRun::OUTCOME_MISSED, record);
  *record->mutable_considered_until() = ToProto(now);
  return absl::OkStatus();
}

}  // namespace serin
