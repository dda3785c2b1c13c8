#ifndef SERIN_SERVER_PREDICT_DRIFT_REPORTS_H_
#define SERIN_SERVER_PREDICT_DRIFT_REPORTS_H_

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>
#include <string>

#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model_service.pb.h"
#include "server/predict/model_host.h"

namespace serin {

// What the versions that are loaded have been asked and have answered, of those that have a profile
// of their training.
internal::v1::DistributionReport DistributionsOf(const ModelHost& host, absl::Time now);

// serin_feature_drift{model,version,feature,measure}: this predictor's view, with the measures psi
// and jensen_shannon, and __prediction as the feature that stands for the answers. Versions are
// labels only while they are loaded. Not thread-safe.
class DriftMetrics {
 public:
  explicit DriftMetrics(prometheus::Registry* registry);

  void Update(const ModelHost& host, absl::Time now);

 private:
  using Labels = std::map<std::string, std::string>;
  using Gauges = std::map<Labels, prometheus::Gauge*>;

  void Set(Labels labels, const v1::ColumnDrift& drift, Gauges& kept);
  void SetOne(Labels labels, const std::string& measure, double value, Gauges& kept);

  prometheus::Family<prometheus::Gauge>& family_;
  Gauges gauges_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_DRIFT_REPORTS_H_
