#ifndef SERIN_CORE_LEARN_SEARCH_TRIALS_H_
#define SERIN_CORE_LEARN_SEARCH_TRIALS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/learn/search/successive_halving.h"

namespace serin {

// What candidates are tried on.
class Objective {
 public:
  virtual ~Objective() = default;

  // What a candidate does on a rung. Asks `go_on` often, on one thread at a time; CANCELLED once
  // that is false. Any other error is the candidate's, which is then out.
  virtual absl::StatusOr<Score> Try(size_t candidate, const Rung& rung,
                                    const std::function<bool()>& go_on) = 0;
};

// What is known of a search's candidates.
struct Trials {
  struct Cost {
    double cpu_seconds = 0;
    absl::Status error;  // Why it failed.
  };

  Trials(size_t candidates, std::vector<Rung> rungs, bool higher_is_better);

  std::vector<Rung> rungs;
  SuccessiveHalving halving;
  std::vector<Cost> costs;  // One per candidate.
};

// Where time comes from, and who hears of what.
struct TrialHooks {
  // Of the time budget.
  const Clock* clock;
  // CPU time of this process so far, in seconds.
  std::function<double()> cpu_seconds;
  // False: stop with CANCELLED. Asked very often.
  std::function<bool()> go_on;
  // True: what has been found so far is enough. Asked very often.
  std::function<bool()> finish;
  // After each trial.
  std::function<void(const Trials&)> tried;
};

// Tries the candidates until all is done or the time, or `finish`, says that it is enough. Each
// rung may use the time until its share of the budget is over (that of rung 2 of 3 until two thirds
// are), and begins where the one before has ended; at least one candidate is tried to its end,
// whatever the time. Without a time budget (infinite) the result is the objective's alone.
//
// The first candidate's error where all of them fail; CANCELLED as `go_on` says, or if `finish`
// comes before any candidate has a score.
absl::Status RunTrials(absl::Duration time_budget, const TrialHooks& hooks, Objective* objective,
                       Trials* trials);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_TRIALS_H_
