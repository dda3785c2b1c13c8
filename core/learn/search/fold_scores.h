#ifndef SERIN_CORE_LEARN_SEARCH_FOLD_SCORES_H_
#define SERIN_CORE_LEARN_SEARCH_FOLD_SCORES_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/examples.h"
#include "core/learn/search/candidates.h"
#include "core/learn/search/fold_pool.h"
#include "core/learn/search/trials.h"
#include "core/learn/split.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// The specification that fits a candidate as if it had been asked for: that of the search, without
// the search, resolved. `schema` is that of a table with all its columns.
absl::StatusOr<v1::TrainingSpec> SpecOf(const Candidate& candidate, const v1::TrainingSpec& search,
                                        const v1::Schema& schema);

// Cross-validates candidates on the examples that a search may look at. All candidates of a rung
// have the same folds. Not thread-safe.
class FoldScores final : public Objective {
 public:
  // `rows` are indexes into the examples' labels, ascending: those that the evaluation does not
  // hold out. All must outlive this. `threads`: folds at a time, as far as memory allows.
  FoldScores(const Examples& examples, const std::vector<size_t>& rows,
             const v1::TrainingSpec& search, const v1::Schema& schema,
             const std::vector<Candidate>& candidates, int threads);

  // The mean and its standard error of Search.metric over the folds of all repeats. Does not depend
  // on the number of threads. `go_on` is asked by one thread at a time.
  absl::StatusOr<Score> Try(size_t candidate, const Rung& rung,
                            const std::function<bool()>& go_on) override;

 private:
  absl::Status PrepareFolds(const Rung& rung);

  const Examples& examples_;
  const std::vector<size_t>& rows_;
  const v1::TrainingSpec& search_;
  const v1::Schema& schema_;
  const std::vector<Candidate>& candidates_;

  // Of the rung tried last.
  Rung rung_{.row_share = 0};
  std::vector<Split> folds_;
  FoldPool pool_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_FOLD_SCORES_H_
