#ifndef SERIN_CORE_LEARN_CROSS_VALIDATE_H_
#define SERIN_CORE_LEARN_CROSS_VALIDATE_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "core/learn/progress.h"
#include "core/learn/split.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Takes what was fitted on the training rows of a split.
using FoldSink = std::function<absl::Status(const Predictor& predictor, const Split& split)>;

// Fits a resolved specification without search on each split and hands on the predictors, in order.
// Progress is that of FitPredictor, the folds one after the other.
absl::Status FitFolds(const Examples& examples, const std::vector<Split>& splits,
                      const v1::TrainingSpec& spec, const ProgressSink& progress,
                      const FoldSink& sink);

// Judges a specification by a split: fits it on the training rows and evaluates it
// (EvaluatePredictor) on the others. Errors are those of FitPredictor. Thread-safe.
absl::StatusOr<v1::Evaluation> JudgeOnSplit(const Examples& examples, const Split& split,
                                            const v1::TrainingSpec& spec,
                                            const ProgressSink& progress);

// Judges a specification by cross-validation: on each split, in order.
absl::StatusOr<std::vector<v1::Evaluation>> CrossValidate(const Examples& examples,
                                                          const std::vector<Split>& splits,
                                                          const v1::TrainingSpec& spec,
                                                          const ProgressSink& progress);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_CROSS_VALIDATE_H_
