#include "core/learn/train.h"

#include <memory>

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "core/learn/golden_rows.h"
#include "core/learn/split.h"

namespace serin {
namespace {

absl::Status Report(Stage stage, const ProgressSink& progress) {
  return progress(ProgressAt(stage, 0)) ? absl::OkStatus()
                                        : absl::CancelledError("training was stopped");
}

}  // namespace

absl::StatusOr<internal::v1::Bundle> TrainModel(const Table& table, const v1::TrainingSpec& spec,
                                                const ProgressSink& progress) {
  internal::v1::Bundle bundle;
  SERIN_RETURN_IF_ERROR(Report(Stage::kPreparing, progress));
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(table, spec));
  const Split split = SplitRows(examples.labels, spec.holdout_fraction(), spec.seed());
  SERIN_ASSIGN_OR_RETURN(*bundle.mutable_predictor(),
                         FitPredictor(examples, split.train, spec, progress));

  // From here on the model is what will serve: the same message, the same code.
  SERIN_RETURN_IF_ERROR(Report(Stage::kEvaluating, progress));
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                         Predictor::Create(bundle.predictor()));
  if (!split.holdout.empty()) {
    SERIN_ASSIGN_OR_RETURN(*bundle.mutable_evaluation(),
                           EvaluatePredictor(*predictor, examples, split.holdout));
    bundle.mutable_evaluation()->set_train_rows(static_cast<int64_t>(split.train.size()));
  }
  SERIN_ASSIGN_OR_RETURN(*bundle.mutable_golden_rows(), MakeGoldenRows(*predictor, examples));
  return bundle;
}

}  // namespace serin
