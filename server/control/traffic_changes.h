#ifndef SERIN_SERVER_CONTROL_TRAFFIC_CHANGES_H_
#define SERIN_SERVER_CONTROL_TRAFFIC_CHANGES_H_

#include <functional>
#include <list>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/traffic/split.h"
#include "serin/v1/model.pb.h"
#include "server/control/cluster_publisher.h"
#include "server/control/model_registry.h"

namespace serin {

struct TrafficChangeOptions {
  // From when on one predictor that has loaded a version is enough, where others have not yet said
  // whether they can.
  absl::Duration patience = absl::Seconds(5);
  // When a change is given up.
  absl::Duration timeout = absl::Seconds(20);
};

// Changes of traffic on their way. A change waits in memory until the predictors can answer it;
// only then is it written, and told to the proxies. So what is on disk could always be answered,
// also after a restart, and a change that fails has changed nothing. What is not in the predictors'
// memory is loaded for it. Thread-safe.
class TrafficChanges {
 public:
  // Called exactly once, without locks held, on any thread: the model as it was written, once the
  // proxies act on it. The errors of ModelRegistry::SetTraffic, and
  // - FAILED_PRECONDITION, VERSION_REFUSED: every predictor has refused a version, and why;
  // - UNAVAILABLE, TRAFFIC_NOT_READY: no predictor could answer it in time;
  // - ABORTED, TRAFFIC_REPLACED: there was a later change of the same model;
  // - UNAVAILABLE: control is stopping.
  using DoneFn = std::function<void(absl::StatusOr<v1::Model> outcome)>;

  // All outlive the object; time is looked at as often as Step is called.
  TrafficChanges(const Clock* clock, ModelRegistry* registry, ClusterPublisher* publisher,
                 TrafficChangeOptions options);

  // Begins a change; done, without waiting, if the predictors have all loaded what it needs.
  void Begin(std::string project, std::string model, TrafficSetting setting, DoneFn done)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends what can be ended. Call when predictors have reported, and from time to time.
  void Step() ABSL_LOCKS_EXCLUDED(mutex_);

  // Gives up all changes, those that come later too.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Change {
    std::string project;
    std::string model;
    TrafficSetting setting;
    absl::Time begun;
    DoneFn done;
  };
  // What is to be called once the lock is free.
  using Callbacks = std::vector<std::function<void()>>;

  // Gives up the changes of a model that `later` replaces.
  void Replace(const Change& later, Callbacks& callbacks) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // True if the change is over, with how in `callbacks`.
  bool Advance(const Change& change, Callbacks& callbacks) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(const Change& change, Callbacks& callbacks) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Has the predictors load what the changes wait for, should it not be in their memory.
  void Preload() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock* const clock_;
  ModelRegistry* const registry_;
  ClusterPublisher* const publisher_;
  const TrafficChangeOptions options_;

  // Held while a change is written, so that changes of one model take effect in their order.
  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::list<Change> changes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_TRAFFIC_CHANGES_H_
