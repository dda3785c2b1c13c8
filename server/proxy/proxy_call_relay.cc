#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "server/http/grpc_codes.h"
#include "server/http/grpc_wire.h"
#include "server/proxy/proxy_call.h"

// How the bytes of a call move, and how it ends. How it begins is proxy_call.cc's.

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

// Of a request, for another attempt.
constexpr size_t kMaxKeptBytes = 64 << 10;

// A caller's clock began before ours, by the time that the call took to get here, and so its
// deadline passes first and reaches us as a cancellation.
constexpr absl::Duration kTransit = absl::Milliseconds(100);

// RFC 9113, section 7.
constexpr uint32_t kNoError = 0;
constexpr uint32_t kCancel = 8;

constexpr char kRetryInfo[] = "type.googleapis.com/google.rpc.RetryInfo";

// The proxy's own errors are worded for callers.
absl::Status BadRequest(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kResourceExhausted:
      return WithReason(error, "MESSAGE_TOO_LARGE");
    case absl::StatusCode::kUnimplemented:
      return WithReason(error, "COMPRESSED_MESSAGE");
    default:
      return WithReason(error, "MALFORMED_MESSAGE");
  }
}

// What grpc++ 1.51 answers, without a word of what is wrong, to a unary call whose message it
// cannot parse: UNIMPLEMENTED (callback API) or INTERNAL (synchronous). The former also for a
// method that a role of another release does not know.
bool IsParseFailure(const absl::Status& status, bool details) {
  return (status.code() == absl::StatusCode::kUnimplemented ||
          status.code() == absl::StatusCode::kInternal) &&
         status.message().empty() && !details;
}

absl::Status Unparsable(const PublicMethod& method) {
  return WithReason(absl::InvalidArgumentError(absl::StrCat(
                        "the ", NameOf(method.role), " role could not parse the message as ",
                        method.request_type, ", or does not know the method")),
                    "MALFORMED_MESSAGE");
}

// What a call's end says about the load of its upstream.
LoadEvidence EvidenceOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kResourceExhausted:
      // Without it, the call itself was too large.
      return status.GetPayload(kRetryInfo).has_value() ? LoadEvidence::kDropped
                                                       : LoadEvidence::kNothing;
    case absl::StatusCode::kDeadlineExceeded:
      return LoadEvidence::kExpired;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return LoadEvidence::kNothing;
    default:
      return LoadEvidence::kAnswered;
  }
}

void AddStatusOf(const Headers& block, Headers* trailers) {
  for (const char* name : {"grpc-status", "grpc-message", "grpc-status-details-bin"}) {
    if (block.Has(name)) trailers->Add(name, block.Get(name));
  }
}

}  // namespace

// --- The request, from the caller to the upstream.

void ProxyCall::OnCallerData(absl::string_view data, bool end) {
  if (state_ == State::kAnswered) return;
  const absl::Status taken = body_.Take(data, end);
  if (!taken.ok()) return Fail(BadRequest(taken));
  switch (state_) {
    case State::kFirstMessage:
      caller_->Consume(data.size());
      consumed_ += data.size();
      RouteOrWait();
      break;
    case State::kRelaying:
      upstream_->SendData(data, end);
      ForgetBodyIfLarge();
      SendShadows();
      break;
    case State::kWaiting:  // It is kept, and the caller's window closes.
    case State::kAnswered:
      break;
  }
}

void ProxyCall::ForgetBodyIfLarge() {
  if (body_.kept().size() > kMaxKeptBytes) body_.Forget();
}

// Bytes that an earlier attempt has sent, or that were needed to choose, opened the window then.
void ProxyCall::OnSentToUpstream(size_t bytes) {
  sent_upstream_ += bytes;
  services_.counters->of(method_->role).sent_bytes += bytes;
  if (sent_upstream_ <= consumed_) return;
  caller_->Consume(sent_upstream_ - consumed_);
  consumed_ = sent_upstream_;
}

void ProxyCall::OnCallerClosed() {
  if (state_ == State::kAnswered) return End(result_);
  const bool late = services_.loop->Now() + kTransit >= deadline_;
  CloseUpstream(CallOutcome::kGivenUp, absl::StatusCode::kCancelled);
  End(late ? DeadlinePassed() : absl::CancelledError("the caller has gone away"));
}

// --- The response, from the upstream to the caller.

