#include "server/proxy/proxy_call.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/traffic/route.h"
#include "server/http/grpc_codes.h"
#include "server/http/grpc_wire.h"
#include "server/proxy/predict_scan.h"
#include "server/rpc/metadata_keys.h"

// How it begins: the head is checked, the method and its upstream found, a stream opened. How the
// bytes move and the call ends is proxy_call_relay.cc's.

namespace serin {
namespace {

// Answers are as large as the roles make them.
constexpr uint32_t kMaxResponseMessage = 0xffffffff;

// What is sent where nothing is left, as 0 may not be.
constexpr absl::Duration kNoTimeLeft = absl::Nanoseconds(1);

absl::Status NotBase64(absl::string_view name) {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat("metadata ", name, ": must be base64, and is not")),
      "MALFORMED_METADATA");
}

}  // namespace

ProxyCall::ProxyCall(const CallServices* services, CallOwner* owner,
                     std::unique_ptr<HttpStream> caller, Headers head,
                     const StreamAcceptor::Peer& peer)
    : services_(*services),
      owner_(owner),
      caller_(std::move(caller)),
      head_(std::move(head)),
      peer_(peer.address),
      start_(services_.loop->Now()),
      body_(services_.max_message_bytes),
      response_framer_(kMaxResponseMessage) {
  caller_->set_handler(&caller_events_);
}

ProxyCall::~ProxyCall() {
  services_.deadlines->Remove(this);
  services_.deadlines->Remove(&retry_timer_);
  services_.deadlines->Remove(&hedge_timer_);
  if (method_ != nullptr) services_.upstreams->pool(method_->role).StopWaiting(this);
}

void ProxyCall::Start(std::list<ProxyCall>::iterator place, bool end, const absl::Status& refusal) {
  place_ = place;
  absl::Status status = ReadHead();
  if (end) status.Update(body_.Take("", /*end=*/true));
  if (status.ok()) status = Admit(refusal);
  if (!status.ok()) return Fail(status);
  if (method_->names_model == nullptr) return OpenUpstream();
  if (end) RouteOrWait();
}

absl::Status ProxyCall::ReadHead() {
  fields_ = ReadCallHead(head_);
  request_id_ =
      fields_.request_id.empty() ? services_.ids->Next() : std::string(fields_.request_id);
  SERIN_ASSIGN_OR_RETURN(method_, services_.routes->Find(fields_.path));
  if (!fields_.bad_binary.empty()) return NotBase64(fields_.bad_binary);
  if (fields_.timeout.empty()) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(const absl::Duration timeout, ParseGrpcTimeout(fields_.timeout));
  if (timeout <= kNoTimeLeft) return DeadlinePassed();
  deadline_ = start_ + timeout;
  services_.deadlines->Add(this, deadline_);
  return absl::OkStatus();
}

absl::Status ProxyCall::Admit(const absl::Status& refusal) {
  services_.retries->OnCall(start_);
  if (method_->role != UpstreamRole::kSelf) SERIN_RETURN_IF_ERROR(refusal);
  SERIN_ASSIGN_OR_RETURN(ticket_, services_.admission->Admit(*method_, peer_, start_));
  return absl::OkStatus();
}

void ProxyCall::RouteOrWait() {
  const absl::StatusOr<bool> enough = ScanFirstMessage();
  if (!enough.ok()) return Fail(enough.status());
  if (!*enough) return;
  const absl::Status routed = RouteByFirstMessage();
  routed.ok() ? OpenUpstream() : Fail(routed);
}

absl::StatusOr<bool> ProxyCall::ScanFirstMessage() {
  if (!body_.first_begun()) {
    if (!body_.ended()) return false;
    return absl::InvalidArgumentError("the call ended without a request message");
  }
  if (!scanner_.has_value()) scanner_.emplace(*method_->names_model, body_.first_bytes());
  const absl::string_view piece = body_.first_message().substr(scanned_);
  scanned_ += piece.size();
  return scanner_->Feed(piece);
}

