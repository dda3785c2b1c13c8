#ifndef SERIN_SERVER_PROXY_UPSTREAMS_H_
#define SERIN_SERVER_PROXY_UPSTREAMS_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/traffic/hedge.h"
#include "core/traffic/routing_table.h"
#include "server/proxy/route_table.h"
#include "server/proxy/upstream_pool.h"

namespace serin {

// gRPC targets that do not come from control.
struct StaticTargets {
  std::string dataset;
  std::string control;
  // Taken to have every version; asked only for those that no replica of the table has.
  std::vector<std::string> predict;
  std::string self;
};

// Who answers the calls of one loop: a pool for each role. Predictors come and go with the routing
// table. Belongs to its loop.
class Upstreams {
 public:
  using Candidates = absl::Span<Endpoint* const>;

  // What it is given outlives it.
  Upstreams(EventLoop* loop, ClientConnector* connector, const StaticTargets& targets,
            EndpointOptions options = {}, HedgeOptions hedging = {});

  // Takes effect for the calls after it.
  void Update(std::shared_ptr<const RoutingTable> table);

  const RoutingTable& table() const { return *table_; }

  UpstreamPool& pool(UpstreamRole role) { return *pools_[static_cast<size_t>(role)]; }

  // Who may answer a call to a role. Valid until the next call of a method.
  Candidates Of(UpstreamRole role);

  // Predictors that have a version in memory; where none that has it is connected, also those that
  // load it for the call. UNAVAILABLE with RetryInfo if there is none.
  absl::StatusOr<Candidates> OfVersion(absl::string_view project, absl::string_view model,
                                       int32_t version);

  // The time that predictions of a version take, over all predictors: that of a large model is no
  // sign of a slow predictor. For the caller to keep up to date; valid until the next call of a
  // method.
  HedgePolicy* LatencyOf(absl::string_view project, absl::string_view model, int32_t version);

 private:
  // Those of the table's versions that are known.
  using Latencies = absl::flat_hash_map<std::string, HedgePolicy>;

  void ForgetVersionsThatAreGone();

  const std::vector<std::string> static_predictors_;
  const HedgeOptions hedging_;
  std::array<std::unique_ptr<UpstreamPool>, kUpstreamRoleCount> pools_;
  std::shared_ptr<const RoutingTable> table_ = std::make_shared<const RoutingTable>();
  UpstreamPool::Endpoints replicas_;  // As in the table.
  UpstreamPool::Endpoints static_;
  Latencies latencies_;
  UpstreamPool::Endpoints chosen_;  // Of the last call; kept for its memory.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_UPSTREAMS_H_
