#include "core/traffic/concurrency_limit.h"

#include <algorithm>
#include <cmath>

namespace serin {
namespace {

// No window moves the limit further down than this.
constexpr double kMinGradient = 0.5;
constexpr double kDropGradient = 0.9;

constexpr double kPlainlyTooLong = 5;
constexpr double kFarFromInFlight = 8;

// How far a window moves the baseline while nothing is refused.
constexpr double kBaselineStep = 0.05;

// Whose latency is the first estimate of that without queueing.
constexpr int kFirstCalls = 8;

constexpr int kMinProbeAnswers = 20;
constexpr int kMaxProbeAnswers = 200;

constexpr int kLongestWindow = 10;

constexpr int kProbeStep = 4;
// Calls are answered as fast as before with a quarter of them in flight: there is still a queue.
constexpr double kSameRate = 0.7;

// Probes take at most a fifth of the time, which they do only where calls take seconds.
constexpr int kProbeRest = 4;

// The pause between probes begins at this share of probe_interval and doubles up to it with each
// probe: powers of two, so that loops whose pauses differ still probe together now and then.
constexpr int kFirstProbe = 8;

// The first multiple of `interval` after `time`, on the clock's own count.
absl::Time NextMultiple(absl::Time time, absl::Duration interval) {
  const int64_t nanos = absl::ToInt64Nanoseconds(interval);
  return absl::FromUnixNanos((absl::ToUnixNanos(time) / nanos + 1) * nanos);
}

}  // namespace

ConcurrencyLimit::ConcurrencyLimit(const ConcurrencyOptions& options)
    : options_(options),
      limit_(options.initial_limit),
      probe_pause_(options.probe_interval / kFirstProbe) {}

int ConcurrencyLimit::limit() const {
  if (probe_ != Probe::kNone) return probe_limit_;
  const bool cold = baseline_ == absl::ZeroDuration();
  return std::max(static_cast<int>(limit_), cold ? options_.cold_limit : 0);
}

bool ConcurrencyLimit::TryAcquire(absl::Time now) {
  now = std::max(now, advanced_);
  Advance(now);
  if (in_flight_ >= limit()) {
    window_.refused = true;
    return false;
  }
  ++in_flight_;
  CountSent(now);
  window_.max_in_flight = std::max(window_.max_in_flight, in_flight_);
  return true;
}

void ConcurrencyLimit::Release(LoadEvidence evidence, absl::Duration latency, absl::Time now) {
  now = std::max(now, advanced_);
  Advance(now);
  --in_flight_;
  if (evidence == LoadEvidence::kExpired) {
    evidence = latency > AllowedLatency() ? LoadEvidence::kDropped : LoadEvidence::kNothing;
  }
  if (evidence == LoadEvidence::kNothing) {
    const absl::Duration in_window = std::min(latency, now - window_.begun);
    window_.time_in_flight = std::max(window_.time_in_flight - in_window, absl::ZeroDuration());
  } else {
    ++window_.answers;
    window_.dropped |= evidence == LoadEvidence::kDropped;
    if (evidence == LoadEvidence::kAnswered) CountAnswered(latency, now);
  }
  if (probe_ != Probe::kNone) return StepProbe(now);
  if (window_.refused && ProbeIsDue(now)) return BeginProbe(now);
  if (WindowIsFull(now)) EndWindow(now);
}

void ConcurrencyLimit::CountSent(absl::Time now) {
  if (first_.sent == kFirstCalls) return;
  ++first_.sent;
  first_.last_sent = now;
}

void ConcurrencyLimit::CountAnswered(absl::Duration latency, absl::Time now) {
  if (now - latency > first_.last_sent) return;
  ++first_.answers;
  first_.latency += latency;
}

void ConcurrencyLimit::Advance(absl::Time now) {
  if (advanced_ == absl::InfinitePast()) BeginWindow(now);
  window_.time_in_flight += in_flight_ * (now - advanced_);
  advanced_ = now;
}

void ConcurrencyLimit::BeginWindow(absl::Time now) {
  window_ = {.begun = now, .max_in_flight = in_flight_};
  advanced_ = now;
}

// Less than a latency tells nothing by Little's law, so that there have to be as many answers as
// calls in flight; but a queue that grows must not put the end off for ever, nor until the first
// estimate, for which a few answers do.
bool ConcurrencyLimit::WindowIsFull(absl::Time now) const {
  const absl::Duration passed = now - window_.begun;
  if (window_.answers < options_.window_answers || passed < options_.window) return false;
  const bool first_estimate = baseline_ == absl::ZeroDuration() && first_.answers == kFirstCalls;
  return first_estimate || window_.answers >= window_.max_in_flight ||
         passed > kLongestWindow * options_.window;
}

void ConcurrencyLimit::EndWindow(absl::Time now) {
  UpdateBaseline();
  UpdateLimit();
  rate_ = window_.rate(now);
  BeginWindow(now);
}

// While calls are refused there is a queue, or a limit that keeps it away: neither tells anything
// new.
void ConcurrencyLimit::UpdateBaseline() {
  if (baseline_ == absl::ZeroDuration()) {
    baseline_ = FirstBaseline();
  } else if (!window_.refused) {
    baseline_ += kBaselineStep * (window_.mean_latency() - baseline_);
  }
}

// The first window may begin with a burst, which makes a queue before any latency is known. Should
// the first few calls be no measure of the others, the next windows will tell, or the first probe.
absl::Duration ConcurrencyLimit::FirstBaseline() const {
  if (first_.answers == 0) return window_.mean_latency();
  return std::min(first_.latency / first_.answers, window_.mean_latency());
}

absl::Duration ConcurrencyLimit::AllowedLatency() const {
  return std::max(options_.tolerance * baseline_, options_.latency_floor);
}

void ConcurrencyLimit::UpdateLimit() {
  const absl::Duration allowed = AllowedLatency();
  // A limit that nothing comes near is not tested by these latencies, and does not move by them;
  // unless they are so long that it is plainly too high.
  if (window_.max_in_flight < limit_ / 2 && !window_.dropped) {
    if (window_.mean_latency() < kPlainlyTooLong * allowed) return;
    limit_ = std::min(limit_, kFarFromInFlight * window_.max_in_flight);
  }
  const double gradient = std::clamp(absl::FDivDuration(allowed, window_.mean_latency()),
                                     kMinGradient, window_.dropped ? kDropGradient : 1.0);
  const double room = window_.dropped ? 0 : std::log2(limit_ + 1);
  limit_ = std::clamp(gradient * limit_ + room, static_cast<double>(options_.min_limit),
                      static_cast<double>(options_.max_limit));
}

bool ConcurrencyLimit::ProbeIsDue(absl::Time now) {
  // The first one soon, but still together with those of other loops.
  if (next_probe_ == absl::InfinitePast()) {
    next_probe_ = NextMultiple(now, probe_pause_);
  }
  return now >= next_probe_;
}

void ConcurrencyLimit::BeginProbe(absl::Time now) {
  probe_begun_ = now;
  LowerProbeLimit(limit_);
}

void ConcurrencyLimit::LowerProbeLimit(double from) {
  probe_limit_ = std::max(options_.min_limit, static_cast<int>(from) / kProbeStep);
  probe_ = Probe::kDraining;
}

void ConcurrencyLimit::StepProbe(absl::Time now) {
  switch (probe_) {
    case Probe::kNone:
      return;
    case Probe::kDraining:
      if (in_flight_ > probe_limit_) return;
      probe_ = Probe::kSettling;
      return BeginWindow(now);
    case Probe::kSettling:  // Until those that saw the old queue are answered.
      if (window_.answers < probe_limit_) return;
      probe_ = Probe::kMeasuring;
      return BeginWindow(now);
    case Probe::kMeasuring:
      return StepMeasurement(now);
  }
}

void ConcurrencyLimit::StepMeasurement(absl::Time now) {
  const int enough = std::clamp(4 * probe_limit_, kMinProbeAnswers, kMaxProbeAnswers);
  const bool long_enough = now - window_.begun >= options_.probe_interval && window_.answers > 0;
  if (window_.answers < enough && !long_enough) return;
  if (!IsStillQueueing(now)) return EndProbe(now);
  limit_ = probe_limit_;
  rate_ = window_.rate(now);
  LowerProbeLimit(probe_limit_);
}

bool ConcurrencyLimit::IsStillQueueing(absl::Time now) const {
  return probe_limit_ > options_.min_limit && window_.mean_latency() > options_.latency_floor &&
         window_.rate(now) > kSameRate * rate_;
}

void ConcurrencyLimit::EndProbe(absl::Time now) {
  probe_pause_ = std::min(2 * probe_pause_, options_.probe_interval);
  baseline_ = window_.mean_latency();
  probe_ = Probe::kNone;
  next_probe_ = NextMultiple(now + kProbeRest * (now - probe_begun_), probe_pause_);
  BeginWindow(now);
}

}  // namespace serin
