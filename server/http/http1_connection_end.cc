// How exchanges and connections of HTTP/1.1 end, and when they have to.

#include <algorithm>
#include <utility>

#include "server/http/http1_connection.h"

namespace serin {

// Once all of both messages has gone its way, or all that anybody still wants of them.
bool Http1Connection::FinishExchange() {
  if (state_ != State::kOpen) return false;
  if (!exchange_) {
    if (!draining_) return false;
    state_ = State::kClosing;
    return true;
  }
  if (!exchange_->response.ended() || !flushed()) return false;
  const bool keep_alive = exchange_->keep_alive && !exchange_->response.must_close();
  if (!exchange_->request_ended && (exchange_->open || keep_alive)) return false;
  CloseExchange(StreamEnd::kComplete);
  if (state_ != State::kOpen) return true;
  exchange_.reset();
  progress_ = head_began_ = loop_.Now();
  if (!keep_alive || draining_) state_ = State::kClosing;
  return true;
}

void Http1Connection::CloseExchange(StreamEnd end) {
  if (!exchange_ || !std::exchange(exchange_->open, false)) return;
  if (exchange_->handler != nullptr) exchange_->handler->OnClosed(end, 0);
}

bool Http1Connection::FinishClosing() {
  if (state_ != State::kClosing || !flushed()) return false;
  state_ = State::kLingering;
  linger_until_ = loop_.Now() + limits_.linger;
  transport_->CloseWrite();
  if (peer_ended_) BeOver();
  return true;
}

// A peer that has closed its side reads no answer either, or cannot be told from one that does not.
void Http1Connection::OnEnd() {
  peer_ended_ = true;
  if (state_ == State::kOpen && exchange_ && exchange_->response.ended()) {
    exchange_->keep_alive = false;
    if (!exchange_->request_ended) abort_ = true;
    return Step();
  }
  if (state_ == State::kClosing) return Step();  // Our last words, first.
  BeOver();
}

void Http1Connection::OnClosed(absl::Status) { BeOver(); }

void Http1Connection::BeOver() {
  if (state_ == State::kOver) return;
  const std::shared_ptr<Http1Connection> self = shared_from_this();
  state_ = State::kOver;
  timer_->Disarm();
  transport_.reset();
  CloseExchange(StreamEnd::kConnectionLost);
  if (const auto on_closed = std::exchange(on_closed_, nullptr)) on_closed();
}

void Http1Connection::LetGo() {
  state_ = State::kOver;
  timer_->Disarm();
  transport_.reset();
  on_closed_ = nullptr;
  if (exchange_) exchange_->open = false;
}

void Http1Connection::Drain(absl::Duration grace) {
  if (state_ == State::kOver) return;
  draining_ = true;
  drain_until_ = std::min(drain_until_, loop_.Now() + grace);
  Schedule();
}

// Whether the exchange waits for the peer, rather than for whoever answers.
bool Http1Connection::AwaitsPeer() const {
  if (!flushed()) return true;
  return !exchange_->request_ended &&
         !(exchange_->open && exchange_->unconsumed > limits_.stream_window);
}

absl::Time Http1Connection::Due() const {
  switch (state_) {
    case State::kOver:
      return absl::InfiniteFuture();
    case State::kLingering:
      return linger_until_;
    case State::kClosing:
      return progress_ + limits_.header_timeout;
    case State::kOpen:
      break;
  }
  if (exchange_) return AwaitsPeer() ? progress_ + limits_.idle_timeout : absl::InfiniteFuture();
  return request_ != nullptr ? head_began_ + limits_.header_timeout
                             : progress_ + limits_.idle_timeout;
}

void Http1Connection::ArmTimer() {
  const absl::Time due = std::min(Due(), drain_until_);
  if (due == absl::InfiniteFuture()) return timer_->Disarm();
  timer_->Arm(std::max(due - loop_.Now(), absl::ZeroDuration()));
}

void Http1Connection::OnTimer() {
  const absl::Time now = loop_.Now();
  if (now < std::min(Due(), drain_until_)) return ArmTimer();
  if (state_ == State::kOpen && !exchange_ && request_ != nullptr && now < drain_until_) {
    RefuseRequest(408, "the head of the request did not come in time");
    return Step();
  }
  BeOver();
}

}  // namespace serin
