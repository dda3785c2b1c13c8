#ifndef SERIN_SERVER_CLUSTER_MEMBER_H_
#define SERIN_SERVER_CLUSTER_MEMBER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"

namespace serin {

// Makes this process act on a state, and says how that went. May take long (a predictor loads
// models); states that arrive meanwhile are merged into the newest.
using ApplyFn = std::function<internal::v1::AppliedState(const internal::v1::ClusterState&)>;

// How long a member waits before it joins again: the first time `min`, then twice as long after
// each failure, at most `max`. A session in which a state arrived starts over with `min`.
struct RejoinBackoff {
  absl::Duration min = absl::Milliseconds(50);
  absl::Duration max = absl::Seconds(2);
};

// Keeps this process joined to control's ClusterService from construction to destruction, over
// lost connections and restarts of control; meanwhile the process goes on with the last state.
//
// Two threads: one reads states and rejoins, one applies them. So `apply` is never called
// concurrently, always gets the newest state, and may see the same revision again after a rejoin.
class ClusterMember {
 public:
  // The channel should come from ConnectToRole (server/cluster/channel.h).
  ClusterMember(std::shared_ptr<grpc::Channel> control, internal::v1::MemberHello hello,
                ApplyFn apply, RejoinBackoff backoff = {});

  // Leaves; waits for a call of `apply` that is under way.
  ~ClusterMember();

  ClusterMember(const ClusterMember&) = delete;
  ClusterMember& operator=(const ClusterMember&) = delete;

 private:
  using Stream =
      grpc::ClientReaderWriterInterface<internal::v1::JoinRequest, internal::v1::ClusterState>;

  void JoinLoop();
  // Joins and receives states until the stream ends; true if at least one arrived.
  bool RunSession();
  // Makes `context` the one that the destructor cancels; false when it is already stopping.
  bool BeginSession(grpc::ClientContext* context) ABSL_LOCKS_EXCLUDED(mutex_);
  void EndSession() ABSL_LOCKS_EXCLUDED(mutex_, stream_mutex_);
  void Offer(internal::v1::ClusterState state) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits before the next session; false when stopping.
  bool Pause(absl::Duration duration) ABSL_LOCKS_EXCLUDED(mutex_);

  void ApplyLoop();
  // The newest state not yet applied, waiting for one; none when stopping.
  std::optional<internal::v1::ClusterState> TakeNewest() ABSL_LOCKS_EXCLUDED(mutex_);
  void Answer(internal::v1::AppliedState applied) ABSL_LOCKS_EXCLUDED(stream_mutex_);

  const std::unique_ptr<internal::v1::ClusterService::StubInterface> control_;
  const internal::v1::MemberHello hello_;
  const ApplyFn apply_;
  const RejoinBackoff backoff_;

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* session_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::optional<internal::v1::ClusterState> newest_ ABSL_GUARDED_BY(mutex_);

  // Held while an answer is written, so that the stream outlives the write. Never taken together
  // with mutex_: a write may block until the destructor cancels the session.
  absl::Mutex stream_mutex_;
  Stream* stream_ ABSL_GUARDED_BY(stream_mutex_) = nullptr;

  std::thread join_thread_;
  std::thread apply_thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CLUSTER_MEMBER_H_
