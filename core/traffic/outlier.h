#ifndef SERIN_CORE_TRAFFIC_OUTLIER_H_
#define SERIN_CORE_TRAFFIC_OUTLIER_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/traffic/quantile.h"

namespace serin {

struct OutlierOptions {
  // Ejected after so many failures without an answer between them.
  int consecutive_failures = 5;

  // Ejected when its median latency is so many times the median of the others'. Judged after
  // min_answers; latencies differ from each other only by what is above latency_floor.
  double slowness = 4;
  int min_answers = 20;
  absl::Duration latency_floor = absl::Milliseconds(2);

  // Ejected when calls have waited so long without one answer, while others answer. At least this,
  // and at least four times the 99th percentile of all answers.
  absl::Duration stall = absl::Milliseconds(500);

  // For how long, the first time; doubled each time until it stays in.
  absl::Duration base_ejection = absl::Seconds(5);
  absl::Duration max_ejection = absl::Minutes(5);

  // Never more than this share of the replicas at once, and never the last one.
  double max_ejected = 0.5;

  // Answers, one call at a time, before one that comes back takes its full share again.
  int probe_answers = 3;
};

// How a call ended, as evidence about the replica.
enum class CallOutcome {
  kAnswered,  // It answered, be it with an error that is the caller's or the model's.
  kFailed,    // It did not do its work: UNAVAILABLE, INTERNAL, UNKNOWN, DATA_LOSS, connection lost.
  kGivenUp,   // The caller left or its time ran out: nothing is known, but that no answer came.
};
CallOutcome OutcomeOf(absl::StatusCode code);

// Which replicas are to be spared because they fail, lag far behind the others, or no longer
// answer at all. A state machine: it is told what happens, and when, and does nothing by itself.
//
// The shape is Envoy's outlier detection (consecutive failures, a ceiling on the ejected share,
// ejection times that grow), with two additions. Slowness: many faults make a replica slow and not
// wrong. Stalls: a stopped process fails no call, it just never answers, and deadlines may be long.
//
//     in service --failures, slowness, stall--> ejected --time is up--> probation
//         ^                                        ^                     |     |
//         +------ probe_answers answers -----------|---------------------+     |
//                                                  +----- one failure ---------+
//
// A stalled replica comes back only after a sign of life (OnHeard, or a late answer), or after
// max_ejection. Ejection is advice: see balance.h for what happens where nothing else is left.
//
// OnStart and OnDone are constant time and allocate nothing; Step is for a timer, every 100 ms or
// so. Not thread-safe: belongs to one event loop.
class OutlierDetector {
 public:
  explicit OutlierDetector(const OutlierOptions& options)
      : options_(options), tail_latency_(0.99) {}

  // A new replica, in service; returns its number, which may be that of one removed before. After
  // Remove nothing may be said of a replica, OnDone of its last calls included.
  int Add();
  void Remove(int replica);

  // A call goes to the replica.
  void OnStart(int replica, absl::Time now);

  // The call ended. `expected` is the median latency of such calls on all replicas, or zero where
  // that is not known: then latency is not held against it. (Large models are not slow replicas.)
  void OnDone(int replica, CallOutcome outcome, absl::Duration latency, absl::Duration expected,
              absl::Time now);

  // When it last sent anything, if only the answer to a ping: a sign of life if that was after it
  // was ejected.
  void OnHeard(int replica, absl::Time at);

  // Ejects for slowness and stalls; brings back whose time is up.
  void Step(absl::Time now);

  // Whether the next call may go there.
  bool Usable(int replica) const;
  bool ejected(int replica) const { return slots_[replica].state == State::kEjected; }
  // Ejected because calls wait there without an answer, and not heard of since.
  bool stalled(int replica) const { return ejected(replica) && slots_[replica].needs_sign_of_life; }

  // Ejections so far, by all causes.
  int64_t ejections() const { return ejections_; }

 private:
  enum class State { kRemoved, kInService, kEjected, kProbation };

  struct Slot {
    State state = State::kInService;
    absl::Time since = absl::InfinitePast();  // In this state.
    int outstanding = 0;
    int failures = 0;  // Since the last answer.
    int answers = 0;   // In probation.
    QuantileEstimate slowness{0.5};

    // Calls have waited since `wait_begun` (or none waits, if that is infinite), in all for
    // `waited` until `waiting_since` and on from there while some are outstanding.
    absl::Time wait_begun = absl::InfiniteFuture();
    absl::Time waiting_since;
    absl::Duration waited;
    absl::Time last_answer = absl::InfinitePast();

    int ejected_in_a_row = 0;
    bool needs_sign_of_life = false;
  };

  static void Enter(State state, Slot& slot, absl::Time now);
  static void RestartWait(Slot& slot, absl::Time now);
  void OnAnswer(Slot& slot, absl::Duration latency, absl::Duration expected, absl::Time now);
  void OnFailure(Slot& slot, absl::Time now);
  void Eject(Slot& slot, bool stalled, absl::Time now);
  bool MayEjectOneMore() const;
  absl::Duration EjectionTime(const Slot& slot) const;
  bool IsStalled(const Slot& slot, absl::Time now) const;
  bool OthersAnsweredSince(const Slot& slot) const;
  void StepSlot(Slot& slot, absl::Time now);
  void EjectSlow(absl::Time now);

  const OutlierOptions options_;
  std::vector<Slot> slots_;
  QuantileEstimate tail_latency_;                    // Seconds, of all answers.
  std::vector<std::pair<double, int>> by_slowness_;  // Room for EjectSlow.
  int64_t ejections_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_OUTLIER_H_
