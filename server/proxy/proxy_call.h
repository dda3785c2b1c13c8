#ifndef SERIN_SERVER_PROXY_PROXY_CALL_H_
#define SERIN_SERVER_PROXY_PROXY_CALL_H_

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/ids.h"
#include "core/traffic/retry.h"
#include "core/traffic/shadow.h"
#include "server/http/acceptor.h"
#include "server/http/grpc_framer.h"
#include "server/proxy/access_log.h"
#include "server/proxy/admission.h"
#include "server/proxy/call_head.h"
#include "server/proxy/deadline_queue.h"
#include "server/proxy/predict_scan.h"
#include "server/proxy/proxy_counters.h"
#include "server/proxy/request_body.h"
#include "server/proxy/route_table.h"
#include "server/proxy/rpc_metrics.h"
#include "server/proxy/shadow_calls.h"
#include "server/proxy/upstreams.h"

namespace serin {

class ProxyCall;

// What the calls of one loop share. All pointers outlive the calls.
struct CallServices {
  EventLoop* loop = nullptr;
  const RouteTable* routes = nullptr;
  Upstreams* upstreams = nullptr;
  Admission* admission = nullptr;
  RetryBudget* retries = nullptr;
  ShadowCalls* shadows = nullptr;
  ProxyCounters* counters = nullptr;
  DeadlineQueue* deadlines = nullptr;
  RpcMetrics* metrics = nullptr;
  AccessLog* log = nullptr;
  IdGenerator* ids = nullptr;
  absl::InsecureBitGen* random = nullptr;
  uint32_t max_message_bytes = 0;
  // Whether predictions that wait long go to a second replica too (core/traffic/hedge.h).
  bool hedge = false;
};

// Who keeps calls, and destroys one when it has ended.
class CallOwner {
 public:
  virtual ~CallOwner() = default;
  // The last thing that a call does.
  virtual void OnCallEnded(ProxyCall* call) = 0;
};

// One gRPC call of any kind, from its head to its line in the access log: passes bytes both ways
// between its caller and the upstream that it chooses, and sees to it that the caller gets exactly
// one end, with a grpc-status.
//
//   kFirstMessage   a prediction, until so much of its message is there that the model is known
//   kWaiting        for a connection to an upstream, or for the time of another attempt
//   kRelaying       an upstream stream is open
//   kAnswered       the caller has been sent the end, which may still wait in its queue
//
// Flow control. The caller's window opens for what the upstream's stream has sent on, and the
// upstream's for what the caller's has, so that a slow reader on either side stops the writer on
// the other; but for the beginning of a prediction, by which it is routed.
//
// Attempts. While the caller has heard nothing and all of its bytes are kept, a call may be sent to
// another upstream, as core/traffic/retry.h has it. A prediction that waits long for its answer may
// go to a second replica beside the first; whichever answers first is the upstream from then on.
class ProxyCall final : public DeadlineQueue::Entry, public UpstreamPool::Waiter {
 public:
  // Nothing happens before Start.
  ProxyCall(const CallServices* services, CallOwner* owner, std::unique_ptr<HttpStream> caller,
            Headers head, const StreamAcceptor::Peer& peer);
  ~ProxyCall();

  // May end the call. `place`: where the owner keeps it. `end`: there is no body. `refusal`: OK, or
  // the error that calls are answered with now, but for those of the proxy's own services.
  void Start(std::list<ProxyCall>::iterator place, bool end, const absl::Status& refusal);
  std::list<ProxyCall>::iterator place() const { return place_; }

  // Ends it with an error of the proxy's own, if it has not been answered.
  void Abort(const absl::Status& error);

  // `endpoint` no longer answers: if the call waits for it, a second attempt is made elsewhere.
  void OnStalled(const Endpoint* endpoint);

  void OnDeadline() override;
  void OnUpstreamChanged() override;

 private:
  enum class State { kFirstMessage, kWaiting, kRelaying, kAnswered };

  // What the stream of either side tells.
  struct Side : StreamHandler {
    explicit Side(ProxyCall* of) : call(*of) {}
    ProxyCall& call;
  };
  struct CallerEvents final : Side {
    using Side::Side;
    void OnHeaders(Headers, bool) override {}  // A request's came with the stream.
    void OnData(absl::string_view data, bool end) override { call.OnCallerData(data, end); }
    void OnTrailers(Headers) override { call.OnCallerData("", true); }
    void OnSent(size_t bytes) override { call.OnSentToCaller(bytes); }
    void OnClosed(StreamEnd, uint32_t) override { call.OnCallerClosed(); }
  };
  struct UpstreamEvents final : Side {
    using Side::Side;
    void OnHeaders(Headers headers, bool end) override { call.OnResponseHead(headers, end); }
    void OnData(absl::string_view data, bool end) override { call.OnResponseData(data, end); }
    void OnTrailers(Headers trailers) override { call.OnResponseEnd(trailers); }
    void OnSent(size_t bytes) override { call.OnSentToUpstream(bytes); }
    void OnClosed(StreamEnd end, uint32_t error) override { call.OnUpstreamClosed(end, error); }
  };

