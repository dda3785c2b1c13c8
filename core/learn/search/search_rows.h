#ifndef SERIN_CORE_LEARN_SEARCH_SEARCH_ROWS_H_
#define SERIN_CORE_LEARN_SEARCH_SEARCH_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/examples.h"
#include "core/learn/split.h"
#include "serin/v1/job.pb.h"

// Which rows a search looks at. Rows are indexes into Examples::labels, ascending.

namespace serin {

// All that the evaluation of the winner does not hold out; with cross-validation or without a
// holdout, all.
absl::StatusOr<std::vector<size_t>> SearchableRows(const Examples& examples,
                                                   const v1::TrainingSpec& spec);

// A share in (0, 1] of `rows` at random, for classification of those of each class, of which there
// remain at least two (or all). Those of a smaller share with the same seed are among those of a
// larger one.
std::vector<size_t> TakeShare(const Examples& examples, const std::vector<size_t>& rows,
                              double share, uint64_t seed);

// `repeats` times the folds of Search.folds, split as the evaluation plan says, each time
// otherwise.
absl::StatusOr<std::vector<Split>> SearchFolds(const Examples& examples,
                                               const std::vector<size_t>& rows,
                                               const v1::TrainingSpec& spec, int repeats);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_SEARCH_ROWS_H_
