#include "server/control/cluster_metrics.h"

#include <prometheus/gauge.h>

namespace serin {

ClusterMetrics::ClusterMetrics(prometheus::Registry* registry) {
  auto& family = prometheus::BuildGauge()
                     .Name("serin_cluster_members")
                     .Help("Proxies and predictors that are connected to control.")
                     .Register(*registry);
  proxies_ = &family.Add({{"role", "proxy"}});
  predictors_ = &family.Add({{"role", "predict"}});
}

void ClusterMetrics::Set(int proxies, int predictors) {
  proxies_->Set(proxies);
  predictors_->Set(predictors);
}

}  // namespace serin
