#ifndef SERIN_CORE_TRAFFIC_ROUTING_TABLE_H_
#define SERIN_CORE_TRAFFIC_ROUTING_TABLE_H_

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

// One cluster state, ready to be asked. Immutable, so thread-safe.
class RoutingTable {
 public:
  using Replicas = google::protobuf::RepeatedPtrField<internal::v1::Replica>;

  // Knows no model; revision 0, which no state from control has.
  RoutingTable() = default;
  explicit RoutingTable(internal::v1::ClusterState state);

  // The indices point into the state, so that a copy would point into the original.
  RoutingTable(const RoutingTable&) = delete;
  RoutingTable& operator=(const RoutingTable&) = delete;

  uint64_t revision() const { return state_.revision(); }
  const internal::v1::ClusterState& state() const { return state_; }

  // nullptr where there is no such model; valid as long as the table.
  const internal::v1::ModelState* FindModel(absl::string_view project,
                                            absl::string_view model) const;

  // All predictors, draining ones too.
  const Replicas& replicas() const { return state_.replicas(); }

  // Which of replicas() take new calls for a version: those that have loaded it and are not
  // draining, as ascending indices. Empty if there are none, or no such version; valid as long as
  // the table. Constant time.
  absl::Span<const int> ReplicasOf(absl::string_view project, absl::string_view model,
                                   int32_t version) const;

  // The same of those that load the version with the first call for it, which waits.
  absl::Span<const int> LoadersOf(absl::string_view project, absl::string_view model,
                                  int32_t version) const;

  // Those that take new calls and can answer at least one version.
  absl::Span<const int> active_replicas() const { return active_; }

 private:
  using Versions = google::protobuf::RepeatedPtrField<internal::v1::LoadedVersion>;
  using ModelKey = std::pair<absl::string_view, absl::string_view>;
  using VersionKey = std::tuple<absl::string_view, absl::string_view, int32_t>;

  using Holders = absl::flat_hash_map<VersionKey, std::vector<int>>;

  static absl::Span<const int> Find(const Holders& holders, const VersionKey& version);
  static void AddHolder(int replica, const Versions& versions, Holders* holders);

  const internal::v1::ClusterState state_;
  absl::flat_hash_map<ModelKey, const internal::v1::ModelState*> models_;
  Holders replicas_of_;
  Holders loaders_of_;
  std::vector<int> active_;
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_ROUTING_TABLE_H_
