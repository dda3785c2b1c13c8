#ifndef SERIN_CORE_LEARN_CROSS_VALIDATE_H_
#define SERIN_CORE_LEARN_CROSS_VALIDATE_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

namespace serin {

struct CrossValidation {
  // One per fold, each on rows that its model has not seen.
  std::vector<v1::Evaluation> folds;
  // The metrics averaged over the folds (those that every fold has), the counts added up.
  v1::Evaluation mean;
};

// Judges a resolved specification (its holdout fraction is not used) by k-fold cross-validation, in
// classes' proportions. There are at least 2 folds, and no more than rows; errors are those of
// TrainModel.
absl::StatusOr<CrossValidation> CrossValidate(const Table& table, const v1::TrainingSpec& spec,
                                              size_t folds);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_CROSS_VALIDATE_H_
