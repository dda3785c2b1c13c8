#include "client/cli/arrivals.h"

#include <cmath>

#include "core/base/random_bits.h"

namespace serin {
namespace {

// When so many calls are due: what the rate, r(t) = first + slope * t, adds up to is `calls`.
// Beyond the end where it never does.
double TimeOf(double calls, double first, double slope, double end) {
  if (slope == 0) return calls / first;
  const double discriminant = first * first + 2 * slope * calls;
  if (discriminant < 0) return end;
  // Not (sqrt - first) / slope, which loses all digits where the slope is small.
  return 2 * calls / (first + std::sqrt(discriminant));
}

}  // namespace

// A process of changing rate is one of rate 1 on a clock of expected calls.
std::vector<absl::Duration> ArrivalTimes(const ArrivalPlan& plan) {
  const double end = absl::ToDoubleSeconds(plan.duration);
  const double slope = (plan.last_rate - plan.first_rate) / end;
  RandomBits random(MixBits(plan.seed));
  std::vector<absl::Duration> times;
  double calls = 0;
  while (true) {
    if (plan.process == ArrivalPlan::Process::kPoisson) calls -= std::log1p(-random.Unit());
    const double time = TimeOf(calls, plan.first_rate, slope, end);
    if (!(time < end)) return times;
    times.push_back(absl::Seconds(time));
    if (plan.process == ArrivalPlan::Process::kConstant) calls += 1;
  }
}

}  // namespace serin
