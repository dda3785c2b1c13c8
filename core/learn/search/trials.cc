#include "core/learn/search/trials.h"

#include <utility>

namespace serin {
namespace {

class Loop {
 public:
  Loop(absl::Duration time_budget, const TrialHooks& hooks, Objective* objective, Trials* trials)
      : begin_(hooks.clock->Now()),
        time_budget_(time_budget),
        hooks_(hooks),
        objective_(objective),
        trials_(trials) {}

  absl::Status Run() {
    while (const auto step = trials_->halving.Next()) {
      rung_ = step->rung;
      if (GoOn()) {
        Try(step->candidate);
      } else if (stopped_ || enough_) {
        break;
      } else {
        trials_->halving.EndRung();
      }
    }
    return Result();
  }

 private:
  // A trial that was broken off leaves its candidate where it was.
  void Try(size_t candidate) {
    const double cpu_before = hooks_.cpu_seconds();
    const absl::StatusOr<Score> score =
        objective_->Try(candidate, trials_->rungs[rung_], [this] { return GoOn(); });
    Trials::Cost& cost = trials_->costs[candidate];
    cost.cpu_seconds += hooks_.cpu_seconds() - cpu_before;
    if (score.ok()) {
      has_score_ = true;
      trials_->halving.Succeed(*score);
    } else if (!absl::IsCancelled(score.status()) || GoOn()) {
      cost.error = score.status();
      trials_->halving.Fail();
    }
    hooks_.tried(*trials_);
  }

  // False once the search, or only this rung, is over.
  bool GoOn() {
    stopped_ |= !hooks_.go_on();
    enough_ |= hooks_.finish();
    return !stopped_ && !enough_ && !(has_score_ && RungIsOver());
  }

  bool RungIsOver() const {
    if (time_budget_ == absl::InfiniteDuration()) return false;
    const double share =
        static_cast<double>(rung_ + 1) / static_cast<double>(trials_->rungs.size());
    return hooks_.clock->Now() - begin_ >= share * time_budget_;
  }

  absl::Status Result() const {
    if (stopped_) return absl::CancelledError("the search was stopped");
    const size_t best = trials_->halving.Ranking()[0];
    if (trials_->halving.standing(best).score) return absl::OkStatus();
    for (const Trials::Cost& cost : trials_->costs) {
      if (!enough_ && !cost.error.ok()) return cost.error;
    }
    return absl::CancelledError("the search has found nothing yet");
  }

  const absl::Time begin_;
  const absl::Duration time_budget_;
  const TrialHooks& hooks_;
  Objective* const objective_;
  Trials* const trials_;
  size_t rung_ = 0;
  bool has_score_ = false;
  bool stopped_ = false;
  bool enough_ = false;
};

}  // namespace

Trials::Trials(size_t candidates, std::vector<Rung> all_rungs, bool higher_is_better)
    : rungs(std::move(all_rungs)),
      halving(candidates, rungs.size(), higher_is_better),
      costs(candidates) {}

absl::Status RunTrials(absl::Duration time_budget, const TrialHooks& hooks, Objective* objective,
                       Trials* trials) {
  return Loop(time_budget, hooks, objective, trials).Run();
}

}  // namespace serin
