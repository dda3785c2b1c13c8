#ifndef SERIN_SERVER_CLUSTER_MEMBER_H_
#define SERIN_SERVER_CLUSTER_MEMBER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"
#include "server/rpc/waiting_stream.h"

namespace serin {

// Makes this process act on a state, and says which that was. Quick: what takes long is for
// PredictorHooks.
using ApplyFn = std::function<internal::v1::AppliedState(const internal::v1::ClusterState&)>;

// What a call of PredictorHooks::apply may ask and tell. Thread-safe, for as long as the member.
struct ApplyContext {
  // Whether a newer state waits, or the member leaves: then what is left undone need not be done.
  std::function<bool()> superseded;
  // The report has changed: it will be asked for and sent soon.
  std::function<void()> report_changed;
};

// How a predictor takes part.
struct PredictorHooks {
  // Makes the process act on a state, which may take long; states that arrive meanwhile are merged
  // into the newest. False if something is left to be done: then it is called again with the newest
  // state, after a while if that is the same one. Control is told of what is done only.
  std::function<bool(const internal::v1::ClusterState&, const ApplyContext&)> apply;
  // What it can answer. Called from any of the member's threads; must not wait for `apply`.
  // `draining` is the member's to fill in.
  std::function<internal::v1::ReplicaReport()> report;
  // Predictions that are being answered.
  std::function<double()> load;
  // What it was asked and has answered; nothing if empty.
  std::function<internal::v1::DistributionReport()> distributions = nullptr;
};

// How long a member waits before it joins again, or applies again what could not be done: the first
// time `min`, then twice as long after each failure, at most `max`. A session in which a state
// arrived starts over with `min`.
struct RejoinBackoff {
  absl::Duration min = absl::Milliseconds(50);
  absl::Duration max = absl::Seconds(2);
};

// Keeps this process joined to control's ClusterService from construction to destruction, over
// lost connections and restarts of control; meanwhile the process goes on with the last state.
//
// One thread reads states and rejoins, one applies them, and a predictor's third sends reports. So
// `apply` is never called concurrently, always gets the newest state, and may see the same revision
// again after a rejoin.
class ClusterMember {
 public:
  // A proxy, or another member that only listens. The channel should come from ConnectToRole
  // (server/cluster/channel.h).
  ClusterMember(std::shared_ptr<grpc::Channel> control, internal::v1::MemberHello hello,
                ApplyFn apply, RejoinBackoff backoff = {});
  // A predictor.
  ClusterMember(std::shared_ptr<grpc::Channel> control, internal::v1::MemberHello hello,
                PredictorHooks hooks, RejoinBackoff backoff = {});

  // Leaves; waits for a call of `apply` that is under way.
  ~ClusterMember();

  ClusterMember(const ClusterMember&) = delete;
  ClusterMember& operator=(const ClusterMember&) = delete;

  // Of a predictor that is about to stop: reports that it is draining, and waits until control says
  // that proxies send nothing new here; at most `timeout`, and not at all while control is away.
  // Applies and joins no more after that.
  void Leave(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Stream = WaitingStream<internal::v1::JoinRequest, internal::v1::ClusterState>;
  // A state, and the session it came in.
  struct Received {
    internal::v1::ClusterState state;
    uint64_t session = 0;
  };

  void JoinLoop();
  // Joins and receives states until the stream ends; true if at least one arrived.
  bool RunSession();
  // Makes `context` the one that the destructor cancels; false when there is to be no session more.
  bool BeginSession(grpc::ClientContext* context) ABSL_LOCKS_EXCLUDED(mutex_);
  void OpenStream(Stream* stream) ABSL_LOCKS_EXCLUDED(mutex_, stream_mutex_);
  void EndSession() ABSL_LOCKS_EXCLUDED(mutex_, stream_mutex_);
  void Offer(internal::v1::ClusterState state) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits before the next session; false when there is to be none.
  bool Pause(absl::Duration duration) ABSL_LOCKS_EXCLUDED(mutex_);

  void ApplyLoop();
  // Waits for a state not yet applied, but no longer than `timeout`, after which `received` is as
  // it was. False when nothing is to be applied any more.
  bool AwaitState(absl::Duration timeout, Received* received) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Superseded() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Tells control that this process acts on a state, unless that came in an earlier session.
  void Answer(const Received& applied) ABSL_LOCKS_EXCLUDED(mutex_, stream_mutex_);

  void ReportLoop();
  void ReportSoon() ABSL_LOCKS_EXCLUDED(mutex_);
  // These do nothing without a session: the next one begins with a report.
  void SendReport() ABSL_LOCKS_EXCLUDED(mutex_, stream_mutex_);
  void SendLoad() ABSL_LOCKS_EXCLUDED(stream_mutex_);
  void SendDistributions() ABSL_LOCKS_EXCLUDED(stream_mutex_);
  void WriteReport() ABSL_EXCLUSIVE_LOCKS_REQUIRED(stream_mutex_) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<internal::v1::ClusterService::StubInterface> control_;
  const internal::v1::MemberHello hello_;
  const PredictorHooks hooks_;  // `report` and `load` only of a predictor.
  const RejoinBackoff backoff_;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Leave was called.
  bool leaving_ ABSL_GUARDED_BY(mutex_) = false;
  bool report_changed_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* session_ ABSL_GUARDED_BY(mutex_) = nullptr;
  // Hello has been said in this session.
  bool joined_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t session_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<Received> newest_ ABSL_GUARDED_BY(mutex_);
  // Those of the last state that a proxy was told of.
  google::protobuf::RepeatedPtrField<internal::v1::Replica> known_ ABSL_GUARDED_BY(mutex_);

  // Held while something is written, so that the stream outlives the write, and while what is
  // written is made, so that of two reports the later one is the newer. mutex_ may be taken while
  // it is held, but not the other way round: a write may block until the destructor cancels the
  // session.
  absl::Mutex stream_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  Stream* stream_ ABSL_GUARDED_BY(stream_mutex_) = nullptr;
  double sent_load_ ABSL_GUARDED_BY(stream_mutex_) = 0;
  std::string sent_distributions_ ABSL_GUARDED_BY(stream_mutex_);  // As bytes.

  std::thread join_thread_;
  std::thread apply_thread_;
  std::thread report_thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CLUSTER_MEMBER_H_
