#include "core/traffic/outlier.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace serin {
namespace {

constexpr double kStallTailFactor = 4;

}  // namespace

CallOutcome OutcomeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return CallOutcome::kFailed;
    // Callers choose their deadlines: short ones must not eject anybody.
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return CallOutcome::kGivenUp;
    default:
      return CallOutcome::kAnswered;
  }
}

int OutlierDetector::Add() {
  size_t index = 0;
  while (index < slots_.size() && slots_[index].state != State::kRemoved) ++index;
  if (index == slots_.size()) slots_.emplace_back();
  slots_[index] = Slot();
  by_slowness_.reserve(slots_.size());
  return static_cast<int>(index);
}

void OutlierDetector::Remove(int replica) { slots_[replica].state = State::kRemoved; }

void OutlierDetector::OnStart(int replica, absl::Time now) {
  Slot& slot = slots_[replica];
  if (slot.outstanding++ > 0) return;
  slot.waiting_since = now;
  slot.wait_begun = std::min(slot.wait_begun, now);
}

void OutlierDetector::OnDone(int replica, CallOutcome outcome, absl::Duration latency,
                             absl::Duration expected, absl::Time now) {
  Slot& slot = slots_[replica];
  --slot.outstanding;
  if (outcome == CallOutcome::kGivenUp) {
    if (slot.outstanding == 0) slot.waited += now - slot.waiting_since;
    return;
  }
  RestartWait(slot, now);
  if (outcome == CallOutcome::kAnswered) {
    OnAnswer(slot, latency, expected, now);
  } else {
    OnFailure(slot, now);
  }
}

void OutlierDetector::Enter(State state, Slot& slot, absl::Time now) {
  slot.state = state;
  slot.since = now;
  slot.failures = 0;
  slot.answers = 0;
  RestartWait(slot, now);
}

void OutlierDetector::RestartWait(Slot& slot, absl::Time now) {
  slot.waited = absl::ZeroDuration();
  slot.waiting_since = now;
  slot.wait_begun = slot.outstanding > 0 ? now : absl::InfiniteFuture();
}

void OutlierDetector::OnAnswer(Slot& slot, absl::Duration latency, absl::Duration expected,
                               absl::Time now) {
  slot.failures = 0;
  slot.last_answer = now;
  slot.needs_sign_of_life = false;
  tail_latency_.Add(absl::ToDoubleSeconds(latency));
  if (slot.state == State::kEjected) return;
  if (slot.state == State::kProbation && ++slot.answers >= options_.probe_answers) {
    Enter(State::kInService, slot, now);
  }
  if (expected > absl::ZeroDuration()) {
    slot.slowness.Add(
        absl::FDivDuration(latency + options_.latency_floor, expected + options_.latency_floor));
  }
}

void OutlierDetector::OnFailure(Slot& slot, absl::Time now) {
  ++slot.failures;
  const int allowed = slot.state == State::kProbation ? 1 : options_.consecutive_failures;
  if (slot.failures >= allowed) Eject(slot, /*stalled=*/false, now);
}

void OutlierDetector::OnHeard(int replica, absl::Time at) {
  Slot& slot = slots_[replica];
  if (at > slot.since) slot.needs_sign_of_life = false;
}

void OutlierDetector::Step(absl::Time now) {
  for (Slot& slot : slots_) StepSlot(slot, now);
  EjectSlow(now);
}

void OutlierDetector::StepSlot(Slot& slot, absl::Time now) {
  const absl::Duration in_state = now - slot.since;
  switch (slot.state) {
    case State::kRemoved:
      return;
    case State::kEjected:
      if (in_state < EjectionTime(slot)) return;
      if (slot.needs_sign_of_life && in_state < options_.max_ejection) return;
      Enter(State::kProbation, slot, now);
      return;
    case State::kInService:
      // As long in service as it was out: one ejection is forgiven.
      if (slot.ejected_in_a_row > 0 && in_state >= EjectionTime(slot)) {
        --slot.ejected_in_a_row;
        slot.since = now;
      }
      [[fallthrough]];
    case State::kProbation:
      if (IsStalled(slot, now)) Eject(slot, /*stalled=*/true, now);
  }
}

bool OutlierDetector::IsStalled(const Slot& slot, absl::Time now) const {
  if (slot.wait_begun == absl::InfiniteFuture()) return false;
  const absl::Duration current =
      slot.outstanding > 0 ? now - slot.waiting_since : absl::ZeroDuration();
  const absl::Duration patience =
      std::max(options_.stall, kStallTailFactor * absl::Seconds(tail_latency_.value()));
  return slot.waited + current > patience && OthersAnsweredSince(slot);
}

bool OutlierDetector::OthersAnsweredSince(const Slot& slot) const {
  return std::any_of(slots_.begin(), slots_.end(), [&](const Slot& other) {
    return &other != &slot && other.state == State::kInService &&
           other.last_answer > slot.wait_begun;
  });
}

void OutlierDetector::EjectSlow(absl::Time now) {
  by_slowness_.clear();
  for (size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.state != State::kInService || slot.slowness.count() < options_.min_answers) continue;
    by_slowness_.emplace_back(slot.slowness.value(), static_cast<int>(i));
  }
  std::sort(by_slowness_.begin(), by_slowness_.end(), std::greater<>());
  // The slowest against the median of those faster than it, then the next.
  for (size_t i = 0; i + 1 < by_slowness_.size(); ++i) {
    const size_t others = by_slowness_.size() - i - 1;
    const double median = by_slowness_[i + 1 + others / 2].first;
    if (by_slowness_[i].first < options_.slowness * median) return;
    Eject(slots_[by_slowness_[i].second], /*stalled=*/false, now);
  }
}

void OutlierDetector::Eject(Slot& slot, bool stalled, absl::Time now) {
  if (slot.state == State::kEjected || slot.state == State::kRemoved || !MayEjectOneMore()) return;
  Enter(State::kEjected, slot, now);
  slot.slowness.Reset();
  ++slot.ejected_in_a_row;
  slot.needs_sign_of_life = stalled;
  ++ejections_;
}

bool OutlierDetector::MayEjectOneMore() const {
  const auto count = [&](auto matches) {
    return std::count_if(slots_.begin(), slots_.end(), matches);
  };
  const auto replicas = count([](const Slot& slot) { return slot.state != State::kRemoved; });
  const auto ejected = count([](const Slot& slot) { return slot.state == State::kEjected; });
  const auto allowed = static_cast<int64_t>(static_cast<double>(replicas) * options_.max_ejected);
  return ejected < std::min<int64_t>(allowed, replicas - 1);
}

absl::Duration OutlierDetector::EjectionTime(const Slot& slot) const {
  const double doubled = std::ldexp(1.0, std::max(slot.ejected_in_a_row, 1) - 1);
  return std::min(options_.max_ejection, doubled * options_.base_ejection);
}

bool OutlierDetector::Usable(int replica) const {
  const Slot& slot = slots_[replica];
  return slot.state == State::kInService ||
         (slot.state == State::kProbation && slot.outstanding == 0);
}

}  // namespace serin