void ProxyCall::OnResponseHead(const Headers& head, bool end) {
  const absl::string_view status = head.Get(":status");
  if (status.size() == 3 && status[0] == '1') return;
  if (end) return OnResponseEnd(head);
  if (status != "200" || !IsGrpcContentType(head.Get("content-type"))) {
    return OnUpstreamLost(absl::StrCat("answered with HTTP status ", status, " and content type '",
                                       head.Get("content-type"), "'"),
                          /*refused=*/false);
  }
  body_.Forget();
  if (method_->streams) lease_.BeginAnswer();
  head_sent_ = true;
  caller_->SendHeaders(ResponseHead(head, request_id_), /*end=*/false);
}

void ProxyCall::OnResponseData(absl::string_view data, bool end) {
  const absl::Status counted = CountResponse(data);
  if (!counted.ok()) {
    CloseUpstream(CallOutcome::kFailed, counted.code());
    return Fail(WithReason(counted, "BAD_UPSTREAM"));
  }
  services_.counters->of(method_->role).received_bytes += data.size();
  queued_ += data.size();
  caller_->SendData(data, /*end=*/false);
  if (end) OnResponseEnd({});
}

absl::Status ProxyCall::CountResponse(absl::string_view data) {
  GrpcFramer::Part part;
  while (true) {
    const absl::StatusOr<bool> found = response_framer_.Next(&data, &part);
    if (!found.ok()) return found.status();
    if (!*found) return absl::OkStatus();
    response_bytes_ += part.bytes.size();
  }
}

void ProxyCall::OnResponseEnd(const Headers& block) {
  const std::optional<absl::StatusCode> code = GrpcCodeOf(block);
  Headers trailers = TrailingMetadata(block);
  if (code == absl::StatusCode::kOk) {
    const absl::Status whole = response_framer_.Finish();
    CloseUpstream(whole.ok() ? CallOutcome::kAnswered : CallOutcome::kFailed, whole.code());
    AddGrpcStatus(whole, &trailers);
    return Answer(whole, std::move(trailers));
  }
  const bool details = block.Has("grpc-status-details-bin");
  absl::Status status = GrpcStatusOf(block);
  // Errors of the roles all have details (ToRpcStatus), so one without is about the connection.
  if (status.code() == absl::StatusCode::kUnavailable && !details &&
      method_->role != UpstreamRole::kSelf) {
    return OnUpstreamLost(status.message(), /*refused=*/false);
  }
  CloseUpstream(code.has_value() ? OutcomeOf(*code) : CallOutcome::kFailed, status.code());
  if (IsParseFailure(status, details)) {
    status = Unparsable(*method_);
    AddGrpcStatus(status, &trailers);
  } else if (!code.has_value()) {
    AddGrpcStatus(status, &trailers);
  } else {
    AddStatusOf(block, &trailers);
  }
  Answer(status, std::move(trailers));
}

void ProxyCall::OnSentToCaller(size_t bytes) {
  queued_ -= bytes;
  if (upstream_ != nullptr) upstream_->Consume(bytes);
}

void ProxyCall::OnUpstreamClosed(StreamEnd end, uint32_t error) {
  const absl::Status status =
      StatusOfStreamEnd(absl::StrCat("the ", NameOf(method_->role), " role"), end, error);
  if (status.code() == absl::StatusCode::kUnavailable) {
    return OnUpstreamLost(status.message(), end == StreamEnd::kRefused);
  }
  CloseUpstream(CallOutcome::kFailed, status.code());
  if (services_.loop->Now() + kTransit >= deadline_) return Fail(DeadlinePassed());
  Fail(WithReason(status, "UPSTREAM_RESET"));
}

// --- Ends.

absl::Status ProxyCall::DeadlinePassed() {
  return absl::DeadlineExceededError("the deadline has passed");
}

void ProxyCall::CloseUpstream(CallOutcome outcome, absl::StatusCode code) {
  if (method_ != nullptr) services_.upstreams->pool(method_->role).StopWaiting(this);
  services_.deadlines->Remove(&retry_timer_);
  DropHedge(CallOutcome::kGivenUp);
  if (upstream_ == nullptr) return;
  const size_t index = static_cast<size_t>(code);
  auto& calls = services_.counters->of(method_->role).calls;
  ++calls[index < calls.size() ? index : static_cast<size_t>(absl::StatusCode::kUnknown)];
  upstream_.reset();
  const bool comparable = method_->is_unary_prediction() && outcome == CallOutcome::kAnswered;
  lease_.End(outcome, comparable ? LearnLatency() : absl::ZeroDuration());
}

