#ifndef SERIN_SERVER_CONTROL_MODEL_REGISTRY_H_
#define SERIN_SERVER_CONTROL_MODEL_REGISTRY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/base/clock.h"
#include "core/base/snapshot_ptr.h"
#include "core/storage/store.h"
#include "core/traffic/shadow.h"
#include "core/traffic/split.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/schedule.pb.h"

namespace serin {

// Who answers predictions that name no version, and who gets copies of them.
struct TrafficSetting {
  TrafficSplit traffic;
  ShadowSetting shadows;
};

// Who may change models: versions, traffic and aliases. Each change is one batch on disk, which
// also counts the cluster's revision up; then the new state is handed on. Reading is for
// model_queries.h. Thread-safe.
//
// Errors common to all: NOT_FOUND for a model or version that does not exist, and the store's.
class ModelRegistry {
 public:
  // Is given every state from Recover on, in order, one at a time. Must not call the registry.
  using ChangeFn = std::function<void(std::shared_ptr<const internal::v1::ClusterState>)>;
  // Adds to the batch that makes `version`.
  using AlsoWriteFn = absl::FunctionRef<void(const v1::ModelVersion& version, WriteBatch& batch)>;

  ModelRegistry(Store* store, const Clock* clock, ChangeFn on_change);

  // Reads what is on disk. Call before anything else.
  absl::Status Recover() ABSL_LOCKS_EXCLUDED(mutex_);

  // What is on disk now.
  std::shared_ptr<const internal::v1::ClusterState> state() const { return state_.Get(); }

  // Adds a version to a model, and makes the model if it is new; then the version takes all
  // traffic. `described` is what DescribeBundle makes of the bundle, and what the worker found
  // besides. The alias `candidate` points at it from then on where `promotion` says so.
  absl::StatusOr<v1::ModelVersion> Register(absl::string_view project, absl::string_view model,
                                            absl::string_view bundle, v1::ModelVersion described,
                                            const v1::Promotion& promotion, AlsoWriteFn also_write)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether SetTraffic would be right as things are: its errors but the store's.
  absl::Status CheckTraffic(absl::string_view project, absl::string_view model,
                            const TrafficSetting& setting) const;

  // Replaces the setting. INVALID_ARGUMENT as of ValidateTraffic and ValidateShadows.
  absl::StatusOr<v1::Model> SetTraffic(absl::string_view project, absl::string_view model,
                                       const TrafficSetting& setting) ABSL_LOCKS_EXCLUDED(mutex_);

  // Points an alias at a version; 0 removes it, also one that is not there. INVALID_ARGUMENT for a
  // malformed alias or a negative version.
  absl::StatusOr<v1::Model> SetAlias(absl::string_view project, absl::string_view model,
                                     absl::string_view alias, int32_t version)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Replaces what is kept of the model's predictions; null: nothing any more. The setting has
  // passed CheckPredictionLog (prediction_log.h). The first one with features to be hashed draws
  // the model's key for that.
  absl::StatusOr<v1::Model> SetPredictionLog(absl::string_view project, absl::string_view model,
                                             const v1::PredictionLog* log)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // FAILED_PRECONDITION, saying which, while the version takes traffic, gets copies of it, or an
  // alias names it.
  absl::Status DeleteVersion(absl::string_view project, absl::string_view model, int32_t version)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Deletes all of a model, except that its version numbers are never given again.
  absl::Status DeleteModel(absl::string_view project, absl::string_view model)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // A change on its way: what will be true, and the batch that makes it so.
  struct Draft {
    internal::v1::ClusterState state;
    WriteBatch batch;
  };
  // A model as a draft changes it. `state` points into the draft.
  struct DraftModel {
    v1::Model model;
    internal::v1::ModelState* state;
  };

  Draft NewDraft() const { return {*state_.Get(), {}}; }
  absl::StatusOr<DraftModel> OpenModel(Draft& draft, absl::string_view project,
                                       absl::string_view model) const;
  DraftModel NewModel(Draft& draft, absl::string_view project, absl::string_view model,
                      int32_t first_version) const;
  // Puts the model into the draft as it is now.
  v1::Model Save(Draft& draft, DraftModel changed) const;
  absl::StatusOr<int32_t> NextNumber(absl::string_view project, absl::string_view model) const;
  // Adds the removal of a version's records; its bundle goes with it when no other version has it.
  absl::Status RemoveVersion(Draft& draft, absl::string_view project, absl::string_view model,
                             const internal::v1::VersionState& removed) const;
  absl::Status Commit(Draft draft) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Publish(internal::v1::ClusterState state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Store* const store_;
  const Clock* const clock_;
  const ChangeFn on_change_;

  SnapshotPtr<internal::v1::ClusterState> state_;
  // Held for the whole of a change.
  absl::Mutex mutex_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_MODEL_REGISTRY_H_
