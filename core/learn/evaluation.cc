#include "core/learn/evaluation.h"

#include <string>
#include <utility>

#include "core/base/status_macros.h"
#include "core/learn/bootstrap.h"
#include "core/learn/curves.h"
#include "core/learn/predict_baseline.h"

namespace serin {

namespace {

size_t SplitCount(const v1::EvaluationPlan& plan) {
  return plan.method() == v1::EvaluationPlan::METHOD_CROSS_VALIDATION
             ? static_cast<size_t>(plan.folds())
             : 1;
}

}  // namespace

absl::StatusOr<v1::Evaluation> EvaluatePredictor(const Predictor& predictor,
                                                 const Examples& examples,
                                                 const std::vector<size_t>& indexes) {
  SERIN_ASSIGN_OR_RETURN(const Predictions predictions, Predict(predictor, examples, indexes));
  return Measure(predictions, examples.labels);
}

Evaluator::Evaluator(const Examples& examples, const v1::TrainingSpec& spec)
    : examples_(examples),
      spec_(spec),
      importance_(spec.evaluation().importance_repeats(), SplitCount(spec.evaluation()),
                  spec.seed()) {}

absl::Status Evaluator::Add(const Predictor& predictor, const Split& split) {
  SERIN_ASSIGN_OR_RETURN(const Predictions answers, Predict(predictor, examples_, split.holdout));
  v1::Evaluation fold = Measure(answers, examples_.labels);
  fold.set_train_rows(static_cast<int64_t>(split.train.size()));
  folds_.push_back(std::move(fold));
  predictions_.Append(answers);
  baseline_.Append(PredictBaseline(examples_.labels, split));
  return importance_.Add(predictor, examples_, split.holdout);
}

v1::Evaluation Evaluator::Finish(size_t train_rows) const {
  v1::Evaluation evaluation = Measure(predictions_, examples_.labels);
  evaluation.set_train_rows(static_cast<int64_t>(train_rows));
  *evaluation.mutable_baseline() = Measure(baseline_, examples_.labels);
  const std::vector<std::string>& classes = examples_.labels.classes;
  if (!classes.empty()) AddCurves(predictions_, classes, evaluation.mutable_classification());
  for (v1::ConfidenceInterval& interval : BootstrapIntervals(
           predictions_, classes.size(), spec_.evaluation().bootstrap_samples(), spec_.seed())) {
    *evaluation.add_intervals() = std::move(interval);
  }
  for (v1::FeatureImportance& importance : importance_.Get(examples_.features)) {
    *evaluation.add_importances() = std::move(importance);
  }
  if (spec_.evaluation().method() == v1::EvaluationPlan::METHOD_CROSS_VALIDATION) {
    evaluation.mutable_folds()->Add(folds_.begin(), folds_.end());
  }
  return evaluation;
}

}  // namespace serin
