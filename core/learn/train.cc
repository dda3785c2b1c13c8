#include "core/learn/train.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "core/engine/predictor.h"
#include "core/learn/cross_validate.h"
#include "core/learn/evaluation.h"
#include "core/learn/examples.h"
#include "core/learn/fit_predictor.h"
#include "core/learn/golden_rows.h"
#include "core/learn/split.h"
#include "core/learn/training_profile.h"
#include "core/learn/warnings.h"

namespace serin {
namespace {

absl::Status Report(Stage stage, const ProgressSink& progress) {
  return progress(ProgressAt(stage, 0)) ? absl::OkStatus()
                                        : absl::CancelledError("training was stopped");
}

// Each part of the training, on its way into the bundle.
class Training {
 public:
  Training(const Examples& examples, const v1::TrainingSpec& spec, const ProgressSink& progress)
      : examples_(examples), spec_(spec), progress_(progress), evaluator_(examples, spec) {}

  absl::StatusOr<internal::v1::Bundle> Run() {
    SERIN_RETURN_IF_ERROR(spec_.evaluation().method() == v1::EvaluationPlan::METHOD_CROSS_VALIDATION
                              ? CrossValidateAndFit()
                              : FitAndHoldOut());
    SERIN_ASSIGN_OR_RETURN(*bundle_.mutable_golden_rows(), MakeGoldenRows(*predictor_, examples_));
    AddWarnings();
    return std::move(bundle_);
  }

 private:
  absl::Status FitAndHoldOut() {
    SERIN_ASSIGN_OR_RETURN(const Split split, SplitRows(examples_, spec_));
    SERIN_RETURN_IF_ERROR(Fit(split.train, progress_));
    SERIN_RETURN_IF_ERROR(Report(Stage::kEvaluating, progress_));
    if (split.holdout.empty()) return absl::OkStatus();
    SERIN_RETURN_IF_ERROR(evaluator_.Add(*predictor_, split));
    *bundle_.mutable_evaluation() = evaluator_.Finish(split.train.size());
    return absl::OkStatus();
  }

  absl::Status CrossValidateAndFit() {
    const std::vector<size_t> all = AllIndexes(examples_);
    const auto folds = static_cast<size_t>(spec_.evaluation().folds());
    SERIN_ASSIGN_OR_RETURN(const std::vector<Split> splits,
                           SplitFolds(examples_, all, folds, spec_));
    // One fitting more than folds: the last is on all rows.
    const double judged = static_cast<double>(folds) / static_cast<double>(folds + 1);
    SERIN_RETURN_IF_ERROR(FitFolds(examples_, splits, spec_, ShareOfTraining(progress_, 0, judged),
                                   [&](const Predictor& predictor, const Split& split) {
                                     return evaluator_.Add(predictor, split);
                                   }));
    SERIN_RETURN_IF_ERROR(Fit(all, ShareOfTraining(progress_, judged, 1)));
    SERIN_RETURN_IF_ERROR(Report(Stage::kEvaluating, progress_));
    *bundle_.mutable_evaluation() = evaluator_.Finish(all.size());
    return absl::OkStatus();
  }

  // From here on the model is what will serve: the same message, the same code.
  absl::Status Fit(const std::vector<size_t>& indexes, const ProgressSink& progress) {
    SERIN_ASSIGN_OR_RETURN(*bundle_.mutable_predictor(),
                           FitPredictor(examples_, indexes, spec_, progress));
    SERIN_ASSIGN_OR_RETURN(predictor_, Predictor::Create(bundle_.predictor()));
    SERIN_ASSIGN_OR_RETURN(
        *bundle_.mutable_profile(),
        MakeTrainingProfile(bundle_.predictor(), *predictor_, examples_, indexes));
    return absl::OkStatus();
  }

  void AddWarnings() {
    for (const std::string& warning : DataWarnings(examples_)) bundle_.add_warnings(warning);
    const v1::Evaluation* evaluation = bundle_.has_evaluation() ? &bundle_.evaluation() : nullptr;
    for (const std::string& warning : EvaluationWarnings(evaluation, spec_)) {
      bundle_.add_warnings(warning);
    }
  }

  const Examples& examples_;
  const v1::TrainingSpec& spec_;
  const ProgressSink& progress_;
  Evaluator evaluator_;
  std::unique_ptr<const Predictor> predictor_;
  internal::v1::Bundle bundle_;
};

}  // namespace

absl::StatusOr<internal::v1::Bundle> TrainModel(const Table& table, const v1::TrainingSpec& spec,
                                                const ProgressSink& progress) {
  SERIN_RETURN_IF_ERROR(Report(Stage::kPreparing, progress));
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(table, spec));
  return Training(examples, spec, progress).Run();
}

}  // namespace serin
