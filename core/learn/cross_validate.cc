#include "core/learn/cross_validate.h"

#include <memory>
#include <utility>

#include "core/base/status_macros.h"
#include "core/learn/evaluation.h"
#include "core/learn/fit_predictor.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

absl::Status FitFolds(const Examples& examples, const std::vector<Split>& splits,
                      const v1::TrainingSpec& spec, const ProgressSink& progress,
                      const FoldSink& sink) {
  const auto folds = static_cast<double>(splits.size());
  for (size_t fold = 0; fold < splits.size(); ++fold) {
    const auto done = static_cast<double>(fold);
    SERIN_ASSIGN_OR_RETURN(
        internal::v1::Predictor model,
        FitPredictor(examples, splits[fold].train, spec,
                     ShareOfTraining(progress, done / folds, (done + 1) / folds)));
    SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                           Predictor::Create(std::move(model)));
    SERIN_RETURN_IF_ERROR(sink(*predictor, splits[fold]));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::Evaluation>> CrossValidate(const Examples& examples,
                                                          const std::vector<Split>& splits,
                                                          const v1::TrainingSpec& spec,
                                                          const ProgressSink& progress) {
  std::vector<v1::Evaluation> folds;
  SERIN_RETURN_IF_ERROR(
      FitFolds(examples, splits, spec, progress,
               [&](const Predictor& predictor, const Split& split) -> absl::Status {
                 SERIN_ASSIGN_OR_RETURN(v1::Evaluation fold,
                                        EvaluatePredictor(predictor, examples, split.holdout));
                 fold.set_train_rows(static_cast<int64_t>(split.train.size()));
                 folds.push_back(std::move(fold));
                 return absl::OkStatus();
               }));
  return folds;
}

}  // namespace serin
