#ifndef SERIN_CLIENT_CLI_ARRIVALS_H_
#define SERIN_CLIENT_CLI_ARRIVALS_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace serin {

// When the calls of a load test are due, whatever becomes of those before.
struct ArrivalPlan {
  enum class Process {
    kConstant,  // Evenly spaced.
    kPoisson,   // As many independent callers make them: with exponential gaps.
  };
  Process process = Process::kConstant;
  // Calls per second at the beginning and at the end, above 0; in between the rate grows, or
  // shrinks, evenly.
  double first_rate = 0;
  double last_rate = 0;
  absl::Duration duration;
  // Of kPoisson: what is drawn. The same seed gives the same times.
  uint64_t seed = 0;
};

// All arrivals, from the beginning of the test, ascending and below the duration.
std::vector<absl::Duration> ArrivalTimes(const ArrivalPlan& plan);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_ARRIVALS_H_
