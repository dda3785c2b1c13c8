#ifndef SERIN_SERVER_HTTP_RATE_GUARD_H_
#define SERIN_SERVER_HTTP_RATE_GUARD_H_

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "server/http/session_limits.h"

namespace serin {

// Tells when something happens more often than a Rate allows. A token bucket that looks at the
// clock only when it is empty.
class RateGuard {
 public:
  RateGuard(Rate rate, absl::Time now) : rate_(rate), tokens_(rate.burst), filled_(now) {}

  // It happened. False: once too often.
  bool Spend(absl::Time now) {
    if (tokens_ == 0) Refill(now);
    if (tokens_ == 0) return false;
    --tokens_;
    return true;
  }

  // Something happened that makes up for `count` of them.
  void Earn(uint32_t count) { tokens_ = std::min(rate_.burst, tokens_ + count); }

 private:
  void Refill(absl::Time now) {
    const double earned = absl::ToDoubleSeconds(now - filled_) * rate_.per_second;
    if (earned < 1) return;
    tokens_ = static_cast<uint32_t>(std::min<double>(rate_.burst, earned));
    filled_ = now;
  }

  const Rate rate_;
  uint32_t tokens_;
  absl::Time filled_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_RATE_GUARD_H_
