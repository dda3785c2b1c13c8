#ifndef SERIN_SERVER_PREDICT_MODEL_HOST_H_
#define SERIN_SERVER_PREDICT_MODEL_HOST_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "core/base/clock.h"
#include "core/base/snapshot_ptr.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "server/predict/hosted_version.h"
#include "server/predict/model_waiter.h"
#include "server/predict/predict_metrics.h"
#include "server/predict/version_table.h"
#include "server/predict/waiting_list.h"

namespace serin {

// Gets the bytes of a bundle, as BundleFetcher (server/cluster/fetch_bundle.h) does: NOT_FOUND and
// DATA_LOSS are final, after other errors it is worth trying again.
using BundleSource = std::function<absl::StatusOr<std::string>(const std::string& project,
                                                               const std::string& sha256)>;

struct ModelHostOptions {
  // What all that is loaded may take. Beside it there is what is being loaded.
  size_t memory_bytes = std::numeric_limits<size_t>::max();
  // Calls that may wait for versions to be loaded; those beyond are told to come again.
  size_t max_waiting_calls = 1000;
  // Runs a load that calls wait for, and then these calls: on a thread where that may take long.
  std::function<void(std::function<void()> load)> run = [](const auto& load) { load(); };
};

// How an Apply that is under way and the one who called it speak to each other.
struct LoadHooks {
  // Whether the rest is not worth loading any more. Asked before each version.
  std::function<bool()> superseded = [] { return false; };
  // Report() has changed. Called by Apply, and by loads that calls wait for until the next Apply.
  std::function<void()> changed = [] {};
};

// The model versions of this process: makes what is loaded equal to what the cluster wants, as far
// as memory goes. Keeps what is loaded for as long as no newer state says otherwise, and nothing
// that is needed more takes its place (memory_budget.h).
//
// Apply is called by one thread at a time; the other methods by any, and they never wait for a
// load. What loads does so on the thread of Apply or by ModelHostOptions::run, each version on one
// of them at a time.
class ModelHost {
 public:
  // `metrics` has to outlive the host and every model that it handed out, the host what it has
  // given to `run`. `clock` says when versions came into their states, and were used.
  ModelHost(BundleSource source, PredictMetrics* metrics, const Clock* clock = Clock::Real(),
            ModelHostOptions options = {});

  // Unloads versions that are gone from the state, then loads those that are new: first those that
  // take traffic, then those with copies of it, or an alias, then all others that there is room
  // for. True once each is loaded, set aside or refused. False if it was superseded, a bundle could
  // not be fetched, or is being loaded for a call: such a version stays kLoading, the others are
  // tried all the same, and the next Apply tries again.
  bool Apply(const internal::v1::ClusterState& state, const LoadHooks& hooks = {})
      ABSL_LOCKS_EXCLUDED(mutex_);

  // What is loaded, what is not though it was tried, and the state of every version.
  internal::v1::ReplicaReport Report() const;

  // Every version, in order of project, model and version. None counts as used by this.
  std::shared_ptr<const VersionTable> Versions() const { return published_.Get(); }

  // True once every version of a state has been tried.
  bool ready() const { return applied_.HasBeenNotified(); }

  // The version, ready to answer. UNAVAILABLE with RetryInfo while it is not in memory (see Await)
  // or no state has come yet, FAILED_PRECONDITION if it was refused, NOT_FOUND if it is not in the
  // state.
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Find(absl::string_view project,
                                                          absl::string_view model,
                                                          int32_t version) const;

  // The same at once, where it is known. Otherwise the version is loaded, once for all who wait,
  // and `waiter` told: UNAVAILABLE if it could not be fetched, FAILED_PRECONDITION if it was
  // refused, NOT_FOUND if it has gone from the state; all else as of Find. RESOURCE_EXHAUSTED with
  // RetryInfo, at once, where too many wait. `waiter` does not wait for anything yet.
  std::optional<absl::StatusOr<std::shared_ptr<const LoadedModel>>> Await(absl::string_view project,
                                                                          absl::string_view model,
                                                                          int32_t version,
                                                                          ModelWaiter* waiter)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends a wait: true if the waiter waited, and so will not be told; false if it has been, is being
  // told now, or never waited.
  bool Leave(const ModelWaiter* waiter) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Outcome = absl::StatusOr<std::shared_ptr<const LoadedModel>>;
  using Slot = std::shared_ptr<const HostedVersion>;

  // Those in memory, and what the budget looks at of them; in the same order.
  struct Ready {
    std::vector<Slot*> slots;
    std::vector<Resident> residents;
  };

  // Forgets what is not wanted, adds what is new.
  void Reconcile(const std::vector<WantedVersion>& wanted, const std::function<void()>& changed)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What is there of a version, or a new one.
  Slot Renew(const WantedVersion& wanted) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Lets those come that fit now.
  void RetryRefused() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether Apply is to load a version; sets aside one that there is no room for.
  bool HasToLoad(const VersionName& name) ABSL_LOCKS_EXCLUDED(mutex_);

  // Of Apply; false if it has to be tried again.
  bool LoadWanted(const VersionName& name) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of Await.
  void LoadForCalls(const VersionName& name) ABSL_LOCKS_EXCLUDED(mutex_);
  // What the caller is to load, and nobody else; none if there is nothing to do.
  std::optional<WantedVersion> Claim(const VersionName& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Outcome Load(const WantedVersion& wanted) const;
  // Ends what Claim began. `if_not_fetched`: what becomes of a version that could not be had.
  void Settle(const WantedVersion& tried, const Outcome& outcome, LoadEvent if_not_fetched)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Takes a version into memory, if there is room for it.
  void Admit(std::shared_ptr<const LoadedModel> model, HostedVersion* version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Ready ReadyVersions() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether a version fits by what is known of it.
  bool HasRoom(const HostedVersion& version, bool called) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // A copy of a version that takes its place, to be changed until the next Publish.
  static HostedVersion* Edit(Slot* slot);
  void Change(HostedVersion* version, LoadEvent event, absl::Status error = absl::OkStatus()) const;
  void Count(const HostedVersion& tried) const;
  void Publish() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // All who wait for a version, and do so no more.
  std::vector<ModelWaiter*> TakeWaiters(const VersionName& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Tell(const std::vector<ModelWaiter*>& waiters, const Outcome& outcome) const;

  const BundleSource source_;
  PredictMetrics* const metrics_;
  LoadMetrics& load_metrics_;
  const Clock* const clock_;
  const ModelHostOptions options_;

  mutable absl::Mutex mutex_;  // Not taken by Find.
  std::map<VersionName, Slot> versions_ ABSL_GUARDED_BY(mutex_);
  std::set<VersionName> loading_ ABSL_GUARDED_BY(mutex_);  // Claimed.
  WaitingList waiting_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> changed_ ABSL_GUARDED_BY(mutex_) = [] {};
  SnapshotPtr<VersionTable> published_;
  absl::Notification applied_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_MODEL_HOST_H_
