#ifndef SERIN_SERVER_PREDICT_LOG_METRICS_H_
#define SERIN_SERVER_PREDICT_LOG_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// The books of one model's prediction log, in rows. What was answered is logged, sampled out or
// dropped; until it is written it is none of these. Thread-safe.
struct LogCounters {
  prometheus::Counter* served;
  prometheus::Counter* logged;
  prometheus::Counter* sampled_out;
  prometheus::Counter* dropped;
};

// serin_prediction_log_served_rows_total{model} and serin_prediction_log_rows_total{model,outcome}.
// Models are labels only while they are held. Thread-safe; outlives what it hands out.
class LogMetrics {
 public:
  explicit LogMetrics(prometheus::Registry* registry);

  // The counters of a model, shared by all who hold them; the last one to drop them takes the
  // labels away. Models of projects other than the default are labelled project/model.
  std::shared_ptr<const LogCounters> For(absl::string_view project, absl::string_view model)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    LogCounters counters;
    int holders = 0;
  };

  LogCounters Add(const std::string& model);
  void Release(const std::string& model) ABSL_LOCKS_EXCLUDED(mutex_);

  prometheus::Family<prometheus::Counter>& served_;
  prometheus::Family<prometheus::Counter>& outcomes_;
  absl::Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOG_METRICS_H_
