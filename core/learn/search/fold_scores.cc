#include "core/learn/search/fold_scores.h"

#include <algorithm>
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

// Numbers in the matrix that a specification makes of so many rows, at most.
double CellsOf(size_t rows, const v1::TrainingSpec& spec, const Table& features) {
  size_t inputs = 0;
  for (int i = 0; i < spec.preprocessing_size(); ++i) {
    const v1::Preprocessing& preprocessing = spec.preprocessing(i);
    const bool one_hot = preprocessing.encoding() == v1::Preprocessing::ENCODING_ONE_HOT;
    inputs += one_hot ? features.columns[i].dictionary.size() : 1;
    inputs += preprocessing.missing_indicator() ? 1 : 0;
  }
  return static_cast<double>(rows) * static_cast<double>(inputs);
}

// How many folds may be fitted at a time, so that a search takes little more memory than the
// training that follows it: together they have matrices of 512 MiB, or there is one.
size_t FoldsAtATime(double cells) {
  constexpr double kCells = 1 << 26;
  return static_cast<size_t>(std::max(1.0, kCells / std::max(cells, 1.0)));
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
                       const std::vector<Candidate>& candidates, int threads)
    : examples_(examples),
      rows_(rows),
      search_(search),
      schema_(schema),
      candidates_(candidates),
      pool_(threads) {}

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
  std::vector<double> scores(folds_.size());
  const auto judge = [&](size_t fold, const FoldPool::GoOn& fold_goes_on) -> absl::Status {
    const auto progress = [&](const v1::JobProgress&) { return fold_goes_on(); };
    SERIN_ASSIGN_OR_RETURN(const v1::Evaluation evaluation,
                           JudgeOnSplit(examples_, folds_[fold], spec, progress));
    SERIN_ASSIGN_OR_RETURN(scores[fold], ScoreOf(evaluation, search_.search().metric()));
    return absl::OkStatus();
  };
  const size_t at_a_time = FoldsAtATime(CellsOf(folds_[0].train.size(), spec, examples_.features));
  SERIN_RETURN_IF_ERROR(pool_.ForEach(folds_.size(), at_a_time, go_on, judge));
  return MeanOf(scores);
}

}  // namespace serin
