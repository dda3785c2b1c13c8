#ifndef SERIN_SERVER_PREDICT_PREDICT_METRICS_H_
#define SERIN_SERVER_PREDICT_PREDICT_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/predict/load_metrics.h"

namespace serin {

// The counters of one model version. Thread-safe.
struct VersionMetrics {
  prometheus::Counter* ok;       // Calls answered.
  prometheus::Counter* invalid;  // Calls refused because of what they asked for.
  prometheus::Counter* failed;   // Calls that the predictor could not answer.
  prometheus::Histogram* duration;

  // Counts one call, whatever came of it.
  void Record(const absl::Status& outcome, absl::Duration elapsed) const;
};

// serin_predictions_total and serin_prediction_duration_seconds; and those of what is in memory.
// Versions are labels only while they are loaded, so that their number stays bounded. Thread-safe;
// outlives what it hands out.
class PredictMetrics {
 public:
  explicit PredictMetrics(prometheus::Registry* registry);

  // The metrics of a version, shared by all who hold them; the last one to drop them takes the
  // version's labels away. Models of projects other than the default are labelled project/model.
  std::shared_ptr<const VersionMetrics> For(absl::string_view project, absl::string_view model,
                                            int32_t version) ABSL_LOCKS_EXCLUDED(mutex_);

  LoadMetrics& loads() { return loads_; }

 private:
  using Labels = std::map<std::string, std::string>;
  struct Entry {
    VersionMetrics metrics;
    int holders = 0;
  };

  VersionMetrics Add(const Labels& labels);
  void Release(const Labels& labels) ABSL_LOCKS_EXCLUDED(mutex_);

  prometheus::Family<prometheus::Counter>& predictions_;
  prometheus::Family<prometheus::Histogram>& durations_;
  LoadMetrics loads_;
  absl::Mutex mutex_;
  std::map<Labels, Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICT_METRICS_H_
