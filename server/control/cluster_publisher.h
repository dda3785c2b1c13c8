#ifndef SERIN_SERVER_CONTROL_CLUSTER_PUBLISHER_H_
#define SERIN_SERVER_CONTROL_CLUSTER_PUBLISHER_H_

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "server/control/cluster_metrics.h"
#include "server/control/listener.h"
#include "server/control/membership.h"
#include "server/control/traffic_readiness.h"

namespace serin {

struct PublisherOptions {
  // How long a wait for members lasts at most.
  absl::Duration apply_timeout = absl::Seconds(5);
  // How long a predictor whose stream broke off may take to join again (RejoinBackoff, and a second
  // to connect) until proxies are told that it is gone.
  absl::Duration leave_grace = absl::Seconds(3);
  // For how long after the first Publish predictors may not have joined again yet.
  absl::Duration settle_time = absl::Seconds(5);
};

// What proxies and predictors are to act on, who they are and how far each has come. Predictors are
// told of the models, proxies of the predictors as well. Thread-safe; callbacks are called without
// locks held.
class ClusterPublisher {
 public:
  using State = std::shared_ptr<const internal::v1::ClusterState>;

  // Time is `clock`'s, looked at as often as Step is called. `metrics` outlives the publisher.
  // `on_replicas` is called after predictors have joined, left or reported; nothing if empty.
  ClusterPublisher(const Clock* clock, PublisherOptions options, ClusterMetrics* metrics,
                   std::function<void()> on_replicas = nullptr);

  // Makes a state without replicas the newest. Its revision must be greater than the last one's.
  void Publish(State models) ABSL_LOCKS_EXCLUDED(mutex_);
  // Versions that predictors are to load as if they took traffic; takes the place of those of the
  // call before.
  struct Preload {
    std::string project;
    std::string model;
    std::vector<int32_t> versions;

    friend bool operator==(const Preload&, const Preload&) = default;
  };
  void SetPreloads(std::vector<Preload> preloads) ABSL_LOCKS_EXCLUDED(mutex_);
  // The newest for members of a role.
  State state(MemberRole role) const ABSL_LOCKS_EXCLUDED(mutex_);

  // A member, from Join to its destruction. Thread-safe.
  class Member {
   public:
    Member(ClusterPublisher* publisher, MemberRole role, uint64_t session)
        : publisher_(publisher), role_(role), session_(session) {}
    // After this `on_change` is not running and not called again.
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    State state() const { return publisher_->state(role_); }
    void Applied(uint64_t revision) { publisher_->Applied(session_, revision); }
    void Report(internal::v1::ReplicaReport report) {
      publisher_->Report(session_, std::move(report));
    }
    void ReportLoad(double load) { publisher_->ReportLoad(session_, load); }
    void ReportDistributions(internal::v1::DistributionReport distributions) {
      publisher_->ReportDistributions(session_, std::move(distributions));
    }
    // Whether another Join has taken its place, or it may go: it has reported that it leaves, and
    // proxies act on that.
    bool dismissed() const { return publisher_->Dismissed(session_); }

   private:
    friend class ClusterPublisher;
    ClusterPublisher* const publisher_;
    const MemberRole role_;
    const uint64_t session_;
    std::unique_ptr<Listeners<int>::Subscription> subscription_;
  };

  // `on_change` is called when state(), dismissed() or draining() may have changed; it must not
  // destroy the member.
  std::unique_ptr<Member> Join(internal::v1::MemberHello hello, std::function<void()> on_change)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Calls `done` once every predictor acts on the models that are the newest now, and then every
  // proxy on what the predictors reported about that; those that join meanwhile included. Or when
  // the time for that is over; at once when nothing is to be waited for.
  void WhenApplied(std::function<void()> done) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same for the proxies alone.
  void WhenProxiesApplied(std::function<void()> done) ABSL_LOCKS_EXCLUDED(mutex_);

  // JudgeTraffic of the members that there are.
  TrafficReadiness Judge(absl::string_view project, absl::string_view model,
                         const std::vector<int32_t>& versions) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Membership::VersionsOf.
  std::vector<v1::ReplicaVersion> ReplicaVersions(absl::string_view project,
                                                  absl::string_view model) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // What the predictors say that a version was asked and has answered, one after the other.
  std::vector<internal::v1::VersionDistribution> DistributionsOf(absl::string_view project,
                                                                 absl::string_view model,
                                                                 int32_t version) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Does what is due: ends waits, forgets predictors that have not come back.
  void Step() ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends all waits, present and future, and asks members to leave.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);
  bool draining() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Wait {
    // What the predictors have yet to act on; none: it is the proxies' turn.
    std::optional<uint64_t> models_revision;
    uint64_t proxy_revision = 0;
    absl::Time deadline;
    std::function<void()> done;
  };

  void Leave(uint64_t session) ABSL_LOCKS_EXCLUDED(mutex_);
  void Applied(uint64_t session, uint64_t revision) ABSL_LOCKS_EXCLUDED(mutex_);
  void Report(uint64_t session, internal::v1::ReplicaReport report) ABSL_LOCKS_EXCLUDED(mutex_);
  void ReportLoad(uint64_t session, double load) ABSL_LOCKS_EXCLUDED(mutex_);
  void ReportDistributions(uint64_t session, internal::v1::DistributionReport distributions)
      ABSL_LOCKS_EXCLUDED(mutex_);
  bool Dismissed(uint64_t session) const ABSL_LOCKS_EXCLUDED(mutex_);

  void AddWait(Wait wait) ABSL_LOCKS_EXCLUDED(mutex_);
  // Moves a wait on; true when it is over.
  bool Advance(Wait& wait) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Calls back the waits that are over.
  void EndWaits() ABSL_LOCKS_EXCLUDED(mutex_);
  // What follows a change of the predictors.
  void TellOfReplicas() ABSL_LOCKS_EXCLUDED(mutex_);
  // Makes predict_state_ anew.
  void RebuildForPredictors() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Makes proxy_state_ anew, with the next revision.
  void Rebuild() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CountMembers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock* const clock_;
  const PublisherOptions options_;
  ClusterMetrics* const metrics_;
  const std::function<void()> on_replicas_;
  // One key: all listen to the same.
  Listeners<int> listeners_;

  mutable absl::Mutex mutex_;
  State models_ ABSL_GUARDED_BY(mutex_);
  std::vector<Preload> preloads_ ABSL_GUARDED_BY(mutex_);
  State predict_state_ ABSL_GUARDED_BY(mutex_);  // models_ with preloads_.
  State proxy_state_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time settled_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  Membership membership_ ABSL_GUARDED_BY(mutex_);
  std::list<Wait> waits_ ABSL_GUARDED_BY(mutex_);
  // By session: the revision by which proxies know that it leaves.
  std::map<uint64_t, uint64_t> leaving_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_CLUSTER_PUBLISHER_H_
