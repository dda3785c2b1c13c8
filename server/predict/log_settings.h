#ifndef SERIN_SERVER_PREDICT_LOG_SETTINGS_H_
#define SERIN_SERVER_PREDICT_LOG_SETTINGS_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/base/snapshot_ptr.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model.pb.h"
#include "server/predict/log_metrics.h"

namespace serin {

// What is kept of one model's predictions. Immutable.
struct LogSetting {
  std::string project;
  std::string model_id;
  v1::PredictionLog log;
  std::string hash_key;  // Of its hash_features.
  std::shared_ptr<const LogCounters> counters;
};

// The models that have a prediction log. Thread-safe; one thread at a time applies.
class LogSettings {
 public:
  // `metrics` outlives this and all that was found.
  explicit LogSettings(LogMetrics* metrics)
      : metrics_(metrics), models_(std::make_shared<const Models>()) {}

  void Apply(const internal::v1::ClusterState& state);

  // Whether no model has a log, which is cheaper to ask than Find.
  bool empty() const { return empty_.load(std::memory_order_relaxed); }

  // Null: nothing is kept of this model's predictions. A setting that has not changed stays the
  // same object.
  std::shared_ptr<const LogSetting> Find(absl::string_view project, absl::string_view model) const;

 private:
  // By project, then model.
  using Models =
      absl::flat_hash_map<std::string,
                          absl::flat_hash_map<std::string, std::shared_ptr<const LogSetting>>>;

  std::shared_ptr<const LogSetting> Make(const internal::v1::ModelState& model) const;

  LogMetrics* const metrics_;
  SnapshotPtr<Models> models_;
  std::atomic<bool> empty_ = true;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOG_SETTINGS_H_
