#ifndef SERIN_CORE_LEARN_EVALUATION_H_
#define SERIN_CORE_LEARN_EVALUATION_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "core/learn/permutation_importance.h"
#include "core/learn/predictions.h"
#include "core/learn/split.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Lets a predictor answer examples that it has not seen, at least one, and compares. Metrics only:
// cheap enough to be done for every candidate of a search.
absl::StatusOr<v1::Evaluation> EvaluatePredictor(const Predictor& predictor,
                                                 const Examples& examples,
                                                 const std::vector<size_t>& indexes);

// Judges the model of a resolved specification in full, as its evaluation plan says: metrics,
// curves and intervals over the held-out rows of all splits together, each fold by itself, the
// baseline, and importances. Not thread-safe.
class Evaluator {
 public:
  // Both have to outlive the evaluator.
  Evaluator(const Examples& examples, const v1::TrainingSpec& spec);

  // Takes a predictor that was fitted on split.train.
  absl::Status Add(const Predictor& predictor, const Split& split);

  // Of all splits that were added, at least one with a row held out. `train_rows`: on how many rows
  // the model that is kept was fitted.
  v1::Evaluation Finish(size_t train_rows) const;

 private:
  const Examples& examples_;
  const v1::TrainingSpec& spec_;
  Predictions predictions_;
  Predictions baseline_;
  std::vector<v1::Evaluation> folds_;
  PermutationImportance importance_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_EVALUATION_H_
