#include "server/predict/model_host.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "server/predict/version_report.h"

// The versions and those who ask for them. What loads and unloads is in model_host_loads.cc.

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);
constexpr absl::Duration kWaitingRetryDelay = absl::Seconds(1);

std::string Shown(const VersionName& name) { return ModelVersionName(name.model, name.version); }

absl::Status NotHeardYet() {
  return UnavailableRetryAfter("the predictor has not heard from control yet", kRetryDelay);
}

absl::Status TooManyWait(size_t waiting) {
  return WithReason(WithRetryDelay(absl::ResourceExhaustedError(absl::StrCat(
                                       waiting,
                                       " calls wait here for models to be loaded; come "
                                       "again later")),
                                   kWaitingRetryDelay),
                    "TOO_MANY_WAIT_FOR_MODELS");
}

}  // namespace

ModelHost::ModelHost(BundleSource source, PredictMetrics* metrics, const Clock* clock,
                     ModelHostOptions options)
    : source_(std::move(source)),
      metrics_(metrics),
      load_metrics_(metrics->loads()),
      clock_(clock),
      options_(std::move(options)),
      published_(std::make_shared<const VersionTable>()) {
  load_metrics_.budget_bytes.Set(static_cast<double>(options_.memory_bytes));
}

bool ModelHost::Apply(const internal::v1::ClusterState& state, const LoadHooks& hooks) {
  const std::vector<WantedVersion> wanted = WantedVersions(state);
  Reconcile(wanted, hooks.changed);
  bool settled = true;
  for (const WantedVersion& one : wanted) {
    if (!HasToLoad(one.name)) continue;
    if (hooks.superseded()) return false;
    settled = LoadWanted(one.name) && settled;
  }
  if (!applied_.HasBeenNotified()) applied_.Notify();
  return settled;
}

void ModelHost::Reconcile(const std::vector<WantedVersion>& wanted,
                          const std::function<void()>& changed) {
  const std::shared_ptr<const VersionTable> before = published_.Get();  // As in Settle.
  std::map<VersionName, std::vector<ModelWaiter*>> in_vain;
  {
    absl::MutexLock lock(&mutex_);
    changed_ = changed;
    std::map<VersionName, Slot> next;
    for (const WantedVersion& one : wanted) next[one.name] = Renew(one);
    versions_.swap(next);
    for (const auto& [name, version] : next) {
      const auto it = versions_.find(name);
      const bool stays = it != versions_.end() && it->second->last_use == version->last_use;
      if (!stays) in_vain[name] = TakeWaiters(name);
    }
    RetryRefused();
    Publish();
  }
  changed();
  for (const auto& [name, waiters] : in_vain) Tell(waiters, ResourceNotFound(Shown(name)));
}

ModelHost::Slot ModelHost::Renew(const WantedVersion& wanted) const {
  HostedVersion version;
  const auto it = versions_.find(wanted.name);
  // A model that was deleted and made anew may have a version of the same name.
  if (it != versions_.end() && it->second->wanted.bundle_sha256 == wanted.bundle_sha256) {
    version = *it->second;
  } else {
    version.state_time = clock_->Now();
    version.last_use = std::make_shared<LastUse>();
  }
  version.wanted = wanted;
  return std::make_shared<const HostedVersion>(std::move(version));
}

void ModelHost::RetryRefused() {
  for (auto& [name, slot] : versions_) {
    if (!slot->lacks_room || !HasRoom(*slot, /*called=*/true)) continue;
    HostedVersion* const version = Edit(&slot);
    version->lacks_room = false;
    Change(version, LoadEvent::kRoomMade);
  }
}

internal::v1::ReplicaReport ModelHost::Report() const { return ReportOf(*published_.Get()); }

ModelHost::Outcome ModelHost::Find(absl::string_view project, absl::string_view model,
                                   int32_t version) const {
  const std::shared_ptr<const VersionTable> versions = published_.Get();
  const HostedVersion* const found = versions->Find(project, model, version);
  if (found == nullptr) {
    return ready() ? ResourceNotFound(ModelVersionName(model, version)) : NotHeardYet();
  }
  if (found->state != LoadState::kReady) return WhyNotReady(*found);
  found->last_use->Mark(clock_->Now());
  return found->loaded;
}

std::optional<ModelHost::Outcome> ModelHost::Await(absl::string_view project,
                                                   absl::string_view model, int32_t number,
                                                   ModelWaiter* waiter) {
  const VersionName name = {std::string(project), std::string(model), number};
  {
    absl::MutexLock lock(&mutex_);
    const auto it = versions_.find(name);
    if (it == versions_.end()) return ready() ? ResourceNotFound(Shown(name)) : NotHeardYet();
    const HostedVersion& version = *it->second;
    if (version.state == LoadState::kReady) return version.loaded;
    if (version.state == LoadState::kRefused) return WhyNotReady(version);
    if (waiting_.size() >= options_.max_waiting_calls) {
      load_metrics_.waits_refused.Increment();
      return TooManyWait(waiting_.size());
    }
    const bool is_first = !waiting_.Has(name);
    waiting_.Add(name, waiter);
    load_metrics_.waiting.Set(static_cast<double>(waiting_.size()));
    if (version.state == LoadState::kUnloaded) {
      Change(Edit(&it->second), LoadEvent::kNeeded);
      Publish();
    }
    if (!is_first || loading_.contains(name)) return std::nullopt;
  }
  options_.run([this, name] { LoadForCalls(name); });
  return std::nullopt;
}

bool ModelHost::Leave(const ModelWaiter* waiter) {
  absl::MutexLock lock(&mutex_);
  if (!waiting_.Remove(waiter)) return false;
  load_metrics_.waits_left.Increment();
  load_metrics_.waiting.Set(static_cast<double>(waiting_.size()));
  return true;
}

std::vector<ModelWaiter*> ModelHost::TakeWaiters(const VersionName& name) {
  std::vector<ModelWaiter*> waiters = waiting_.Take(name);
  load_metrics_.waiting.Set(static_cast<double>(waiting_.size()));
  return waiters;
}

void ModelHost::Tell(const std::vector<ModelWaiter*>& waiters, const Outcome& outcome) const {
  (outcome.ok() ? load_metrics_.waits : load_metrics_.waits_in_vain)
      .Increment(static_cast<double>(waiters.size()));
  for (ModelWaiter* waiter : waiters) waiter->OnModel(outcome);
}

}  // namespace serin
