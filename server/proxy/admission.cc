#include "server/proxy/admission.h"

#include <algorithm>

#include "core/base/errors.h"

namespace serin {
namespace {

// About what it takes for a queue to go.
constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);

// Predictions under way before anything is known; more as soon as latency allows.
constexpr int kInitialPredictions = 200;

// And before the first is answered: those of a connection that has as many as it may.
constexpr int kColdPredictions = 1'200;

ConcurrencyOptions PredictionOptions(int max_calls) {
  ConcurrencyOptions options;
  options.max_limit = max_calls;
  // Not the maximum: callers that wait for answers before they call again would never come near it,
  // and then nothing would show that they stand in a queue.
  options.initial_limit = std::min(kInitialPredictions, max_calls);
  options.cold_limit = std::min(kColdPredictions, max_calls);
  options.min_limit = std::min(options.min_limit, max_calls);
  return options;
}

absl::Status Refusal(absl::string_view message, absl::string_view reason, absl::Duration delay) {
  return WithReason(WithRetryDelay(absl::ResourceExhaustedError(message), delay), reason);
}

// Without the port, which is another for every connection: of "192.0.2.1:99", "[::1]:99".
absl::string_view HostOf(absl::string_view peer) { return peer.substr(0, peer.rfind(':')); }

}  // namespace

Admission::Admission(int max_calls, SharedCallerRates* rates)
    : max_calls_(max_calls), rates_(*rates), predictions_(PredictionOptions(max_calls)) {}

absl::StatusOr<Admission::Ticket> Admission::Admit(const PublicMethod& method,
                                                   absl::string_view peer, absl::Time now) {
  if (method.role == UpstreamRole::kSelf) return Ticket();
  const absl::Duration wait = rates_.Take(HostOf(peer), now);
  if (wait > absl::ZeroDuration()) {
    ++rate_limited_;
    return Refusal("this caller has made as many calls as it may for now", "RATE_LIMITED", wait);
  }
  if (!HasRoom(method, now)) {
    ++overloaded_;
    return Refusal("the server has as many calls under way as it can answer in time", "OVERLOADED",
                   kRetryDelay);
  }
  ++calls_;
  if (!method.is_unary_prediction()) ++bulk_calls_;
  return Ticket(this, method.is_unary_prediction());
}

bool Admission::HasRoom(const PublicMethod& method, absl::Time now) {
  if (calls_ >= max_calls_) return false;
  if (method.is_unary_prediction()) return predictions_.TryAcquire(now);
  return HasBulkRoom();
}

void Admission::Ticket::SetApart(absl::Time now) {
  if (admission_ == nullptr || !is_prediction_ || !admission_->HasBulkRoom()) return;
  is_prediction_ = false;
  ++admission_->bulk_calls_;
  admission_->predictions_.Release(LoadEvidence::kNothing, absl::ZeroDuration(), now);
}

void Admission::Ticket::Release(LoadEvidence evidence, absl::Duration latency, absl::Time now) {
  Admission* const admission = std::exchange(admission_, nullptr);
  if (admission == nullptr) return;
  --admission->calls_;
  if (is_prediction_) {
    admission->predictions_.Release(evidence, latency, now);
  } else {
    --admission->bulk_calls_;
  }
}

}  // namespace serin
