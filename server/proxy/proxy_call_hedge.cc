#include <utility>

#include "server/proxy/proxy_call.h"

// A second attempt beside the first: of a repeatable prediction whose request is there as a whole,
// when nothing has come of the first for a while (where hedging is on) or its replica has stopped
// answering anyone, if the retry budget has room and another replica is connected. One for each
// call.

namespace serin {

bool ProxyCall::MayHedge() const { return method_->is_unary_prediction() && method_->repeatable; }

void ProxyCall::PlanHedge() {
  if (!MayHedge()) return;
  const auto delay = services_.upstreams->LatencyOf(Project(), model_, version_)->Delay();
  if (delay.has_value()) services_.deadlines->Add(&hedge_timer_, first_attempt_ + *delay);
}

void ProxyCall::OnStalled(const Endpoint* endpoint) {
  if (lease_.endpoint() != endpoint || !MayHedge()) return;
  services_.deadlines->Remove(&hedge_timer_);
  OpenHedge();
}

void ProxyCall::OpenHedge() {
  if (hedge_ != nullptr || adopted_) return;
  if (upstream_ == nullptr || head_sent_ || !body_.ended() || !body_.keeps()) return;
  const absl::StatusOr<Upstreams::Candidates> candidates = FindCandidates();
  if (!candidates.ok() || candidates->size() < 2) return;
  if (!services_.retries->TryTake(services_.loop->Now())) return;
  UpstreamPool::Opened opened = services_.upstreams->pool(method_->role)
                                    .Open(*candidates, lease_.endpoint(), HeadForUpstream(version_),
                                          /*end=*/false, &hedge_events_);
  if (opened.stream == nullptr || opened.lease.endpoint() == lease_.endpoint()) return;
  ++attempts_;
  hedge_ = std::move(opened.stream);
  hedge_lease_ = std::move(opened.lease);
  hedge_->SendData(body_.kept(), /*end=*/true);
}

void ProxyCall::OnHedgeHead(const Headers& head, bool end) {
  const absl::string_view status = head.Get(":status");
  if (status.size() == 3 && status[0] == '1') return;
  if (!adopted_) {
    lease_.End(CallOutcome::kGivenUp);
    upstream_.reset();
    AdoptHedge();
  }
  OnResponseHead(head, end);
}

void ProxyCall::OnSentToHedge(size_t bytes) {
  if (adopted_) return OnSentToUpstream(bytes);
  sent_to_hedge_ += bytes;
}

void ProxyCall::OnHedgeClosed(StreamEnd end, uint32_t error) {
  if (adopted_) return OnUpstreamClosed(end, error);
  DropHedge(CallOutcome::kFailed);  // The first attempt goes on.
}

void ProxyCall::AdoptHedge() {
  adopted_ = true;
  upstream_ = std::move(hedge_);
  lease_ = std::move(hedge_lease_);
  avoid_ = lease_.endpoint();
  sent_upstream_ = 0;
  OnSentToUpstream(sent_to_hedge_);
}

void ProxyCall::DropHedge(CallOutcome outcome) {
  services_.deadlines->Remove(&hedge_timer_);
  hedge_.reset();
  hedge_lease_.End(outcome);
}

}  // namespace serin
