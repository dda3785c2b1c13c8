#ifndef SERIN_CORE_LEARN_SPLIT_H_
#define SERIN_CORE_LEARN_SPLIT_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/examples.h"
#include "serin/v1/job.pb.h"

// Which rows judge a model and which it is fitted on, as EvaluationPlan says. The same examples and
// specification give the same split on every platform.

namespace serin {

// Two disjoint sets of indexes into Labels::rows, both ascending.
struct Split {
  std::vector<size_t> train;
  std::vector<size_t> holdout;
};

// Indexes of all examples: 0, 1, ...
std::vector<size_t> AllIndexes(const Examples& examples);

// Holds out the specification's share of the rows and trains on the others:
//   random, stratified: of all rows or of each class, rounded to the nearest whole number of rows,
//     ties up, but never all;
//   grouped: whole groups at random, as many as come closest to the share, at least one;
//   time: the last rows, equal times in order of the rows.
// INVALID_ARGUMENT on `evaluation` where the rows cannot be split so: there is one group only, or a
// class has no row to train on.
absl::StatusOr<Split> SplitRows(const Examples& examples, const v1::TrainingSpec& spec);

// Splits the examples at `indexes` (ascending) into this many folds, at least 2, in the same ways:
//   random, stratified: dealt out, so that sizes (of each class, too) differ by at most one;
//   grouped: the largest group first, each to the fold that has the fewest rows yet;
//   time: cut into folds + 1 runs of equal length (to one row), each but the first predicted from
//     all before it.
// But for time, every index is held out in one fold and trained on in the others. INVALID_ARGUMENT
// on `evaluation` where there are too few rows or groups for that, or where a fold has no row of a
// class to train on.
absl::StatusOr<std::vector<Split>> SplitFolds(const Examples& examples,
                                              const std::vector<size_t>& indexes, size_t folds,
                                              const v1::TrainingSpec& spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPLIT_H_
