#ifndef SERIN_SERVER_CONTROL_SCHEDULE_POLICY_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_POLICY_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/schedule.pb.h"

// When schedules run, and what becomes of a run that is due. Functions over values.

namespace serin {

// A run that begins no later than this after it was due is not a missed one.
inline constexpr absl::Duration kPunctuality = absl::Minutes(5);

// A run, before it is known what becomes of it.
struct Run {
  absl::Time due;
  // Of a NewVersionTrigger: the version to train on.
  int32_t dataset_version = 0;
  // Of a cron trigger: the last run before it that was missed, and that it does not make up for.
  std::optional<absl::Time> missed = std::nullopt;
};

// The next run of a cron trigger after `after`. Nothing for other triggers. The error is that of
// the expression or time zone.
absl::StatusOr<std::optional<absl::Time>> NextCronRun(const v1::Schedule& schedule,
                                                      absl::Time after);

// The run of a cron trigger that is due: the last one since the schedule was considered, unless it
// was longer ago than LatenessOf. Nothing for other triggers.
absl::StatusOr<std::optional<Run>> DueCronRun(const internal::v1::ScheduleRecord& record,
                                              absl::Time now);

// The last run of a cron trigger since the schedule was considered, however long ago: what was
// missed where DueCronRun finds nothing. Nothing for other triggers.
absl::StatusOr<std::optional<Run>> MissedCronRun(const internal::v1::ScheduleRecord& record,
                                                 absl::Time now);

// How late a run may begin: Schedule.catch_up, at least kPunctuality.
absl::Duration LatenessOf(const v1::Schedule& schedule);

// The newest version that a NewVersionTrigger has had a run for. 0 where the dataset was made anew
// since, as its numbers then began anew too.
int32_t SeenVersion(const internal::v1::ScheduleRecord& record, const v1::Dataset& dataset);

// When the run for this version, the newest, is due: after the quiet period.
absl::Time DueVersionRun(const v1::NewVersionTrigger& trigger, const v1::DatasetVersion& version);

enum class RunAction { kStart, kSkip, kWait, kReplace };

// What becomes of a run that is due; `busy`: the job of the one before has not ended.
RunAction ActionFor(v1::Schedule::Overlap overlap, bool busy);

// Notes, as one run, those that were missed before this one.
void NoteMissed(const Run& run, internal::v1::ScheduleRecord* record);

// Notes a run as the newest, and before it, as one, those that were missed. It also counts as
// considered. The oldest beyond 20 are forgotten, but not the newest that made a job, on whose end
// later ones wait.
v1::ScheduleRun& AddRun(const Run& run, v1::ScheduleRun::Outcome outcome,
                        internal::v1::ScheduleRecord* record);

// jobs/{job} of the newest run that made one; empty: there is none.
const std::string& LastJob(const v1::Schedule& schedule);

// A resumed schedule goes on as if it had not been paused where it may catch up, else from now,
// with a note of what it has missed.
absl::Status Resume(absl::Time now, internal::v1::ScheduleRecord* record);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_POLICY_H_
