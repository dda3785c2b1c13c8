#ifndef SERIN_SERVER_PREDICT_MODEL_HOST_H_
#define SERIN_SERVER_PREDICT_MODEL_HOST_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "core/base/clock.h"
#include "core/base/snapshot_ptr.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "server/predict/loaded_model.h"
#include "server/predict/predict_metrics.h"

namespace serin {

// A version that the cluster wants served begins as kLoading and becomes kReady or kRefused, for as
// long as it is wanted.
enum class LoadState {
  kLoading,  // To be fetched and checked; calls are told to come again.
  kReady,    // Answers.
  kRefused,  // Its bundle cannot be served, and trying again would not help.
};

// A version that the cluster wants served, as it is now.
struct HostedVersion {
  std::string model;  // {model}
  int32_t version = 0;
  LoadState state = LoadState::kLoading;
  absl::Status error;                         // Why it is not kReady, if it was tried.
  std::shared_ptr<const LoadedModel> loaded;  // Only if kReady.
};

// Gets the bytes of a bundle, as BundleFetcher (server/cluster/fetch_bundle.h) does: NOT_FOUND and
// DATA_LOSS are final, after other errors it is worth trying again.
using BundleSource = std::function<absl::StatusOr<std::string>(const std::string& project,
                                                               const std::string& sha256)>;

// How an Apply that is under way and the one who called it speak to each other.
struct LoadHooks {
  // Whether the rest is not worth loading any more. Asked before each version.
  std::function<bool()> superseded = [] { return false; };
  // Report() has changed.
  std::function<void()> changed = [] {};
};

// The model versions of this process: makes what is loaded equal to what the cluster wants. Keeps
// what is loaded for as long as no newer state says otherwise.
//
// Apply is called by one thread at a time; the other methods by any, and they never wait for it.
class ModelHost {
 public:
  // `metrics` has to outlive the host and every model that it handed out.
  // `clock` says when versions came into their states.
  ModelHost(BundleSource source, PredictMetrics* metrics, const Clock* clock = Clock::Real());

  // Unloads versions that are gone from the state, then loads those that are new: first those that
  // take traffic or copies of it, or have an alias. True once each is loaded or refused. False if
  // it was superseded, or a bundle could not be fetched: that one stays kLoading, the others are
  // tried all the same, and the next call tries again.
  bool Apply(const internal::v1::ClusterState& state, const LoadHooks& hooks = {});

  // What is loaded, what is not though it was tried, and the state of every version.
  internal::v1::ReplicaReport Report() const;

  // Every version of a project, in order of model and version.
  std::vector<HostedVersion> Versions(absl::string_view project) const;

  // True once every version of a state has been tried.
  bool ready() const { return applied_.HasBeenNotified(); }

  // The version, ready to answer. UNAVAILABLE with RetryInfo while it is loading or no state has
  // come yet, FAILED_PRECONDITION if it was refused, NOT_FOUND if it is not in the state.
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Find(absl::string_view project,
                                                          absl::string_view model,
                                                          int32_t version) const;

 private:
  struct Version {
    std::string project;
    std::string model_id;
    int32_t number = 0;
    std::string bundle_sha256;
    LoadState state = LoadState::kLoading;
    absl::Time state_time;                     // When it came into the state.
    absl::Status error;                        // Why it is not kReady, if it was tried.
    std::shared_ptr<const LoadedModel> model;  // Only if kReady.
  };
  // By project and resource name.
  using ByName = absl::flat_hash_map<std::string, std::shared_ptr<const Version>>;
  // A version that the state asks for.
  struct Wanted;

  template <typename Message>
  static void SetName(const Version& version, Message* message) {
    message->set_project(version.project);
    message->set_model(version.model_id);
    message->set_version(version.number);
  }
  static std::vector<Wanted> WantedBy(const internal::v1::ClusterState& state);

  // Forgets what is not wanted, adds what is new.
  void Reconcile(const std::vector<Wanted>& wanted);
  // One attempt at a version; false if it has to be tried again.
  bool Try(const Wanted& wanted);
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Load(const Wanted& wanted) const;
  // Where an attempt ended. The only way from one state to another.
  void Transition(const Wanted& wanted, absl::StatusOr<std::shared_ptr<const LoadedModel>> outcome);
  void Publish() { published_.Set(std::make_shared<const ByName>(versions_)); }

  static internal::v1::VersionReport ReportOf(const Version& version);

  const BundleSource source_;
  PredictMetrics* const metrics_;
  const Clock* const clock_;
  ByName versions_;  // Only touched by Apply.
  SnapshotPtr<ByName> published_;
  absl::Notification applied_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_MODEL_HOST_H_
