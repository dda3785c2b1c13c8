#ifndef SERIN_SERVER_PROXY_TRAFFIC_METRICS_H_
#define SERIN_SERVER_PROXY_TRAFFIC_METRICS_H_

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>
#include <string>

#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

// serin_traffic_weight: the percentages by which this proxy splits predictions. Models of projects
// other than the default are labelled project/model. Not thread-safe.
class TrafficMetrics {
 public:
  explicit TrafficMetrics(prometheus::Registry* registry);

  // Makes the gauges equal to the state; those of versions that take part no more are removed.
  void Update(const internal::v1::ClusterState& state);

 private:
  using Labels = std::map<std::string, std::string>;

  prometheus::Family<prometheus::Gauge>& weights_;
  std::map<Labels, prometheus::Gauge*> gauges_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_TRAFFIC_METRICS_H_