absl::Status ProxyCall::RouteByFirstMessage() {
  const PredictHead head = scanner_->head();
  if (head.model.empty() && fields_.model.empty() && method_->names_model->model_is_optional) {
    return absl::OkStatus();
  }
  const RouteQuery query = {.project = Project(),
                            .model = head.model,
                            .version = head.version,
                            .key = head.key,
                            .serin_model = fields_.model,
                            .serin_version = fields_.pinned_version,
                            .serin_key = fields_.key,
                            .random = (*services_.random)()};
  SERIN_RETURN_IF_ERROR(ValidateName(kProjectKey, query.project));
  SERIN_ASSIGN_OR_RETURN(const RouteDecision decision, Route(services_.upstreams->table(), query));
  model_ = decision.model->model();
  version_ = decision.version;
  if (method_->is_unary_prediction()) shadows_ = decision.shadows;
  const bool cut = body_.first_bytes() > PredictScanner::kMaxScanned;
  if (cut && fields_.model.empty()) routed_by_ = head.model;
  return absl::OkStatus();
}

void ProxyCall::OpenUpstream() {
  absl::StatusOr<Upstreams::Candidates> candidates = FindCandidates();
  if (!candidates.ok()) return Fail(candidates.status());
  UpstreamPool& pool = services_.upstreams->pool(method_->role);
  UpstreamPool::Opened opened =
      pool.Open(*candidates, avoid_, HeadForUpstream(version_), /*end=*/false, &upstream_events_);
  if (opened.stream == nullptr) {
    if (!opened.wait) return Fail(Unreachable());
    state_ = State::kWaiting;
    return pool.Wait(this);
  }
  state_ = State::kRelaying;
  if (++attempts_ == 1) first_attempt_ = services_.loop->Now();
  upstream_ = std::move(opened.stream);
  lease_ = std::move(opened.lease);
  avoid_ = lease_.endpoint();
  sent_upstream_ = 0;
  if (!body_.kept().empty() || body_.ended()) upstream_->SendData(body_.kept(), body_.ended());
  if (attempts_ == 1 && services_.hedge && !LoadsOnDemand()) PlanHedge();
  if (attempts_ > 1) ++services_.counters->of(method_->role).retries;
  ForgetBodyIfLarge();
  SendShadows();
}

// Once the request is there as a whole, and behind the call itself.
void ProxyCall::SendShadows() {
  if (shadows_.empty() || !body_.ended()) return;
  for (const int32_t version : std::exchange(shadows_, {})) {
    const auto candidates = services_.upstreams->OfVersion(Project(), model_, version);
    const bool sent = body_.keeps() && candidates.ok() &&
                      services_.shadows->Send(*candidates, HeadForUpstream(version), body_.kept());
    ++(sent ? services_.counters->shadows_sent : services_.counters->shadows_left_out);
  }
}

absl::StatusOr<Upstreams::Candidates> ProxyCall::FindCandidates() {
  if (version_ == 0) return services_.upstreams->Of(method_->role);
  if (LoadsOnDemand()) ticket_.SetApart(services_.loop->Now());
  const auto candidates = services_.upstreams->OfVersion(Project(), model_, version_);
  if (candidates.ok() || method_->predicts) return candidates;
  return services_.upstreams->Of(method_->role);
}

bool ProxyCall::LoadsOnDemand() const {
  const RoutingTable& table = services_.upstreams->table();
  return table.ReplicasOf(Project(), model_, version_).empty() &&
         !table.LoadersOf(Project(), model_, version_).empty();
}

Headers ProxyCall::HeadForUpstream(int32_t version) {
  AddedFields added = {.authority = NameOf(method_->role),
                       .request_id = request_id_,
                       .traceparent = fields_.traceparent,
                       .model = routed_by_,
                       .caller = method_->role == UpstreamRole::kPredict ? absl::string_view(peer_)
                                                                         : absl::string_view(),
                       .version = version};
  if (added.traceparent.empty()) {
    auto& random = *services_.random;
    if (traceparent_.empty()) traceparent_ = MakeTraceparent(random(), random(), random());
    added.traceparent = traceparent_;
  }
  if (deadline_ != absl::InfiniteFuture()) added.time_left = deadline_ - services_.loop->Now();
  return UpstreamHead(head_, fields_.path, added);
}

absl::string_view ProxyCall::Project() const {
  return fields_.project.empty() ? kDefaultProject : fields_.project;
}

void ProxyCall::OnUpstreamChanged() { OpenUpstream(); }

}  // namespace serin
