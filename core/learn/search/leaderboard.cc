#include "core/learn/search/leaderboard.h"

#include <string>

namespace serin {
namespace {

constexpr int kMaxTrials = 100;

v1::Trial MakeTrial(size_t number, const Candidate& candidate, const Trials& trials) {
  const SuccessiveHalving::Standing& standing = trials.halving.standing(number);
  const Trials::Cost& cost = trials.costs[number];
  v1::Trial trial;
  trial.set_number(static_cast<int32_t>(number) + 1);
  trial.set_algorithm(candidate.algorithm);
  *trial.mutable_hyperparameters() = candidate.hyperparameters;
  trial.set_row_share(trials.rungs[standing.rung].row_share);
  trial.set_cpu_seconds(cost.cpu_seconds);
  if (standing.score) {
    trial.set_score(standing.score->mean);
    trial.set_score_error(standing.score->error);
  }
  if (standing.failed) trial.set_error(std::string(cost.error.message()));
  return trial;
}

}  // namespace

v1::Leaderboard MakeLeaderboard(const std::vector<Candidate>& candidates, const Trials& trials,
                                v1::Search::Metric metric) {
  v1::Leaderboard leaderboard;
  leaderboard.set_metric(metric);
  leaderboard.set_drawn(static_cast<int32_t>(candidates.size()));
  leaderboard.set_finished(static_cast<int32_t>(trials.halving.tried()));
  for (const size_t number : trials.halving.Ranking()) {
    const SuccessiveHalving::Standing& standing = trials.halving.standing(number);
    if (leaderboard.trials_size() == kMaxTrials) break;
    if (!standing.score && !standing.failed) continue;
    *leaderboard.add_trials() = MakeTrial(number, candidates[number], trials);
  }
  return leaderboard;
}

}  // namespace serin
