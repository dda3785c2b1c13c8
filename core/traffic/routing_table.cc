#include "core/traffic/routing_table.h"

namespace serin {

RoutingTable::RoutingTable(internal::v1::ClusterState state) : state_(std::move(state)) {
  for (const internal::v1::ModelState& model : state_.models()) {
    index_.insert({{model.project(), model.model()}, &model});
  }
}

const internal::v1::ModelState* RoutingTable::FindModel(absl::string_view project,
                                                        absl::string_view model) const {
  const auto it = index_.find({project, model});
  return it == index_.end() ? nullptr : it->second;
}

}  // namespace serin
