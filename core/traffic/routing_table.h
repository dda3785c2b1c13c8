#ifndef SERIN_CORE_TRAFFIC_ROUTING_TABLE_H_
#define SERIN_CORE_TRAFFIC_ROUTING_TABLE_H_

#include <map>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

// One cluster state, ready to be asked. Immutable, so thread-safe.
class RoutingTable {
 public:
  // Knows no model; revision 0, which no state from control has.
  RoutingTable() = default;
  explicit RoutingTable(internal::v1::ClusterState state);

  // The index points into the state, so that a copy would point into the original.
  RoutingTable(const RoutingTable&) = delete;
  RoutingTable& operator=(const RoutingTable&) = delete;

  uint64_t revision() const { return state_.revision(); }
  const internal::v1::ClusterState& state() const { return state_; }

  // nullptr where there is no such model; valid as long as the table.
  const internal::v1::ModelState* FindModel(absl::string_view project,
                                            absl::string_view model) const;

 private:
  const internal::v1::ClusterState state_;
  std::map<std::pair<absl::string_view, absl::string_view>, const internal::v1::ModelState*> index_;
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_ROUTING_TABLE_H_
