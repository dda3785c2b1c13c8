#ifndef SERIN_SERVER_CONTROL_CLUSTER_PUBLISHER_H_
#define SERIN_SERVER_CONTROL_CLUSTER_PUBLISHER_H_

#include <cstdint>
#include <functional>
#include <list>
#include <map>
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
#include "server/control/listener.h"

namespace serin {

// The state that members are to act on, who they are and how far each has come. Thread-safe;
// callbacks are called without locks held.
class ClusterPublisher {
 public:
  using State = std::shared_ptr<const internal::v1::ClusterState>;

  // `apply_timeout`: how long WhenApplied waits at most, by `clock` and as often as ExpireWaits is
  // called.
  ClusterPublisher(const Clock* clock, absl::Duration apply_timeout);

  // Makes a state the newest. Its revision must be greater than the last one's.
  void Publish(State state) ABSL_LOCKS_EXCLUDED(mutex_);
  State state() const ABSL_LOCKS_EXCLUDED(mutex_);

  // A member, from Join to its destruction. Thread-safe.
  class Member {
   public:
    Member(ClusterPublisher* publisher, uint64_t id) : publisher_(publisher), id_(id) {}
    // After this `on_change` is not running and not called again.
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    // What the member now acts on.
    void Report(internal::v1::AppliedState applied);

   private:
    friend class ClusterPublisher;
    ClusterPublisher* const publisher_;
    const uint64_t id_;
    std::unique_ptr<Listeners<int>::Subscription> subscription_;
  };

  // `on_change` is called when state() or draining() has changed; it must not destroy the member.
  std::unique_ptr<Member> Join(std::function<void()> on_change) ABSL_LOCKS_EXCLUDED(mutex_);

  // Calls `done` once every member, those that join meanwhile included, acts on the state that is
  // the newest now; or when the time for that is over; at once when nothing is to be waited for.
  void WhenApplied(std::function<void()> done) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the waits whose time is over.
  void ExpireWaits() ABSL_LOCKS_EXCLUDED(mutex_);

  // Why a member has refused to load a version (models/{model}/versions/{version}), if one has.
  std::optional<std::string> RefusalOf(absl::string_view project,
                                       absl::string_view model_version) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends all waits, present and future, and asks members to leave.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);
  bool draining() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Wait {
    uint64_t revision;
    absl::Time deadline;
    std::function<void()> done;
  };

  void Leave(uint64_t id) ABSL_LOCKS_EXCLUDED(mutex_);
  void Report(uint64_t id, internal::v1::AppliedState applied) ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsOver(const Wait& wait) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Calls back the waits that are over.
  void EndWaits() ABSL_LOCKS_EXCLUDED(mutex_);

  const Clock* const clock_;
  const absl::Duration apply_timeout_;
  // One key: all listen to the same.
  Listeners<int> listeners_;

  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  // What each member reported last; revision 0 before the first time.
  std::map<uint64_t, internal::v1::AppliedState> members_ ABSL_GUARDED_BY(mutex_);
  std::list<Wait> waits_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_CLUSTER_PUBLISHER_H_
