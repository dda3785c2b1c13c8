#include "core/traffic/routing_table.h"

namespace serin {

RoutingTable::RoutingTable(internal::v1::ClusterState state) : state_(std::move(state)) {
  for (const internal::v1::ModelState& model : state_.models()) {
    models_.insert({{model.project(), model.model()}, &model});
  }
  for (int i = 0; i < state_.replicas_size(); ++i) {
    const internal::v1::Replica& replica = state_.replicas(i);
    if (replica.draining()) continue;
    if (replica.loaded_size() + replica.on_demand_size() > 0) active_.push_back(i);
    AddHolder(i, replica.loaded(), &replicas_of_);
    AddHolder(i, replica.on_demand(), &loaders_of_);
  }
}

void RoutingTable::AddHolder(int replica, const Versions& versions, Holders* holders) {
  for (const internal::v1::LoadedVersion& version : versions) {
    std::vector<int>& of_version =
        (*holders)[{version.project(), version.model(), version.version()}];
    // A report that names a version twice must not make its replica twice as likely.
    if (of_version.empty() || of_version.back() != replica) of_version.push_back(replica);
  }
}

const internal::v1::ModelState* RoutingTable::FindModel(absl::string_view project,
                                                        absl::string_view model) const {
  const auto it = models_.find({project, model});
  return it == models_.end() ? nullptr : it->second;
}

absl::Span<const int> RoutingTable::ReplicasOf(absl::string_view project, absl::string_view model,
                                               int32_t version) const {
  return Find(replicas_of_, {project, model, version});
}

absl::Span<const int> RoutingTable::LoadersOf(absl::string_view project, absl::string_view model,
                                              int32_t version) const {
  return Find(loaders_of_, {project, model, version});
}

absl::Span<const int> RoutingTable::Find(const Holders& holders, const VersionKey& version) {
  const auto it = holders.find(version);
  if (it == holders.end()) return {};
  return it->second;
}

}  // namespace serin
