#include "server/proxy/upstream_pool.h"

#include <algorithm>
#include <utility>

namespace serin {
namespace {

// How often it is looked for endpoints that lag.
constexpr absl::Duration kStep = absl::Milliseconds(100);

}  // namespace

Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_),
      endpoint_(std::exchange(other.endpoint_, nullptr)),
      start_(other.start_),
      judged_(other.judged_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  End(CallOutcome::kGivenUp);
  pool_ = other.pool_;
  endpoint_ = std::exchange(other.endpoint_, nullptr);
  start_ = other.start_;
  judged_ = other.judged_;
  return *this;
}

void Lease::End(CallOutcome outcome, absl::Duration usual) {
  Endpoint* const endpoint = std::exchange(endpoint_, nullptr);
  if (endpoint == nullptr) return;
  if (!judged_) pool_->Judge(endpoint, outcome, pool_->loop_->Now() - start_, usual);
  pool_->End(endpoint);
}

void Lease::BeginAnswer() {
  if (endpoint_ == nullptr || std::exchange(judged_, true)) return;
  pool_->Judge(endpoint_, CallOutcome::kAnswered, pool_->loop_->Now() - start_,
               absl::ZeroDuration());
}

UpstreamPool::UpstreamPool(EventLoop* loop, ClientConnector* connector, EndpointOptions options)
    : loop_(loop),
      connector_(connector),
      options_(options),
      reaper_(loop->MakeTimer([this] { RemoveRetired(); })),
      step_timer_(loop->MakeTimer([this] { Step(); })) {}

UpstreamPool::~UpstreamPool() = default;

UpstreamPool::Endpoints UpstreamPool::SetTargets(absl::Span<const std::string> targets) {
  Endpoints next;
  for (const std::string& target : targets) next.push_back(FindOrAdd(target));
  for (const auto& endpoint : all_) {
    endpoint->retired = std::find(next.begin(), next.end(), endpoint.get()) == next.end();
  }
  current_ = next;
  RemoveRetired();
  return next;
}

Endpoint* UpstreamPool::FindOrAdd(const std::string& target) {
  for (const auto& endpoint : all_) {
    if (endpoint->target() == target) return endpoint.get();
  }
  all_.push_back(std::make_unique<Endpoint>(loop_, connector_, target, this, options_));
  all_.back()->number = outliers_.Add();
  return all_.back().get();
}

void UpstreamPool::RemoveRetired() {
  const auto gone = std::partition(all_.begin(), all_.end(), [](const auto& endpoint) {
    return !endpoint->retired || endpoint->outstanding > 0;
  });
  for (auto it = gone; it != all_.end(); ++it) outliers_.Remove((*it)->number);
  all_.erase(gone, all_.end());
}

size_t UpstreamPool::connections() const {
  size_t count = 0;
  for (const auto& endpoint : all_) count += endpoint->connections();
  return count;
}

UpstreamPool::Opened UpstreamPool::Open(absl::Span<Endpoint* const> candidates,
                                        const Endpoint* avoid, const Headers& head, bool end,
                                        StreamHandler* handler) {
  DescribeLoads(candidates);
  const auto avoided = std::find(candidates.begin(), candidates.end(), avoid);
  const int avoid_index =
      avoided == candidates.end() ? kNoReplica : static_cast<int>(avoided - candidates.begin());
  while (true) {
    const int pick = PickReplica(indices_, loads_, random_(), avoid_index);
    if (pick == kNoReplica) break;
    Endpoint* const endpoint = candidates[pick];
    if (auto stream = endpoint->Open(head, end, handler)) {
      ++endpoint->outstanding;
      ++outstanding_;
      outliers_.OnStart(endpoint->number, loop_->Now());
      if (!std::exchange(stepping_, true)) step_timer_->Arm(kStep);
      return {.stream = std::move(stream), .lease = Lease(this, endpoint, loop_->Now())};
    }
    loads_[pick].ready = false;  // All of its streams are taken.
  }
  return {.wait = std::any_of(candidates.begin(), candidates.end(), [](const Endpoint* endpoint) {
            return endpoint->state() != Endpoint::State::kDown;
          })};
}

void UpstreamPool::DescribeLoads(absl::Span<Endpoint* const> candidates) {
  loads_.clear();
  indices_.clear();
  for (const Endpoint* endpoint : candidates) {
    indices_.push_back(static_cast<int>(loads_.size()));
    loads_.push_back({.outstanding = static_cast<uint32_t>(endpoint->outstanding),
                      .ready = endpoint->state() == Endpoint::State::kReady,
                      .ejected = !outliers_.Usable(endpoint->number)});
  }
}

void UpstreamPool::Judge(Endpoint* endpoint, CallOutcome outcome, absl::Duration elapsed,
                         absl::Duration usual) {
  outliers_.OnDone(endpoint->number, outcome, elapsed, usual, loop_->Now());
}

void UpstreamPool::End(Endpoint* endpoint) {
  --endpoint->outstanding;
  --outstanding_;
  // Not now: the end of a call may come from within the endpoint's connection.
  if (endpoint->retired) reaper_->Arm(absl::ZeroDuration());
}

void UpstreamPool::Step() {
  for (const auto& endpoint : all_) {
    if (outliers_.ejected(endpoint->number)) {
      outliers_.OnHeard(endpoint->number, endpoint->last_heard());
    }
  }
  outliers_.Step(loop_->Now());
  TellOfStalls();
  const bool spared = std::any_of(all_.begin(), all_.end(), [&](const auto& endpoint) {
    return !outliers_.Usable(endpoint->number);
  });
  stepping_ = outstanding_ > 0 || spared;
  if (stepping_) step_timer_->Arm(kStep);
}

void UpstreamPool::TellOfStalls() {
  for (const auto& endpoint : all_) {
    const bool before = std::exchange(endpoint->stalled, outliers_.stalled(endpoint->number));
    if (endpoint->stalled && !before) stall_observer_(endpoint.get());
  }
}

void UpstreamPool::Wait(Waiter* waiter) {
  if (std::exchange(waiter->waiting_, true)) return;
  waiters_.push_back(waiter);
}

void UpstreamPool::StopWaiting(Waiter* waiter) {
  if (!std::exchange(waiter->waiting_, false)) return;
  waiters_.erase(std::find(waiters_.begin(), waiters_.end(), waiter));
}

// Each of those that wait now is told once; those that then wait again are at the end.
void UpstreamPool::OnEndpointChanged(Endpoint*) {
  for (size_t left = waiters_.size(); left > 0 && !waiters_.empty(); --left) {
    Waiter* const waiter = waiters_.front();
    waiters_.pop_front();
    waiter->waiting_ = false;
    waiter->OnUpstreamChanged();
  }
}

}  // namespace serin
