#ifndef SERIN_CORE_TRAFFIC_HEDGE_H_
#define SERIN_CORE_TRAFFIC_HEDGE_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "core/traffic/quantile.h"

namespace serin {

struct HedgeOptions {
  double quantile = 0.95;                            // Of the latencies of such calls.
  absl::Duration min_delay = absl::Milliseconds(2);  // Below this a hedge is not worth its cost.
  int64_t min_calls = 100;                           // Known before the first hedge.
};

// When a prediction that has not been answered is sent to a second replica, so that one slow
// replica does not make the tail: after the time in which 95 of 100 are answered, which costs at
// most 5 percent more calls. The first answer counts and the other call is cancelled. (Dean and
// Barroso, "The Tail at Scale", CACM 2013.)
//
// For unary calls of repeatable methods (retry.h), one hedge each, if another replica is ready and
// RetryBudget::TryTake says yes: under overload everything is slow, and hedges would add to it.
//
// One for each model version. Constant time. Not thread-safe: belongs to one event loop.
class HedgePolicy {
 public:
  explicit HedgePolicy(const HedgeOptions& options)
      : options_(options), tail_(options.quantile), median_(0.5) {}

  // A call was answered so long after its first attempt began, by whichever attempt.
  void OnAnswer(absl::Duration latency);

  // How long after the first attempt the hedge goes out; nullopt while too little is known.
  std::optional<absl::Duration> Delay() const;

  // What outlier.h and others expect of such calls; zero before the first answer.
  absl::Duration median() const { return absl::Seconds(median_.value()); }

 private:
  const HedgeOptions options_;
  QuantileEstimate tail_;  // Seconds.
  QuantileEstimate median_;
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_HEDGE_H_
