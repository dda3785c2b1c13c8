#ifndef SERIN_CLIENT_CLI_LEADERBOARD_VIEW_H_
#define SERIN_CLIENT_CLI_LEADERBOARD_VIEW_H_

#include <string>

#include "client/cli/text_table.h"
#include "serin/v1/job.pb.h"

namespace serin {

// The best `limit` trials of a search, best first.
TextTable LeaderboardTable(const v1::Leaderboard& leaderboard, int limit);

// `12 of 40 candidates tried`.
std::string SearchText(const v1::Leaderboard& leaderboard);

// `log loss`, `ROC AUC`.
std::string MetricText(v1::Search::Metric metric);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LEADERBOARD_VIEW_H_
