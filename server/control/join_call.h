#ifndef SERIN_SERVER_CONTROL_JOIN_CALL_H_
#define SERIN_SERVER_CONTROL_JOIN_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "server/control/cluster_publisher.h"

namespace serin {

// One member's Join: after its hello, writes the newest state whenever it is another one than was
// written last, and passes on what the member reports, until the member leaves, is dismissed or
// control stops. Owns itself.
class JoinCall final
    : public grpc::ServerBidiReactor<internal::v1::JoinRequest, internal::v1::ClusterState> {
 public:
  JoinCall(grpc::CallbackServerContext* context, ClusterPublisher* publisher);

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override;

 private:
  // Acts on a message of the member.
  absl::Status Take() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TakeHello() ABSL_LOCKS_EXCLUDED(mutex_);
  void OnChange() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the call as soon as no write is under way.
  void Close(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same when it is control that wants to end it: a member that does not read must not hold
  // that up.
  void EndNow(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Does what is to be done next, unless a write is under way, which calls again.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadNext() ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::CallbackServerContext* const context_;
  ClusterPublisher* const publisher_;
  // Belongs to the read that is under way, or to its OnReadDone.
  internal::v1::JoinRequest request_;

  absl::Mutex mutex_;
  // From the hello to OnDone. Set once, by OnReadDone, which may therefore read it without the
  // lock.
  std::unique_ptr<ClusterPublisher::Member> member_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> closing_ ABSL_GUARDED_BY(mutex_);
  // Written last; kept alive while grpc reads it.
  ClusterPublisher::State written_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOIN_CALL_H_
