#ifndef SERIN_SERVER_CONTROL_SCHEDULE_RUNNER_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_RUNNER_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "server/control/dataset_reader.h"
#include "server/control/schedule_policy.h"
#include "server/control/schedule_runs.h"
#include "server/control/schedule_store.h"

namespace serin {

// Makes runs of schedules when they are due. Not thread-safe: Step is for one thread, which may
// wait in it for the dataset role.
class ScheduleRunner {
 public:
  // How often datasets are asked for new versions.
  static constexpr absl::Duration kPollInterval = absl::Seconds(5);
  // For how long a run is tried again where the dataset role is away or too many jobs wait.
  static constexpr absl::Duration kPatience = absl::Minutes(2);
  // A schedule that was considered later than this in the future was so by a clock that was wrong.
  static constexpr absl::Duration kMaxClockError = absl::Hours(24);

  // `on_job` is called after each job that was made. The pointers must outlive the runner.
  ScheduleRunner(const Clock* clock, ScheduleStore* schedules, const ScheduleRuns* runs,
                 DatasetReader* datasets, std::function<void()> on_job)
      : clock_(clock),
        schedules_(schedules),
        runs_(runs),
        datasets_(datasets),
        on_job_(std::move(on_job)) {}

  // Makes what is due now.
  void Step();

 private:
  // What is remembered of a schedule from step to step.
  struct Watched {
    SchedulePtr seen;
    // Of a cron trigger: nothing is due before. Absent: nothing will be.
    std::optional<absl::Time> next;
    // When the run that is due was first tried in vain.
    std::optional<absl::Time> tried;
  };
  // One look at all datasets.
  struct Poll {
    bool wanted = false;
    // A dataset could not be asked, so that others will not be either.
    bool unreachable = false;
    std::map<std::pair<std::string, std::string>, absl::StatusOr<v1::Dataset>> datasets;
  };

  void Consider(const ScheduleId& id, const SchedulePtr& seen, absl::Time now);
  Watched& Watch(const ScheduleId& id, const SchedulePtr& seen);
  bool CorrectClock(const ScheduleId& id, const SchedulePtr& seen, absl::Time now);
  absl::StatusOr<std::optional<Run>> DueRun(const ScheduleId& id, const Watched& watched,
                                            absl::Time now);
  absl::StatusOr<std::optional<Run>> DueVersion(const ScheduleId& id, const SchedulePtr& seen,
                                                absl::Time now);
  // Takes down what was due so long ago that it is not made any more.
  void Miss(const ScheduleId& id, const SchedulePtr& seen, absl::Time now);
  const absl::StatusOr<v1::Dataset>& Ask(const std::string& project, const std::string& dataset);
  void Make(const ScheduleId& id, Watched& watched, const Run& run, bool busy, absl::Time now);
  void Begin(const ScheduleId& id, Watched& watched, const Run& run, RunAction action,
             absl::Time now);

  const Clock* const clock_;
  ScheduleStore* const schedules_;
  const ScheduleRuns* const runs_;
  DatasetReader* const datasets_;
  const std::function<void()> on_job_;

  std::map<ScheduleId, Watched> watched_;
  absl::Time next_poll_ = absl::InfinitePast();
  Poll poll_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_RUNNER_H_
