#include "core/traffic/retry.h"

#include <algorithm>
#include <cmath>

#include "core/base/random_bits.h"
#include "google/protobuf/descriptor.pb.h"

namespace serin {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(10);
constexpr absl::Duration kMaxDelay = absl::Seconds(1);

}  // namespace

bool IsRepeatable(const google::protobuf::MethodDescriptor& method) {
  return method.options().idempotency_level() !=
         google::protobuf::MethodOptions::IDEMPOTENCY_UNKNOWN;
}

bool MayRetry(const FailedAttempt& attempt) {
  if (attempt.number >= kMaxAttempts || attempt.response_begun || !attempt.request_complete) {
    return false;
  }
  if (attempt.never_started) return true;
  return attempt.method_repeatable && attempt.code == absl::StatusCode::kUnavailable;
}

absl::Duration RetryDelay(const FailedAttempt& attempt, uint64_t random) {
  if (attempt.number == 1 && attempt.never_started) return absl::ZeroDuration();
  const double doubled = std::ldexp(1.0, attempt.number - 1);
  return RandomBits(random).Unit() * std::min(kMaxDelay, doubled * kFirstDelay);
}

void RetryBudget::OnCall(absl::Time now) {
  Refresh(now);
  balance_ += options_.ratio;
}

bool RetryBudget::TryTake(absl::Time now) {
  Refresh(now);
  if (balance_ < 1) return false;
  balance_ -= 1;
  return true;
}

double RetryBudget::balance(absl::Time now) {
  Refresh(now);
  return balance_;
}

// What is there fades as though it ran out evenly over the window, which at a steady rate leaves
// what a window of calls has put in.
void RetryBudget::Refresh(absl::Time now) {
  if (refreshed_ == absl::InfinitePast()) {
    balance_ = options_.min_per_second;
  } else if (now > refreshed_) {
    const absl::Duration passed = now - refreshed_;
    const double faded = std::min(1.0, absl::FDivDuration(passed, options_.window));
    balance_ += absl::ToDoubleSeconds(std::min(passed, options_.window)) * options_.min_per_second -
                faded * balance_;
  }
  refreshed_ = std::max(refreshed_, now);
}

}  // namespace serin
