#include "server/proxy/traffic_metrics.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"

namespace serin {

TrafficMetrics::TrafficMetrics(prometheus::Registry* registry)
    : weights_(prometheus::BuildGauge()
                   .Name("serin_traffic_weight")
                   .Help("Percentage of a model's predictions that a version answers")
                   .Register(*registry)) {}

void TrafficMetrics::Update(const internal::v1::ClusterState& state) {
  std::map<Labels, prometheus::Gauge*> next;
  for (const auto& model : state.models()) {
    const std::string name = model.project() == kDefaultProject
                                 ? model.model()
                                 : absl::StrCat(model.project(), "/", model.model());
    for (const auto& share : model.traffic()) {
      const Labels labels = {{"model", name}, {"version", absl::StrCat(share.version())}};
      prometheus::Gauge* gauge = &weights_.Add(labels);
      gauge->Set(share.weight());
      next.emplace(labels, gauge);
    }
  }
  for (const auto& [labels, gauge] : gauges_) {
    if (!next.contains(labels)) weights_.Remove(gauge);
  }
  gauges_ = std::move(next);
}

}  // namespace serin
