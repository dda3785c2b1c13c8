#include "core/learn/cross_validate.h"

#include <memory>
#include <utility>

#include "core/base/status_macros.h"
#include "core/learn/evaluation.h"
#include "core/learn/fit_predictor.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

namespace {

absl::StatusOr<std::unique_ptr<const Predictor>> FitOnSplit(const Examples& examples,
                                                            const Split& split,
                                                            const v1::TrainingSpec& spec,
                                                            const ProgressSink& progress) {
  SERIN_ASSIGN_OR_RETURN(internal::v1::Predictor model,
                         FitPredictor(examples, split.train, spec, progress));
  return Predictor::Create(std::move(model));
}

// The progress of a fold, of so many that are fitted one after the other.
ProgressSink ProgressOfFold(const ProgressSink& progress, size_t fold, size_t folds) {
  const auto count = static_cast<double>(folds);
  const auto done = static_cast<double>(fold);
  return ShareOfTraining(progress, done / count, (done + 1) / count);
}

}  // namespace

absl::Status FitFolds(const Examples& examples, const std::vector<Split>& splits,
                      const v1::TrainingSpec& spec, const ProgressSink& progress,
                      const FoldSink& sink) {
  for (size_t fold = 0; fold < splits.size(); ++fold) {
    SERIN_ASSIGN_OR_RETURN(
        const std::unique_ptr<const Predictor> predictor,
        FitOnSplit(examples, splits[fold], spec, ProgressOfFold(progress, fold, splits.size())));
    SERIN_RETURN_IF_ERROR(sink(*predictor, splits[fold]));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Evaluation> JudgeOnSplit(const Examples& examples, const Split& split,
                                            const v1::TrainingSpec& spec,
                                            const ProgressSink& progress) {
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                         FitOnSplit(examples, split, spec, progress));
  SERIN_ASSIGN_OR_RETURN(v1::Evaluation evaluation,
                         EvaluatePredictor(*predictor, examples, split.holdout));
  evaluation.set_train_rows(static_cast<int64_t>(split.train.size()));
  return evaluation;
}

absl::StatusOr<std::vector<v1::Evaluation>> CrossValidate(const Examples& examples,
                                                          const std::vector<Split>& splits,
                                                          const v1::TrainingSpec& spec,
                                                          const ProgressSink& progress) {
  std::vector<v1::Evaluation> folds;
  for (size_t fold = 0; fold < splits.size(); ++fold) {
    SERIN_ASSIGN_OR_RETURN(
        folds.emplace_back(),
        JudgeOnSplit(examples, splits[fold], spec, ProgressOfFold(progress, fold, splits.size())));
  }
  return folds;
}

}  // namespace serin
