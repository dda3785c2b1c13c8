#include "core/traffic/routing_table.h"

namespace serin {

RoutingTable::RoutingTable(internal::v1::ClusterState state) : state_(std::move(state)) {
  for (const internal::v1::ModelState& model : state_.models()) {
    models_.insert({{model.project(), model.model()}, &model});
  }
  for (int i = 0; i < state_.replicas_size(); ++i) {
    const internal::v1::Replica& replica = state_.replicas(i);
    if (replica.draining()) continue;
    if (replica.loaded_size() > 0) active_.push_back(i);
    for (const internal::v1::LoadedVersion& loaded : replica.loaded()) {
      std::vector<int>& holders =
          replicas_of_[{loaded.project(), loaded.model(), loaded.version()}];
      // A report that names a version twice must not make its replica twice as likely.
      if (holders.empty() || holders.back() != i) holders.push_back(i);
    }
  }
}

const internal::v1::ModelState* RoutingTable::FindModel(absl::string_view project,
                                                        absl::string_view model) const {
  const auto it = models_.find({project, model});
  return it == models_.end() ? nullptr : it->second;
}

absl::Span<const int> RoutingTable::ReplicasOf(absl::string_view project, absl::string_view model,
                                               int32_t version) const {
  const auto it = replicas_of_.find({project, model, version});
  if (it == replicas_of_.end()) return {};
  return it->second;
}

}  // namespace serin
