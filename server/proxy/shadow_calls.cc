#include "server/proxy/shadow_calls.h"

#include <utility>

namespace serin {

class ShadowCalls::Call final : public StreamHandler, public DeadlineQueue::Entry {
 public:
  explicit Call(ShadowCalls* owner) : owner_(*owner) {}
  ~Call() override { owner_.deadlines_->Remove(this); }

  // Where the owner keeps it, and the stream it is.
  void Begin(std::list<Call>::iterator place, UpstreamPool::Opened opened, absl::string_view body) {
    place_ = place;
    stream_ = std::move(opened.stream);
    lease_ = std::move(opened.lease);
    stream_->SendData(body, /*end=*/true);
    owner_.deadlines_->Add(this, owner_.loop_->Now() + owner_.options_.timeout);
  }

  void OnHeaders(Headers head, bool end) override {
    if (end) OnTrailers(std::move(head));
  }
  void OnData(absl::string_view data, bool end) override {
    stream_->Consume(data.size());
    if (end) End(CallOutcome::kFailed);
  }
  void OnTrailers(Headers) override { End(CallOutcome::kAnswered); }
  void OnSent(size_t) override {}
  void OnClosed(StreamEnd, uint32_t) override { End(CallOutcome::kFailed); }
  void OnDeadline() override { End(CallOutcome::kGivenUp); }

 private:
  void End(CallOutcome outcome) {
    stream_.reset();
    lease_.End(outcome);
    owner_.calls_.erase(place_);  // Destroys this.
  }

  ShadowCalls& owner_;
  std::list<Call>::iterator place_;
  std::unique_ptr<HttpStream> stream_;
  Lease lease_;
};

ShadowCalls::ShadowCalls(UpstreamPool* pool, DeadlineQueue* deadlines, EventLoop* loop,
                         ShadowOptions options)
    : pool_(pool), deadlines_(deadlines), loop_(loop), options_(options) {}

ShadowCalls::~ShadowCalls() = default;

bool ShadowCalls::Send(Upstreams::Candidates candidates, const Headers& head,
                       absl::string_view body) {
  if (calls_.size() >= options_.max_calls) return false;
  calls_.emplace_front(this);
  UpstreamPool::Opened opened =
      pool_->Open(candidates, /*avoid=*/nullptr, head, /*end=*/false, &calls_.front());
  if (opened.stream == nullptr) {
    calls_.pop_front();
    return false;
  }
  calls_.front().Begin(calls_.begin(), std::move(opened), body);
  return true;
}

}  // namespace serin
