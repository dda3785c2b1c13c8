#include "server/http/liveness.h"

#include <algorithm>

namespace serin {

Liveness::Liveness(const SessionLimits* limits, absl::Time start)
    : limits_(*limits), start_(start), last_bytes_(start), idle_since_(start) {}

void Liveness::OnBytes(absl::Time now) {
  last_bytes_ = now;
  pinged_ = absl::InfiniteFuture();
}

void Liveness::OnStreams(size_t open, absl::Time now) {
  busy_ = open > 0;
  if (!busy_) idle_since_ = now;
}

absl::Time Liveness::PingDue() const {
  if (!ready_ || (!busy_ && !limits_.keepalive_when_idle)) return absl::InfiniteFuture();
  return last_bytes_ + limits_.keepalive_interval;
}

absl::Time Liveness::IdleDue() const {
  return busy_ ? absl::InfiniteFuture() : idle_since_ + limits_.idle_timeout;
}

Liveness::Action Liveness::Step(absl::Time now) {
  if (!ready_ && now >= start_ + limits_.preface_timeout) return Action::kPrefaceLate;
  if (now >= head_began_ + limits_.header_timeout) return Action::kHeadLate;
  if (now >= pinged_ + limits_.keepalive_timeout) return Action::kPingUnanswered;
  if (now >= IdleDue()) {
    idle_since_ = absl::InfiniteFuture();
    return Action::kIdle;
  }
  if (pinged_ == absl::InfiniteFuture() && now >= PingDue()) {
    pinged_ = now;
    return Action::kPing;
  }
  return Action::kNone;
}

absl::Time Liveness::next() const {
  const absl::Time ping =
      pinged_ == absl::InfiniteFuture() ? PingDue() : pinged_ + limits_.keepalive_timeout;
  const absl::Time preface = ready_ ? absl::InfiniteFuture() : start_ + limits_.preface_timeout;
  return std::min({ping, preface, IdleDue(), head_began_ + limits_.header_timeout});
}

}  // namespace serin
