#ifndef SERIN_CORE_LEARN_SEARCH_LEADERBOARD_H_
#define SERIN_CORE_LEARN_SEARCH_LEADERBOARD_H_

#include <vector>

#include "core/learn/search/candidates.h"
#include "core/learn/search/trials.h"
#include "serin/v1/job.pb.h"

namespace serin {

// The candidates that have been tried so far, best first; at most 100.
v1::Leaderboard MakeLeaderboard(const std::vector<Candidate>& candidates, const Trials& trials,
                                v1::Search::Metric metric);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_LEADERBOARD_H_