absl::Duration ProxyCall::LearnLatency() {
  HedgePolicy* const latency = services_.upstreams->LatencyOf(Project(), model_, version_);
  latency->OnAnswer(services_.loop->Now() - first_attempt_);
  return latency->median();
}

void ProxyCall::OnUpstreamLost(absl::string_view why, bool refused) {
  upstream_error_ = std::string(why);
  const CallOutcome outcome = refused ? CallOutcome::kGivenUp : CallOutcome::kFailed;
  if (hedge_ != nullptr) {
    lease_.End(outcome);
    upstream_.reset();
    return AdoptHedge();
  }
  CloseUpstream(outcome, absl::StatusCode::kUnavailable);
  const FailedAttempt attempt = {.code = absl::StatusCode::kUnavailable,
                                 .number = attempts_,
                                 .never_started = refused,
                                 .response_begun = head_sent_,
                                 .request_complete = body_.keeps(),
                                 .method_repeatable = method_->repeatable};
  // What was refused costs the upstreams nothing, so that the budget is not asked.
  if (MayRetry(attempt) && (refused || services_.retries->TryTake(services_.loop->Now()))) {
    return RetryAfter(RetryDelay(attempt, (*services_.random)()));
  }
  Fail(Unreachable());
}

void ProxyCall::RetryAfter(absl::Duration delay) {
  if (delay <= absl::ZeroDuration()) return OpenUpstream();
  state_ = State::kWaiting;
  services_.deadlines->Add(&retry_timer_, services_.loop->Now() + delay);
}

absl::Status ProxyCall::Unreachable() const {
  return WithReason(
      UnavailableRetryAfter(absl::StrCat("the ", NameOf(method_->role),
                                         " role cannot be reached, or went away during the call"),
                            kRetryDelay),
      "UPSTREAM_UNAVAILABLE");
}

void ProxyCall::OnDeadline() {
  if (state_ == State::kAnswered) return Cut(result_);
  CloseUpstream(CallOutcome::kGivenUp, absl::StatusCode::kDeadlineExceeded);
  queued_ > 0 ? Cut(DeadlinePassed()) : Fail(DeadlinePassed());
}

void ProxyCall::Abort(const absl::Status& error) {
  if (state_ == State::kAnswered) return;
  CloseUpstream(CallOutcome::kGivenUp, error.code());
  queued_ > 0 ? Cut(error) : Fail(error);
}

void ProxyCall::Fail(const absl::Status& error) {
  CloseUpstream(CallOutcome::kGivenUp, error.code());
  Answer(error, GrpcTrailers(error));
}

void ProxyCall::Answer(const absl::Status& status, Headers trailers) {
  if (!head_sent_) caller_->SendHeaders(OwnResponseHead(request_id_), /*end=*/false);
  caller_->SendTrailers(std::move(trailers));
  if (!body_.ended()) {
    caller_->Reset(kNoError);
    return End(status);
  }
  result_ = status;
  state_ = State::kAnswered;  // The caller's OnClosed follows.
}

void ProxyCall::Cut(const absl::Status& error) {
  caller_->Reset(kCancel);
  End(error);
}

void ProxyCall::End(const absl::Status& status) {
  const absl::Time now = services_.loop->Now();
  const absl::Duration duration = now - start_;
  ticket_.Release(attempts_ > 0 ? EvidenceOf(status) : LoadEvidence::kNothing, duration, now);
  services_.metrics->Record(method_, status.code(), duration);
  // Whoever asks every second whether the server is well would fill the log.
  if (method_ == nullptr || method_->role != UpstreamRole::kSelf) {
    services_.log->Add({.request_id = request_id_,
                        .method = fields_.path,
                        .project = Project(),
                        .peer = peer_,
                        .model = model_,
                        .version = version_,
                        .status = status,
                        .upstream_error = upstream_error_,
                        .duration = duration,
                        .bytes_in = body_.message_bytes(),
                        .bytes_out = response_bytes_,
                        .attempts = attempts_});
  }
  owner_->OnCallEnded(this);
}

}  // namespace serin
