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
#include "absl/time/time.h"
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

// Gets the bytes of a bundle, as FetchBundle (server/cluster/fetch_bundle.h) does: NOT_FOUND and
// DATA_LOSS are final, after other errors it is worth trying again.
using BundleSource = std::function<absl::StatusOr<std::string>(const std::string& project,
                                                               const std::string& sha256)>;

// How often a round of loading is repeated for bundles that could not be fetched, and the pause
// before the first repetition, which doubles each time.
struct LoadRetries {
  int rounds = 6;
  absl::Duration pause = absl::Milliseconds(100);
};

// The model versions of this process: makes what is loaded equal to what the cluster wants. Keeps
// what is loaded for as long as no newer state says otherwise.
//
// Apply is called by one thread at a time; the other methods by any, and they never wait for it.
class ModelHost {
 public:
  // `metrics` has to outlive the host and every model that it handed out.
  ModelHost(BundleSource source, PredictMetrics* metrics, LoadRetries retries = {});

  // Unloads versions that are gone from the state, then loads those that are new: first those that
  // take traffic or have an alias. Returns once each has been tried. A bundle that could not be
  // fetched, after all retries, is among the failures, stays kLoading and is tried again with the
  // next state.
  internal::v1::AppliedState Apply(const internal::v1::ClusterState& state);

  // Makes an Apply that waits between retries return soon.
  void Stop();

  // True once a state has been applied.
  bool ready() const { return applied_.HasBeenNotified(); }

  // The version, ready to answer. UNAVAILABLE with RetryInfo while it is loading or no state has
  // come yet, FAILED_PRECONDITION if it was refused, NOT_FOUND if it is not in the state.
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Find(absl::string_view project,
                                                          absl::string_view model,
                                                          int32_t version) const;

 private:
  struct Version {
    LoadState state = LoadState::kLoading;
    std::string bundle_sha256;
    absl::Status error;                        // Why it is not kReady, if it was tried.
    std::shared_ptr<const LoadedModel> model;  // Only if kReady.
  };
  // By project and resource name.
  using Versions = absl::flat_hash_map<std::string, std::shared_ptr<const Version>>;
  // A version that the state asks for.
  struct Wanted;

  static std::vector<Wanted> WantedBy(const internal::v1::ClusterState& state);

  // Forgets what is not wanted, adds what is new.
  void Reconcile(const std::vector<Wanted>& wanted);
  void LoadAll(const std::vector<Wanted>& wanted);
  // One attempt at every version that is kLoading; false if one has to be tried again.
  bool LoadRound(const std::vector<Wanted>& wanted);
  absl::StatusOr<std::shared_ptr<const LoadedModel>> Load(const Wanted& wanted) const;
  // Where an attempt ended. The only way from one state to another.
  void Transition(const Wanted& wanted, absl::StatusOr<std::shared_ptr<const LoadedModel>> outcome);
  void Publish() { published_.Set(std::make_shared<const Versions>(versions_)); }

  const BundleSource source_;
  PredictMetrics* const metrics_;
  const LoadRetries retries_;
  Versions versions_;  // Only touched by Apply.
  SnapshotPtr<Versions> published_;
  absl::Notification applied_;
  absl::Notification stopping_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_MODEL_HOST_H_
