#ifndef SERIN_CORE_LEARN_SEARCH_SEARCH_H_
#define SERIN_CORE_LEARN_SEARCH_SEARCH_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/learn/progress.h"
#include "core/table/table.h"
#include "serin/v1/job.pb.h"

namespace serin {

// What a search runs on, where its time comes from, and who hears of it. All are called by one
// thread at a time.
struct SearchHooks {
  // Folds of a candidate that are tried at a time. What is found does not depend on it.
  int threads = 1;
  // Of the time budget. Should not jump: Clock::Monotonic().
  const Clock* clock;
  // CPU time of this process so far, in seconds.
  std::function<double()> cpu_seconds;
  // Hears how far it is, very often; returns false to stop it.
  ProgressSink progress;
  // Whether the best so far is enough. Asked very often.
  std::function<bool()> finish;
  // Hears of the candidates after each trial.
  std::function<void(const v1::Leaderboard&)> leaderboard;
};

struct SearchResult {
  // What TrainModel makes the best candidate's model of: resolved, and without a search.
  v1::TrainingSpec winner;
  v1::Leaderboard leaderboard;
  // What is odd about how the winner was found, a sentence each.
  std::vector<std::string> warnings;
};

// Looks for the best specification (serin.v1.Search) among those that a resolved specification with
// a search leaves open. It sees only rows that the evaluation of the winner does not hold out. The
// table is as for TrainModel.
//
// Without a time budget, the same table and specification give the same winner and leaderboard, but
// for the CPU time.
//
// Errors: what TrainModel says about the data; the first candidate's error where all of them fail;
// CANCELLED once `progress` has returned false, or if `finish` comes before anything was found.
absl::StatusOr<SearchResult> SearchSpec(const Table& table, const v1::TrainingSpec& spec,
                                        const SearchHooks& hooks);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_SEARCH_H_
