#include "client/cli/leaderboard_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/format.h"
#include "core/table/value_text.h"

namespace serin {
namespace {

std::string ScoreText(const v1::Trial& trial) {
  if (!trial.has_score()) return "failed";
  return absl::StrCat(FormatSummary(trial.score()), " +- ", FormatMetric(trial.score_error()));
}

}  // namespace

std::string MetricText(v1::Search::Metric metric) {
  switch (metric) {
    case v1::Search::METRIC_ROC_AUC:
      return "ROC AUC";
    case v1::Search::METRIC_RMSE:
      return "RMSE";
    case v1::Search::METRIC_MAE:
      return "MAE";
    case v1::Search::METRIC_R2:
      return "R2";
    case v1::Search::METRIC_MACRO_F1:
      return "macro F1";
    default:
      return absl::StrReplaceAll(EnumText(v1::Search::Metric_Name(metric), "METRIC_"),
                                 {{"_", " "}});
  }
}

std::string SearchText(const v1::Leaderboard& leaderboard) {
  return absl::StrCat(FormatCount(leaderboard.finished()), " of ", FormatCount(leaderboard.drawn()),
                      " candidates tried");
}

TextTable LeaderboardTable(const v1::Leaderboard& leaderboard, int limit) {
  using Align = TextTable::Align;
  TextTable table({{"  TRIAL", Align::kRight},
                   {MetricText(leaderboard.metric()), Align::kRight},
                   {"ROWS", Align::kRight},
                   {"CPU", Align::kRight},
                   {"ALGORITHM"},
                   {"HYPERPARAMETERS"}});
  for (int i = 0; i < std::min(limit, leaderboard.trials_size()); ++i) {
    const v1::Trial& trial = leaderboard.trials(i);
    table.AddRow({absl::StrCat(trial.number()), ScoreText(trial), FormatShare(trial.row_share()),
                  absl::StrCat(FormatSummary(trial.cpu_seconds()), " s"), trial.algorithm(),
                  trial.error().empty() ? FormatFields(trial.hyperparameters()) : trial.error()});
  }
  return table;
}

}  // namespace serin
