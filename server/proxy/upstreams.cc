#include "server/proxy/upstreams.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

// Names have no slashes.
std::string VersionKey(absl::string_view project, absl::string_view model, int32_t version) {
  return absl::StrCat(project, "/", model, "/", version);
}

}  // namespace

Upstreams::Upstreams(EventLoop* loop, ClientConnector* connector, const StaticTargets& targets,
                     EndpointOptions options, HedgeOptions hedging)
    : static_predictors_(targets.predict), hedging_(hedging) {
  for (auto& pool : pools_) pool = std::make_unique<UpstreamPool>(loop, connector, options);
  const auto set = [&](UpstreamRole role, const std::string& target) {
    if (!target.empty()) pool(role).SetTargets({target});
  };
  set(UpstreamRole::kDataset, targets.dataset);
  set(UpstreamRole::kControl, targets.control);
  set(UpstreamRole::kSelf, targets.self);
  Update(table_);
}

void Upstreams::Update(std::shared_ptr<const RoutingTable> table) {
  table_ = std::move(table);
  ForgetVersionsThatAreGone();
  std::vector<std::string> targets;
  for (const internal::v1::Replica& replica : table_->replicas()) {
    targets.push_back(replica.address());
  }
  const size_t replicas = targets.size();
  targets.insert(targets.end(), static_predictors_.begin(), static_predictors_.end());
  static_ = pool(UpstreamRole::kPredict).SetTargets(targets);
  replicas_.assign(static_.begin(), static_.begin() + static_cast<ptrdiff_t>(replicas));
  static_.erase(static_.begin(), static_.begin() + static_cast<ptrdiff_t>(replicas));
}

Upstreams::Candidates Upstreams::Of(UpstreamRole role) {
  if (role != UpstreamRole::kPredict) return pool(role).endpoints();
  if (table_->active_replicas().empty()) return static_.empty() ? replicas_ : static_;
  chosen_.clear();
  for (const int index : table_->active_replicas()) chosen_.push_back(replicas_[index]);
  return chosen_;
}

absl::StatusOr<Upstreams::Candidates> Upstreams::OfVersion(absl::string_view project,
                                                           absl::string_view model,
                                                           int32_t version) {
  chosen_.clear();
  bool any_ready = false;
  for (const int index : table_->ReplicasOf(project, model, version)) {
    chosen_.push_back(replicas_[index]);
    any_ready = any_ready || replicas_[index]->state() == Endpoint::State::kReady;
  }
  if (!any_ready) {
    for (const int index : table_->LoadersOf(project, model, version)) {
      chosen_.push_back(replicas_[index]);
    }
  }
  if (!chosen_.empty()) return Candidates(chosen_);
  if (!static_.empty()) return Candidates(static_);
  return WithReason(
      UnavailableRetryAfter(
          absl::StrCat("no predictor has loaded ", ModelVersionName(std::string(model), version)),
          kRetryDelay),
      "NO_REPLICA");
}

HedgePolicy* Upstreams::LatencyOf(absl::string_view project, absl::string_view model,
                                  int32_t version) {
  return &latencies_.try_emplace(VersionKey(project, model, version), hedging_).first->second;
}

void Upstreams::ForgetVersionsThatAreGone() {
  Latencies kept;
  for (const internal::v1::ModelState& model : table_->state().models()) {
    for (const internal::v1::VersionState& version : model.versions()) {
      const auto found =
          latencies_.find(VersionKey(model.project(), model.model(), version.version()));
      if (found != latencies_.end()) kept.insert(*found);
    }
  }
  latencies_ = std::move(kept);
}

}  // namespace serin
