#ifndef SERIN_SERVER_CONTROL_CLUSTER_METRICS_H_
#define SERIN_SERVER_CONTROL_CLUSTER_METRICS_H_

#include <prometheus/registry.h>

namespace serin {

// serin_cluster_members{role="proxy|predict"}: members whose stream to control is open.
// Thread-safe.
class ClusterMetrics {
 public:
  explicit ClusterMetrics(prometheus::Registry* registry);

  void Set(int proxies, int predictors);

 private:
  prometheus::Gauge* proxies_;
  prometheus::Gauge* predictors_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_CLUSTER_METRICS_H_
