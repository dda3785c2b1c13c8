#include "core/learn/search/fold_scores.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "core/learn/cross_validate.h"
#include "core/learn/search/search_rows.h"
#include "core/learn/search_metric.h"
#include "core/learn/spec.h"

namespace serin {
namespace {

absl::StatusOr<double> ScoreOf(const v1::Evaluation& fold, v1::Search::Metric metric) {
  SERIN_ASSIGN_OR_RETURN(const double score, MetricOf(fold, metric));
  if (std::isfinite(score)) return score;
  return absl::OutOfRangeError("its predictions are so far off that their score is no number");
}

Score MeanOf(const std::vector<double>& scores) {
  const auto count = static_cast<double>(scores.size());
  Score mean;
  for (const double score : scores) mean.mean += score / count;
  double squares = 0;
  for (const double score : scores) squares += (score - mean.mean) * (score - mean.mean);
  mean.error = scores.size() < 2 ? 0 : std::sqrt(squares / (count - 1) / count);
  return mean;
}

}  // namespace

absl::StatusOr<v1::TrainingSpec> SpecOf(const Candidate& candidate, const v1::TrainingSpec& search,
                                        const v1::Schema& schema) {
  v1::TrainingSpec spec = search;
  spec.clear_search();
  spec.set_algorithm(candidate.algorithm);
  *spec.mutable_hyperparameters() = candidate.hyperparameters;
  return ResolveSpec(spec, schema);
}

FoldScores::FoldScores(const Examples& examples, const std::vector<size_t>& rows,
                       const v1::TrainingSpec& search, const v1::Schema& schema,
                       const std::vector<Candidate>& candidates)
    : examples_(examples), rows_(rows), search_(search), schema_(schema), candidates_(candidates) {}

absl::Status FoldScores::PrepareFolds(const Rung& rung) {
  if (rung.row_share == rung_.row_share && rung.repeats == rung_.repeats) return absl::OkStatus();
  const std::vector<size_t> rows = TakeShare(examples_, rows_, rung.row_share, search_.seed());
  absl::StatusOr<std::vector<Split>> folds = SearchFolds(examples_, rows, search_, rung.repeats);
  // Of a class with few rows, a sample may have them all in one fold, or one group.
  if (!folds.ok() && rung.row_share < 1) {
    folds = SearchFolds(examples_, rows_, search_, rung.repeats);
  }
  SERIN_RETURN_IF_ERROR(folds.status());
  folds_ = *std::move(folds);
  rung_ = rung;
  return absl::OkStatus();
}

absl::StatusOr<Score> FoldScores::Try(size_t candidate, const Rung& rung,
                                      const std::function<bool()>& go_on) {
  SERIN_RETURN_IF_ERROR(PrepareFolds(rung));
  SERIN_ASSIGN_OR_RETURN(const v1::TrainingSpec spec,
                         SpecOf(candidates_[candidate], search_, schema_));
  SERIN_ASSIGN_OR_RETURN(
      const std::vector<v1::Evaluation> evaluations,
      CrossValidate(examples_, folds_, spec, [&](const v1::JobProgress&) { return go_on(); }));
  std::vector<double> scores;
  for (const v1::Evaluation& evaluation : evaluations) {
    SERIN_ASSIGN_OR_RETURN(const double score, ScoreOf(evaluation, search_.search().metric()));
    scores.push_back(score);
  }
  return MeanOf(scores);
}

}  // namespace serin
