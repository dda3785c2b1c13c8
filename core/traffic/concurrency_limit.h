#ifndef SERIN_CORE_TRAFFIC_CONCURRENCY_LIMIT_H_
#define SERIN_CORE_TRAFFIC_CONCURRENCY_LIMIT_H_

#include <cstdint>

#include "absl/time/time.h"

namespace serin {

// How a call ended, as evidence about the load.
enum class LoadEvidence {
  kAnswered,  // Its latency counts.
  kDropped,   // The upstream said that it is full.
  kExpired,   // The caller's time ran out: as kDropped if calls that do not queue take less time.
  kNothing,   // It failed or was cancelled: how soon says nothing.
};

struct ConcurrencyOptions {
  int min_limit = 2;
  int max_limit = 1000;
  int initial_limit = 100;

  // At first, until the first window has ended, if it is higher: as long as no latency is known,
  // nothing speaks against a burst.
  int cold_limit = 0;

  // Latency may be so many times what it is without queueing before the limit goes down, and below
  // latency_floor it never does: to save a caller a wait that short is not worth refusing another.
  double tolerance = 1.1;
  absl::Duration latency_floor = absl::Milliseconds(10);

  // The limit is set anew after a window of at least so long and so many answers, and, up to ten
  // times so long, no fewer answers than there were calls in flight.
  int window_answers = 20;
  absl::Duration window = absl::Milliseconds(50);

  // While calls are refused: how often the latency without queueing is measured. The first few
  // times more often: the queue of before may still be there.
  absl::Duration probe_interval = absl::Seconds(5);
};

// How many calls may be in flight to one upstream, found from their latency: as many as it answers
// without keeping them in a queue. What is above the limit is to be refused at once, since a queue
// in an overloaded server only makes every answer late.
//
// An upstream that does c calls at once in s each has a latency of s for up to c calls in flight,
// and of s * n / c for n above that. So after each window
//
//     gradient = min(1, max(tolerance * baseline, latency_floor) / mean latency)
//     limit    = gradient * limit + log2(limit + 1)
//
// where `baseline` estimates s. That is the gradient controller of Netflix's concurrency-limits and
// of Envoy's adaptive concurrency filter, in the tradition of TCP Vegas (Brakmo and Peterson,
// 1995). The two differ in where s comes from. Netflix's Gradient2 takes a long-term average of the
// latency itself, which an overload that lasts pulls up, and with it the limit. Here, as in Envoy
// and in BBR (Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM Queue 2016), it is
// measured: every probe_interval the limit drops to a quarter, and again, until fewer calls in
// flight mean fewer answers and not just a shorter queue. Unlike theirs, this probe comes only
// while calls are refused anyway; otherwise the windows themselves are the measure, and no call is
// ever refused for the sake of measuring. AIMD (Chiu and Jain, 1989) answers only to losses, which
// here are deadlines missed: by then the queue is as long as callers are patient. It is used for
// just that, kDropped.
//
// Mean latencies are from Little's law, calls in flight over calls answered in a time. An average
// over the calls that ended in a short window would be too low: long calls end after it.
//
// Several limits in front of one upstream (one for each event loop) share it as TCP connections
// share a link. For a probe to see the queue gone, they have to probe together: probes begin at
// multiples of probe_interval of the clock, which loops on one machine share. Proxies on several
// machines do not, and find a limit that is higher than one alone would.
//
// Constant time, no allocation. Not thread-safe: belongs to one event loop.
class ConcurrencyLimit {
 public:
  explicit ConcurrencyLimit(const ConcurrencyOptions& options);

  // Whether one more call may go out; if so, it counts as in flight until Release.
  bool TryAcquire(absl::Time now);

  // A call that got in has ended, `latency` after it went out.
  void Release(LoadEvidence evidence, absl::Duration latency, absl::Time now);

  int limit() const;
  int in_flight() const { return in_flight_; }

  // The latency without queueing, as far as is known; zero at first.
  absl::Duration baseline() const { return baseline_; }

 private:
  // One stretch of time.
  struct Window {
    absl::Time begun;
    absl::Duration time_in_flight;  // Of all calls together.
    int answers = 0;
    int max_in_flight = 0;
    bool refused = false;
    bool dropped = false;

    absl::Duration mean_latency() const { return time_in_flight / answers; }
    double rate(absl::Time now) const { return answers / absl::ToDoubleSeconds(now - begun); }
  };

  // The calls that went out first of all, before there was a queue; of those answered so far.
  struct FirstCalls {
    int sent = 0;
    absl::Time last_sent;
    int answers = 0;
    absl::Duration latency;  // Of all together.
  };

  void CountSent(absl::Time now);
  void CountAnswered(absl::Duration latency, absl::Time now);
  absl::Duration FirstBaseline() const;
  void Advance(absl::Time now);
  void BeginWindow(absl::Time now);
  bool WindowIsFull(absl::Time now) const;
  void EndWindow(absl::Time now);
  // What calls that do not queue may take.
  absl::Duration AllowedLatency() const;
  void UpdateBaseline();
  void UpdateLimit();
  bool ProbeIsDue(absl::Time now);
  void BeginProbe(absl::Time now);
  void StepProbe(absl::Time now);
  void LowerProbeLimit(double from);
  bool IsStillQueueing(absl::Time now) const;
  void StepMeasurement(absl::Time now);
  void EndProbe(absl::Time now);

  const ConcurrencyOptions options_;
  double limit_;
  int in_flight_ = 0;
  absl::Duration baseline_;
  Window window_;
  FirstCalls first_;

  absl::Time advanced_ = absl::InfinitePast();

  enum class Probe { kNone, kDraining, kSettling, kMeasuring };
  Probe probe_ = Probe::kNone;
  int probe_limit_ = 0;
  double rate_ = 0;  // Answers per second with four times as many in flight.
  absl::Time probe_begun_;
  absl::Duration probe_pause_;
  absl::Time next_probe_ = absl::InfinitePast();  // Until the first refusal.
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_CONCURRENCY_LIMIT_H_