  // Of a hedge's stream: until it has answered only that it lives, and then as the upstream's.
  struct HedgeEvents final : Side {
    using Side::Side;
    void OnHeaders(Headers headers, bool end) override { call.OnHedgeHead(headers, end); }
    void OnData(absl::string_view data, bool end) override { call.OnResponseData(data, end); }
    void OnTrailers(Headers trailers) override { call.OnResponseEnd(trailers); }
    void OnSent(size_t bytes) override { call.OnSentToHedge(bytes); }
    void OnClosed(StreamEnd end, uint32_t error) override { call.OnHedgeClosed(end, error); }
  };
  struct HedgeTimer final : DeadlineQueue::Entry {
    explicit HedgeTimer(ProxyCall* of) : call(*of) {}
    void OnDeadline() override { call.OpenHedge(); }
    ProxyCall& call;
  };
  struct RetryTimer final : DeadlineQueue::Entry {
    explicit RetryTimer(ProxyCall* of) : call(*of) {}
    void OnDeadline() override { call.OpenUpstream(); }
    ProxyCall& call;
  };

  // --- From the head to an open upstream stream.
  absl::Status ReadHead();
  static absl::Status DeadlinePassed();
  absl::Status Admit(const absl::Status& refusal);
  void RouteOrWait();
  // Looks at what has come of the first message; true once that is enough to route by.
  absl::StatusOr<bool> ScanFirstMessage();
  absl::Status RouteByFirstMessage();
  void OpenUpstream();
  absl::StatusOr<Upstreams::Candidates> FindCandidates();
  // Its version is loaded for it first.
  bool LoadsOnDemand() const;
  Headers HeadForUpstream(int32_t version);
  void SendShadows();
  absl::string_view Project() const;

  // --- The request, from the caller to the upstream.
  void OnCallerData(absl::string_view data, bool end);
  void ForgetBodyIfLarge();
  void OnSentToUpstream(size_t bytes);
  void OnCallerClosed();

  // --- The response, from the upstream to the caller.
  void OnResponseHead(const Headers& head, bool end);
  void OnResponseData(absl::string_view data, bool end);
  absl::Status CountResponse(absl::string_view data);
  void OnResponseEnd(const Headers& trailers);
  void OnSentToCaller(size_t bytes);
  void OnUpstreamClosed(StreamEnd end, uint32_t error);

  // --- A second attempt beside the first (proxy_call_hedge.cc).
  bool MayHedge() const;
  void PlanHedge();
  void OpenHedge();
  void OnHedgeHead(const Headers& head, bool end);
  void OnSentToHedge(size_t bytes);
  void OnHedgeClosed(StreamEnd end, uint32_t error);
  // Makes the hedge the upstream; the attempt that was it must have been closed.
  void AdoptHedge();
  void DropHedge(CallOutcome outcome);

  // --- Ends.
  // What such predictions take, after this one, which has been answered.
  absl::Duration LearnLatency();
  // `code`: how the attempt ended, for what is counted.
  void CloseUpstream(CallOutcome outcome, absl::StatusCode code);
  // The upstream broke off. `refused`: it has not looked at the call.
  void OnUpstreamLost(absl::string_view why, bool refused);
  void RetryAfter(absl::Duration delay);
  // Ends the call with an error of the proxy's own.
  void Fail(const absl::Status& error);
  void Answer(const absl::Status& status, Headers trailers);
  // The same where the caller may not take what was sent before, so that it is reset.
  void Cut(const absl::Status& error);
  void End(const absl::Status& status);
  absl::Status Unreachable() const;

  const CallServices& services_;
  CallOwner* const owner_;
  CallerEvents caller_events_{this};
  UpstreamEvents upstream_events_{this};
  RetryTimer retry_timer_{this};
  HedgeEvents hedge_events_{this};
  HedgeTimer hedge_timer_{this};
  const std::unique_ptr<HttpStream> caller_;
  const Headers head_;
  const std::string peer_;
  const absl::Time start_;
  CallHead fields_;  // Into head_.
  std::string request_id_;
  std::string traceparent_;
  absl::Time deadline_ = absl::InfiniteFuture();
  const PublicMethod* method_ = nullptr;
  Admission::Ticket ticket_;
  std::string routed_by_;   // What a long message says of its model, for the predictor to check.
  std::string model_;       // Of a prediction, once chosen,
  int32_t version_ = 0;     // the version that is to answer,
  ShadowVersions shadows_;  // and those that get a copy, until they have it.
  State state_ = State::kFirstMessage;

  std::optional<PredictScanner> scanner_;  // Of a prediction whose message has begun.
  size_t scanned_ = 0;                     // Of that message.

  RequestBody body_;
  uint64_t consumed_ = 0;  // Of the request: for so much the caller's window has opened again.

  std::unique_ptr<HttpStream> upstream_;
  Lease lease_;
  const Endpoint* avoid_ = nullptr;  // Of the last attempt. Never looked into.
  int attempts_ = 0;
  absl::Time first_attempt_;
  uint64_t sent_upstream_ = 0;  // In this attempt.
  bool head_sent_ = false;      // To the caller.

  std::unique_ptr<HttpStream> hedge_;  // While it is not known which of two is faster.
  Lease hedge_lease_;
  uint64_t sent_to_hedge_ = 0;
  bool adopted_ = false;  // The hedge was the faster one: its stream is upstream_.

  GrpcFramer response_framer_;
  uint64_t response_bytes_ = 0;  // Of messages.
  uint64_t queued_ = 0;          // Sent to the caller, and still held by its stream.

  absl::Status result_;
  std::list<ProxyCall>::iterator place_;
  std::string upstream_error_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PROXY_CALL_H_
