#ifndef SERIN_SERVER_CONTROL_SCHEDULE_METRICS_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>

#include "serin/v1/schedule.pb.h"

namespace serin {

// serin_schedules{state="active"|"paused"}: schedules on disk.
// serin_schedule_runs_total{outcome="started"|"skipped"|"failed"|"missed"}: runs that were taken
// down; several that were missed in a row are one. Thread-safe.
class ScheduleMetrics {
 public:
  explicit ScheduleMetrics(prometheus::Registry* registry);

  // A schedule that came to be, or was found on disk; and one that is no more.
  void Added(const v1::Schedule& schedule) { In(schedule).Increment(); }
  void Removed(const v1::Schedule& schedule) { In(schedule).Decrement(); }

  void Ran(v1::ScheduleRun::Outcome outcome) { runs_.at(outcome)->Increment(); }

 private:
  prometheus::Gauge& In(const v1::Schedule& schedule) {
    return schedule.paused() ? paused_ : active_;
  }

  prometheus::Gauge& active_;
  prometheus::Gauge& paused_;
  std::map<v1::ScheduleRun::Outcome, prometheus::Counter*> runs_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_METRICS_H_
