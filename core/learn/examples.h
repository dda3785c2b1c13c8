#ifndef SERIN_CORE_LEARN_EXAMPLES_H_
#define SERIN_CORE_LEARN_EXAMPLES_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/labels.h"
#include "core/learn/progress.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

namespace serin {

class Predictor;

// The rows to learn from: what TrainModel and CrossValidate split, fit and evaluate.
struct Examples {
  Table features;  // In order of the specification.
  v1::ColumnSchema target;
  Labels labels;  // Their rows are rows of `features`.
};

// Picks the columns of a resolved specification out of a table. INVALID_ARGUMENT as LabelsOf says;
// INTERNAL if the table lacks a column.
absl::StatusOr<Examples> MakeExamples(const Table& table, const v1::TrainingSpec& spec);

// The features of some examples, given as indexes into labels.rows.
Table TakeFeatures(const Examples& examples, const std::vector<size_t>& indexes);

// Fits pipeline and estimator on some of the examples, with progress in Stage::kTraining.
absl::StatusOr<internal::v1::Predictor> FitPredictor(const Examples& examples,
                                                     const std::vector<size_t>& indexes,
                                                     const v1::TrainingSpec& spec,
                                                     const ProgressSink& progress);

// Lets a predictor answer the other examples and compares; at least one.
absl::StatusOr<v1::Evaluation> EvaluatePredictor(const Predictor& predictor,
                                                 const Examples& examples,
                                                 const std::vector<size_t>& indexes);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_EXAMPLES_H_
