#include "server/control/metrics.h"

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "absl/time/time.h"
#include "core/base/clock.h"
#include "server/control/job_state.h"

namespace serin {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.1, 0.3, 1,   3,    10,   30,
                                                          60,  180, 600, 1800, 3600, 14400};

constexpr char kTrain[] = "train";
constexpr char kSearch[] = "search";
constexpr char kVerify[] = "verify";
constexpr char kBatchPredict[] = "batch_predict";

const char* TypeLabel(const v1::Job& job) {
  if (job.type() == v1::JOB_TYPE_VERIFY) return kVerify;
  if (job.type() == v1::JOB_TYPE_BATCH_PREDICT) return kBatchPredict;
  return job.spec().has_search() ? kSearch : kTrain;
}

}  // namespace

JobMetrics::JobMetrics(prometheus::Registry* registry) {
  auto& durations = prometheus::BuildHistogram()
                        .Name("serin_job_duration_seconds")
                        .Help("Time from the beginning of a job's last attempt to its end.")
                        .Register(*registry);
  for (const char* type : {kTrain, kSearch, kVerify, kBatchPredict}) {
    seconds_[type] = &durations.Add({{"type", type}}, kSeconds);
  }
  auto& family =
      prometheus::BuildGauge().Name("serin_jobs").Help("Jobs by state.").Register(*registry);
  for (const v1::JobState state :
       {v1::JOB_STATE_QUEUED, v1::JOB_STATE_RUNNING, v1::JOB_STATE_SUCCEEDED, v1::JOB_STATE_FAILED,
        v1::JOB_STATE_CANCELLED}) {
    jobs_[state] = &family.Add({{"state", JobStateLabel(state)}});
  }
}

void JobMetrics::Added(const v1::Job& job) { jobs_.at(job.state())->Increment(); }

void JobMetrics::Changed(v1::JobState before, const v1::Job& job) {
  jobs_.at(before)->Decrement();
  Added(job);
  if (!IsFinal(job.state()) || !job.has_start_time()) return;
  seconds_.at(TypeLabel(job))
      ->Observe(absl::ToDoubleSeconds(FromProto(job.end_time()) - FromProto(job.start_time())));
}

void JobMetrics::Forgotten(v1::JobState state) { jobs_.at(state)->Decrement(); }

}  // namespace serin
