#include "server/proxy/upstream_pool.h"

#include <algorithm>
#include <utility>

namespace serin {

Lease::Lease(Lease&& other) noexcept
    : pool_(other.pool_),
      endpoint_(std::exchange(other.endpoint_, nullptr)),
      start_(other.start_) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  End(Outcome::kAbandoned);
  pool_ = other.pool_;
  endpoint_ = std::exchange(other.endpoint_, nullptr);
  start_ = other.start_;
  return *this;
}

void Lease::End(Outcome outcome) {
  Endpoint* const endpoint = std::exchange(endpoint_, nullptr);
  if (endpoint != nullptr) pool_->End(endpoint, outcome, pool_->loop_->Now() - start_);
}

UpstreamPool::UpstreamPool(EventLoop* loop, ClientConnector* connector, EndpointOptions options)
    : loop_(loop),
      connector_(connector),
      options_(options),
      reaper_(loop->MakeTimer([this] { RemoveRetired(); })) {}

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
  return all_.back().get();
}

void UpstreamPool::RemoveRetired() {
  all_.erase(std::remove_if(all_.begin(), all_.end(),
                            [](const auto& endpoint) {
                              return endpoint->retired && endpoint->outstanding == 0;
                            }),
             all_.end());
}

UpstreamPool::Opened UpstreamPool::Open(absl::Span<Endpoint* const> candidates,
                                        const Endpoint* avoid, const Headers& head, bool end,
                                        StreamHandler* handler) {
  for (const bool choosy : {true, false}) {
    usable_.clear();
    for (Endpoint* endpoint : candidates) {
      const bool good = !endpoint->ejected && endpoint != avoid;
      if (good == choosy && endpoint->state() == Endpoint::State::kReady) {
        usable_.push_back(endpoint);
      }
    }
    while (!usable_.empty()) {
      Endpoint* const endpoint = TakeUsable();
      if (auto stream = endpoint->Open(head, end, handler)) {
        ++endpoint->outstanding;
        ++outstanding_;
        return {.stream = std::move(stream), .lease = Lease(this, endpoint, loop_->Now())};
      }
    }
  }
  return {.wait = std::any_of(candidates.begin(), candidates.end(), [](const Endpoint* endpoint) {
            return endpoint->state() != Endpoint::State::kDown;
          })};
}

Endpoint* UpstreamPool::TakeUsable() {
  const auto draw = [&] { return absl::Uniform<size_t>(random_, 0, usable_.size()); };
  size_t best = 0;
  if (usable_.size() > 1) {
    const size_t first = draw();
    const size_t second = draw();
    best = usable_[second]->outstanding < usable_[first]->outstanding ? second : first;
  }
  Endpoint* const endpoint = usable_[best];
  usable_[best] = usable_.back();
  usable_.pop_back();
  return endpoint;
}

void UpstreamPool::End(Endpoint* endpoint, Outcome outcome, absl::Duration elapsed) {
  (void)outcome;
  (void)elapsed;
  --endpoint->outstanding;
  --outstanding_;
  // Not now: the end of a call may come from within the endpoint's connection.
  if (endpoint->retired) reaper_->Arm(absl::ZeroDuration());
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
