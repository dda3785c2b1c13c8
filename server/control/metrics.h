#ifndef SERIN_SERVER_CONTROL_METRICS_H_
#define SERIN_SERVER_CONTROL_METRICS_H_

#include <prometheus/registry.h>

#include <map>
#include <string>

#include "serin/v1/job.pb.h"

namespace serin {

// serin_jobs{state}: jobs on disk by state. serin_job_duration_seconds{type="train"|"search"|
// "verify"|"batch_predict"}: time from the beginning of the last attempt to the end of the job;
// "search" are trainings that look for their specification first. Thread-safe.
class JobMetrics {
 public:
  explicit JobMetrics(prometheus::Registry* registry);

  // A job that came to be, or was found on disk.
  void Added(const v1::Job& job);
  // A job whose state was `before`.
  void Changed(v1::JobState before, const v1::Job& job);
  // A job in this state that is kept no longer.
  void Forgotten(v1::JobState state);

 private:
  std::map<v1::JobState, prometheus::Gauge*> jobs_;
  std::map<std::string, prometheus::Histogram*> seconds_;  // By type.
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_METRICS_H_
